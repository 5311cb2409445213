"""Feed checklist 10: the ids that readers have seen are the ids they will see, whatever happens to an article."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest

from publisher.feeds.atom_id import atom_id
from publisher.jobs.ingest import ingest
from publisher.jobs.publish_feeds import Extent, publish_feeds
from tests.jobs.rooms import Scene, open_scene, site

BARE, ADDRESS = "6541d1a5c1f2b40001a1b2c3", "https://old.example/?p=7"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Three articles: one with an id of ours, two with ids of a former system."""
    with open_scene(tmp_path) as scene:
        scene.write("a")
        scene.write("b", guid=BARE)
        scene.write("c", guid=ADDRESS)
        follow(scene)
        yield scene


def follow(scene: Scene) -> None:
    """Read the sources and publish."""
    assert ingest(scene.room).quarantined == ()
    publish_feeds(scene.room)


def seen(scene: Scene, path: str = "index") -> dict[str, set[str]]:
    """The ids that readers of each format have now."""
    folder = scene.room.feeds_folder
    items = json.loads((folder / f"{path}.json").read_bytes())["items"]
    return {
        "rss": {entry.id for entry in feedparser.parse(folder / f"{path}.rss").entries},
        "atom": {entry.id for entry in feedparser.parse(folder / f"{path}.atom").entries},
        "json": {item["id"] for item in items},
    }


def test_a_stated_guid_reaches_every_feed_and_format(scene: Scene) -> None:
    ids = seen(scene)
    assert {BARE, ADDRESS} < ids["rss"] == ids["json"]
    assert ids["atom"] == {atom_id(guid) for guid in ids["rss"]}
    assert seen(scene, "lang/en") == ids


def test_an_edit_another_slug_another_name_and_publishing_again_leave_every_id(scene: Scene) -> None:
    before = seen(scene)
    for name, more in (("a", {}), ("b", {"guid": BARE}), ("c", {"guid": ADDRESS})):
        scene.write(name, title="Edited", url=f"https://news.example/new-slug-{name}", **more)
    follow(scene)
    assert seen(scene) == before
    for name in "abc":
        (scene.articles / f"{name}.md").rename(scene.articles / f"renamed-{name}.md")
    follow(scene)
    publish_feeds(scene.room, extent=Extent.ALL)
    assert seen(scene) == before


def test_another_domain_leaves_every_id(scene: Scene) -> None:
    """The site moves, its articles' addresses with it, and every feed is written anew."""
    before = seen(scene)
    moved = replace(
        scene,
        room=replace(scene.room, site=site(home="https://new.example", base_url="https://feeds.new.example")),
    )
    for name, more in (("a", {}), ("b", {"guid": BARE}), ("c", {"guid": ADDRESS})):
        moved.write(name, url=f"https://new.example/{name}", **more)
    follow(moved)
    publish_feeds(moved.room, extent=Extent.ALL)
    assert b"https://feeds.new.example/" in (scene.room.feeds_folder / "index.rss").read_bytes()
    assert seen(moved) == before


def test_a_second_article_with_a_guid_is_held_back_and_the_first_stays(scene: Scene) -> None:
    before = seen(scene)
    scene.write("d", guid=BARE)
    (held,) = ingest(scene.room).quarantined
    publish_feeds(scene.room)
    assert (held.key, held.reason.key) == ("d.md", "articles.guid_taken")
    assert held.reason.arguments == {"guid": BARE, "document": "desk/b.md"}
    assert seen(scene) == before
