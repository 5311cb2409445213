"""Newsrooms with a past, and the way back through it as readers walk it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import feedparser

from publisher.feeds.places import SliceKind, find_places
from publisher.jobs import close_archives as job
from publisher.jobs.publish_feeds import publish_feeds
from publisher.model import archive
from publisher.model.article import Article
from publisher.model.moves import build_moves
from publisher.model.site import FeedRules
from publisher.store.articles import load_live_articles, save_parsed
from publisher.store.feed_slices import load_slices
from publisher.store.withdrawals import find_article_id, restore_article, withdraw_article
from tests.jobs.rooms import START, Scene
from tests.store import rows

BASE = "https://mail.news.example/feeds/"
SHOWN, SIZE, RESERVE = 3, 4, 1
RULES = FeedRules(max_entries=SHOWN, topics_at_least=0, authors_at_least=0)
ATOM = "{http://www.w3.org/2005/Atom}"


def save(scene: Scene, key: str, *, hours: float = 0, **changes: Any) -> None:
    """Store a document, published `hours` after START."""
    values: dict[str, Any] = {
        "published_at": START + timedelta(hours=hours),
        "url": f"https://news.example/{key}",
        "title": key,
        **changes,
    }
    with scene.room.database.write() as tx:
        save_parsed(
            tx, rows.parsed(key, **values), home="https://news.example", present=(), now=scene.time.now
        )


def fill(scene: Scene, count: int, *, first: int = 0, **changes: Any) -> None:
    """So many articles, an hour apart, and then a publication."""
    for n in range(first, first + count):
        save(scene, f"a{n:02}", hours=n - 100, **changes)
    publish_feeds(scene.room)


def withdraw(scene: Scene, key: str) -> None:
    with scene.room.database.write() as tx:
        withdraw_article(tx, find_article_id(tx, f"desk/{key}") or "", now=scene.time.now)
    publish_feeds(scene.room)


def restore(scene: Scene, key: str) -> None:
    with scene.room.database.write() as tx:
        restore_article(tx, find_article_id(tx, f"desk/{key}") or "", now=scene.time.now)
    publish_feeds(scene.room)


def load(scene: Scene, url: str) -> bytes:
    """The document at an address of ours."""
    assert url.startswith(BASE), url
    return (scene.room.feeds_folder / url.removeprefix(BASE)).read_bytes()


def walk_json(scene: Scene, path: str = "index") -> Iterator[list[str]]:
    """The ids of each document from the feed back, by `next_url`."""
    url: str | None = f"{BASE}{path}.json"
    while url:
        document = json.loads(load(scene, url))
        assert document["feed_url"] == url
        yield [item["id"] for item in document["items"]]
        url = document.get("next_url")


def walk_xml(ending: str) -> Callable[..., Iterator[list[str]]]:
    """The same by `prev-archive`, as feedparser reads it."""

    def walk(scene: Scene, path: str = "index") -> Iterator[list[str]]:
        url: str | None = f"{BASE}{path}{ending}"
        while url:
            parsed = feedparser.parse(load(scene, url))
            assert not parsed.bozo
            links = {link.rel: link.href for link in parsed.feed.links}
            assert links["self"] == url
            yield [entry.id for entry in parsed.entries]
            url = links.get("prev-archive")

    return walk


WALKS: dict[str, Callable[..., Iterator[list[str]]]] = {
    "json": walk_json,
    "rss": walk_xml(".rss"),
    "atom": walk_xml(".atom"),
}


def live(scene: Scene, section: str | None = None) -> list[str]:
    """The ids of everything that readers may have, in no order."""
    with scene.room.database.read() as tx:
        articles = load_live_articles(tx)
    return sorted(
        a.id
        for a in articles
        if a.parsed.published_at <= scene.time.now and section in (None, a.parsed.section)
    )


def walked(scene: Scene, walk: str = "json", path: str = "index") -> list[str]:
    """Every id met on the way back, in order of ids; doubles stay."""
    return sorted(id_ for page in WALKS[walk](scene, path) for id_ in page)


@contextmanager
def small_archives() -> Iterator[None]:
    """Archives of four entries, so that a test needs a dozen articles and not hundreds."""
    with (
        patch.object(archive, "SIZE", SIZE),
        patch.object(archive, "RESERVE", RESERVE),
        patch.object(job, "SIZE", SIZE),
        patch.object(job, "RESERVE", RESERVE),
    ):
        yield


def with_moves(scene: Scene, moved: dict[str, str], retired: tuple[str, ...] = ()) -> Scene:
    """The scene after a start with these settings."""
    site = replace(scene.room.site, moves=build_moves(moved, retired))
    return replace(scene, room=replace(scene.room, site=site))


def assert_sections_are_whole(scene: Scene) -> None:
    """Every section's past has what stands in it once; nothing of a feed that is no more is left."""
    with scene.room.database.read() as tx:
        slices, articles = load_slices(tx), load_live_articles(tx)
    paths = {found.path for found in slices}
    assert {
        str(file.relative_to(scene.room.feeds_folder).with_suffix("")) for file in json_files(scene)
    } == paths
    for path in (found.path for found in slices if found.kind == SliceKind.SECTION):
        standing = [
            a.id for a in articles if a.parsed.published_at <= scene.time.now and path in places(scene, a)
        ]
        assert walked(scene, path=path) == sorted(standing)


def json_files(scene: Scene) -> Iterator[Path]:
    return (file for file in scene.room.feeds_folder.rglob("*.json") if not file.name.startswith("."))


def places(scene: Scene, article: Article) -> set[str]:
    return {place.path for place in find_places(scene.room.feed_plan, article)}
