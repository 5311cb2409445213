"""The news sitemap follows the articles and the time (checklist 38)."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from publisher.feeds import news_sitemap
from publisher.jobs import refresh_news as job
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.jobs.refresh_news import refresh_news, sitemap_of
from publisher.store.articles import save_parsed
from publisher.store.withdrawals import find_article_id, withdraw_article
from tests.jobs.rooms import START, Scene
from tests.store import rows

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def save(scene: Scene, key: str, *, hours: float, **changes: Any) -> None:
    at = START + timedelta(hours=hours)
    values: dict[str, Any] = {"published_at": at, "url": f"https://news.example/{key}", **changes}
    with scene.room.database.write() as tx:
        save_parsed(
            tx, rows.parsed(key, **values), home="https://news.example", present=(), now=scene.time.now
        )


def path_of(scene: Scene) -> Path:
    return sitemap_of(scene.room.feeds_folder)


def listed(scene: Scene) -> list[str]:
    root = etree.fromstring(path_of(scene).read_bytes())
    return [str(loc.text).rpartition("/")[2] for loc in root.iter(LOC)]


def test_it_holds_the_last_two_days_newest_first_and_nothing_that_is_not_out(scene: Scene) -> None:
    """Checklist 38 R and 14 R: no future, withdrawn or homeless article."""
    save(scene, "old", hours=-48)
    save(scene, "older", hours=-47.9)
    save(scene, "new", hours=-1)
    save(scene, "now", hours=0)
    save(scene, "future", hours=0.1)
    save(scene, "homeless", hours=-2, url=None)
    save(scene, "gone", hours=-3)
    with scene.room.database.write() as tx:
        withdraw_article(tx, find_article_id(tx, "https://news.example/gone") or "", now=scene.time.now)
    refresh_feeds(scene.room)
    assert listed(scene) == ["now", "new", "older"]


def test_what_becomes_too_old_leaves_when_it_was_said_to(scene: Scene) -> None:
    save(scene, "a", hours=-47)
    save(scene, "b", hours=-1)
    until = refresh_news(scene.room)
    assert until == START + timedelta(hours=1)
    scene.time.now = until - timedelta(seconds=1)
    refresh_news(scene.room)
    assert listed(scene) == ["b", "a"]
    scene.time.now = until
    assert refresh_news(scene.room) == START + timedelta(hours=47)
    assert listed(scene) == ["b"]
    scene.time.pass_(hours=47)
    assert refresh_news(scene.room) is None
    assert listed(scene) == []


def test_it_holds_a_thousand_at_most_the_newest(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checklist 38 R."""
    assert news_sitemap.MAX_ITEMS == 1000
    monkeypatch.setattr(job, "MAX_ITEMS", 3)
    for n in range(5):
        save(scene, f"a{n}", hours=n - 10)
    refresh_news(scene.room)
    assert listed(scene) == ["a4", "a3", "a2"]


def test_equal_bytes_keep_file_and_date_and_a_change_moves_the_date_on(scene: Scene) -> None:
    save(scene, "a", hours=-1)
    refresh_news(scene.room)
    before = path_of(scene).stat()
    assert int(before.st_mtime) == int(START.timestamp())
    scene.time.pass_(minutes=5)
    refresh_news(scene.room)
    after = path_of(scene).stat()
    assert (after.st_ino, after.st_mtime) == (before.st_ino, before.st_mtime)
    scene.time.pass_(minutes=-9)
    save(scene, "b", hours=-1)
    refresh_news(scene.room)
    assert path_of(scene).stat().st_mtime == before.st_mtime + 1
    twin = path_of(scene).with_name("news-sitemap.xml.gz")
    assert gzip.decompress(twin.read_bytes()) == path_of(scene).read_bytes()
    assert twin.stat().st_mtime == path_of(scene).stat().st_mtime
