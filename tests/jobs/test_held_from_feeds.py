"""Feed checklist 14: what is not to be out yet is in no file that anybody is sent, by whatever way it is stated."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import brotli
import pytest

from publisher.jobs.ingest import ingest
from publisher.jobs.publish_feeds import Extent, publish_feeds
from publisher.jobs.refresh_news import refresh_news
from publisher.model.reason import reason
from tests.jobs.rooms import START, Scene

MARK = "Unspoken"
"""Stands in the title, text and address of what must not be seen."""
EMBARGO = START + timedelta(minutes=30)


def bytes_of(scene: Scene) -> Iterator[tuple[Path, bytes]]:
    """Every file beside and below the feeds folder that is served, twins unpacked."""
    folder = scene.room.feeds_folder
    for path in [*folder.rglob("*"), *folder.parent.glob("news-sitemap*")]:
        if path.is_file():
            data = path.read_bytes()
            yield path, {".gz": gzip.decompress, ".br": brotli.decompress}.get(path.suffix, bytes)(data)


def publish(scene: Scene) -> set[str]:
    """Read the sources and publish all; the endings of the files in which the mark is found."""
    ingest(scene.room)
    publish_feeds(scene.room, extent=Extent.ALL)
    refresh_news(scene.room)
    found = {
        path.name.partition(".")[2] for path, data in bytes_of(scene) if MARK.lower().encode() in data.lower()
    }
    assert b"Plain" in (scene.room.feeds_folder / "index.json").read_bytes(), "the others are out"
    return found


def write_page(scene: Scene, sidecar: str) -> None:
    """A saved page, and what a person states about it."""
    page = f"{MARK}\n\nOne paragraph that is long enough.\n\nPublished: 1 November 2025"
    (scene.articles / "page.txt").write_text(page, "utf-8")
    stated = f'url = "https://news.example/{MARK}"\nlanguage = "en"\n{sidecar}\n'
    (scene.articles / "page.toml").write_text(stated, "utf-8")


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """With one article that is out."""
    scene.write("plain", title="Plain")
    return scene


def test_an_embargoed_article_is_in_no_file_until_its_embargo_ends(scene: Scene) -> None:
    scene.write("held", title=MARK, embargo=f"{EMBARGO.isoformat()}")
    write_page(scene, f'embargo = "{EMBARGO.isoformat()}"\nsection = "{MARK}"')
    assert publish(scene) == set()
    scene.time.now = EMBARGO - timedelta(seconds=1)
    assert publish(scene) == set()
    scene.time.now = EMBARGO
    assert publish(scene) >= {"rss", "atom", "json", "rss.gz", "json.gz", "xml", "xml.gz"}


@pytest.mark.parametrize("value", ["true", "yes", '"true"'])
def test_a_draft_by_front_matter_is_held_back_and_in_no_file(scene: Scene, value: str) -> None:
    scene.write("held", title=MARK, draft=value)
    assert publish(scene) == set()
    (held,) = ingest(scene.room).quarantined
    assert held.reason == reason("sources.draft", file="held.md")
    scene.write("held", title=MARK, draft="no")
    assert "rss" in publish(scene), "else nothing is shown by its absence"


def test_a_draft_by_sidecar_is_held_back_and_in_no_file(scene: Scene) -> None:
    write_page(scene, "draft = true")
    assert publish(scene) == set()
    (held,) = ingest(scene.room).quarantined
    assert held.reason == reason("sources.draft", file="page.toml")
    write_page(scene, "")
    assert "rss" in publish(scene), "else nothing is shown by its absence"
