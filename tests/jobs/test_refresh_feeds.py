"""Refreshing the feeds: the files follow the stored articles; what cannot be published is logged by its id."""

import json
import logging

import pytest

from publisher.feeds import files
from publisher.feeds.files import FileState
from publisher.jobs.ingest import ingest
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.reason import reason
from publisher.store.articles import save_parsed
from tests.jobs.rooms import Scene
from tests.store import rows


def titles(scene: Scene) -> list[str]:
    index = json.loads((scene.room.feeds_folder / "index.json").read_bytes())
    return [item["title"] for item in index["items"]]


def test_the_files_follow_the_stored_articles(scene: Scene) -> None:
    scene.write("a", title="Alpha")
    ingest(scene.room)
    assert {file.state for file in refresh_feeds(scene.room).files} == {FileState.WRITTEN}
    assert titles(scene) == ["Alpha"]
    scene.write("a", title="Alpha, corrected")
    ingest(scene.room)
    refresh_feeds(scene.room)
    assert titles(scene) == ["Alpha, corrected"]


def test_repeating_it_changes_nothing_and_says_nothing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.write("a")
    ingest(scene.room)
    refresh_feeds(scene.room)
    assert {file.state for file in refresh_feeds(scene.room).files} == {FileState.UNCHANGED}
    assert caplog.records == []


def test_without_articles_there_are_empty_feeds(scene: Scene) -> None:
    assert refresh_feeds(scene.room).failed == ()
    assert titles(scene) == []


def test_a_feed_that_fails_its_check_keeps_its_last_good_file_and_is_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_feeds(scene.room)
    scene.write("a", title="Alpha")
    ingest(scene.room)
    monkeypatch.setattr(files, "check_document", lambda _: reason("feeds.document.damaged"))
    published = refresh_feeds(scene.room)
    kept = {file.path for file in published.files if file.state is FileState.KEPT}
    assert "index.json" in kept
    assert titles(scene) == []
    logged = {record.__dict__["feed"]: record.__dict__["error"] for record in caplog.records}
    assert logged == dict.fromkeys(kept, "feeds.document.damaged")
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_a_feed_that_outgrew_readers_is_logged_once(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Feed checklist 23: with every file of it, and not again with the next article."""
    for name, more in (("a", "\n\n".join(["word " * 3_900] * 28)), ("b", "")):
        scene.write(name)
        with (scene.articles / f"{name}.md").open("a") as file:
            file.write(f"\n{more}\n")
        ingest(scene.room)
        refresh_feeds(scene.room)
    logged = [(record.__dict__["feed"], record.__dict__["size_bytes"]) for record in caplog.records]
    sizes = {path: (scene.room.feeds_folder / path).stat().st_size for path, _ in logged}
    assert {
        f"{feed}.{ending}" for feed in ("index", "lang/en") for ending in ("rss", "atom", "json")
    } <= sizes.keys()
    assert len(logged) == len(sizes)
    assert all(sizes[path] > size > 500 * 1024 for path, size in logged), "one more article came after"
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_an_article_that_cannot_be_written_is_logged_by_its_id(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with scene.room.database.write() as tx:
        bad = rows.parsed(url="ftp://news.example/1")
        save_parsed(tx, bad, home="https://news.example", present=(), now=scene.time.now)
    refresh_feeds(scene.room)
    (record,) = caplog.records
    assert record.__dict__["error"] == "feeds.entry.failed"
    assert record.__dict__["key"].startswith("tag:")
