"""`nashra feeds`."""

import json
from dataclasses import replace
from typing import Any

import pytest

from publisher.feeds import files
from publisher.jobs.publish_feeds import PublishedFeeds, publish_feeds
from publisher.model.feed import FailedEntry
from publisher.model.reason import reason
from tests.cli.conftest import Desk


def test_every_feed_is_listed_with_what_became_of_it_and_where_it_is(desk: Desk) -> None:
    (desk.folder / "var/public/feeds/index.rss").unlink()
    ended = desk.call("feeds", "publish")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].split() == ["written", "1", "http://127.0.0.1:8000/feeds/index.rss"]
    assert {line.split()[0] for line in lines[1:]} == {"unchanged"}
    assert str(desk.folder / "var/public/feeds") in ended.err


def test_json_for_scripts(desk: Desk) -> None:
    found = json.loads(desk.call("feeds", "publish", "--json").out)
    assert found["folder"] == str(desk.folder / "var/public/feeds")
    assert {"path", "url", "format", "entries", "state"} <= found["feeds"][0].keys()


def test_feeds_that_keep_their_last_good_file_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "check_document", lambda _: reason("feeds.document.damaged"))
    for file in (desk.folder / "var/public/feeds").rglob("index.*"):
        file.unlink()
    ended = desk.call("feeds", "publish")
    assert ended.code == 1
    assert "index.rss" in ended.err
    assert "next:" in ended.err


def test_articles_that_could_not_be_written_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish(**arguments: Any) -> PublishedFeeds:
        failed = FailedEntry(id="tag:news.example,2025:1", reason=reason("feeds.entry.failed"))
        return replace(publish_feeds(**arguments), failed=(failed,))

    monkeypatch.setattr("publisher.jobs.refresh_feeds.publish_feeds", publish)
    ended = desk.call("feeds", "publish")
    assert ended.code == 1
    assert "1 articles could not be written into a feed: tag:news.example,2025:1" in ended.err
