"""The doctor names feeds that keep their last good file."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.feeds.manifest import MANIFEST, FileRecord, Manifest, save_manifest
from publisher.jobs.examine import Health
from publisher.jobs.examine_feeds import count_known, examine_ended, examine_feeds, examine_waiting
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.disk_trouble import DiskError
from publisher.model.reason import reason
from publisher.store.feed_slices import count_all_up
from publisher.text.words import Words, load_words
from tests.feeds.samples import NOW, make_entry, make_feed
from tests.feeds.whole import render_documents, write_feeds
from tests.jobs.rooms import Scene


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words("en")


def publish(folder: Path, *, torn: int = 0) -> None:
    """Write four feeds in three formats, the first documents torn."""
    feeds = [make_feed(make_entry(), path=path) for path in ("index", "lang/ar", "lang/en", "a")]
    documents = list(render_documents(feeds).documents)
    documents[:torn] = [replace(document, data=document.data[:-9]) for document in documents[:torn]]
    write_feeds(folder, documents, [feed.listing for feed in feeds], now=NOW + timedelta(seconds=torn))


def test_feeds_that_passed_are_good_and_so_are_none(tmp_path: Path, words: Words) -> None:
    assert examine_feeds(tmp_path / "none", words).seen == "none yet"
    publish(tmp_path)
    found = examine_feeds(tmp_path, words)
    assert (found.health, found.seen) == (Health.GOOD, "12 files, every one passed the check")


def test_feeds_that_were_published_and_of_which_no_file_is_left_are_missed(
    scene: Scene, words: Words
) -> None:
    file, folder = scene.room.feeds_folder.parent / "nashra.db", scene.room.feeds_folder
    assert count_known(file) == 0
    assert examine_feeds(folder, words, known=count_known(file)).seen == "none yet"
    refresh_feeds(scene.room)
    assert examine_feeds(folder, words, known=count_known(file)).health is Health.GOOD
    shutil.rmtree(folder)
    found = examine_feeds(folder, words, known=count_known(file))
    assert (found.health, found.seen) == (
        Health.BAD,
        "4 were published, and none of their files is there: readers get 404",
    )
    assert "nashra feeds publish" in found.next_step


def test_a_database_that_cannot_be_read_knows_no_feed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not the feeds' finding: the database's own tells it."""
    assert count_known(tmp_path / "none.db") == 0
    refresh_feeds(scene.room)
    file = scene.room.feeds_folder.parent / "nashra.db"
    assert count_known(file) == 4

    def fail(_file: Path) -> None:
        raise DiskError("nashra.db: Input/output error")

    monkeypatch.setattr("publisher.jobs.examine_feeds.open_database", fail)
    assert count_known(file) == 0


def test_refused_feeds_are_named_with_what_is_wrong_and_what_to_do(tmp_path: Path, words: Words) -> None:
    publish(tmp_path)
    publish(tmp_path, torn=5)
    found = examine_feeds(tmp_path, words)
    assert found.health is Health.BAD
    said = (
        "index.rss since 2025-11-02 09:00Z: The new feed did not pass the check, so the last good one stays"
    )
    assert said in found.seen
    assert found.seen.endswith("; and 2 more")
    assert "nashra feeds publish" in found.next_step
    publish(tmp_path)
    assert examine_feeds(tmp_path, words).health is Health.GOOD


@pytest.mark.parametrize(
    "hand", [Path.unlink, lambda file: file.write_bytes(b"x")], ids=["removed", "changed"]
)
def test_a_file_that_is_not_as_it_was_left_is_named(
    tmp_path: Path, words: Words, hand: Callable[[Path], object]
) -> None:
    publish(tmp_path)
    hand(tmp_path / "lang" / "ar.rss")
    found = examine_feeds(tmp_path, words)
    assert (found.health, found.seen) == (Health.BAD, "lang/ar.rss missing, or not as Nashra left it")
    hand(tmp_path / "a.json")
    assert examine_feeds(tmp_path, words).seen == "a.json and 1 more missing, or not as Nashra left it"


def test_a_publication_that_did_not_come_to_its_end_is_told_with_the_last_that_did(scene: Scene) -> None:
    file, folder = scene.room.feeds_folder.parent / "nashra.db", scene.room.feeds_folder
    assert examine_waiting(file, folder) == ()
    refresh_feeds(scene.room)
    assert examine_waiting(file, folder) == ()
    with scene.room.database.write() as tx:
        count_all_up(tx)
    os.utime(folder / MANIFEST, (NOW.timestamp(), NOW.timestamp()))
    (found,) = examine_waiting(file, folder)
    assert (found.subject, found.health) == ("feeds behind", Health.UNWISE)
    assert found.seen == (
        "index and 3 more changed and the files do not show it; "
        "the last complete publication was at 2025-11-02 09:00Z"
    )
    refresh_feeds(scene.room)
    assert examine_waiting(file, folder) == ()
    (folder / MANIFEST).write_text("{")
    assert examine_waiting(file, folder) == ()


def test_a_refusal_of_an_earlier_release_is_told_without_its_date(tmp_path: Path, words: Words) -> None:
    refused = FileRecord("ab", 3, 5, 7, reason("feeds.document.incomplete"))
    save_manifest(tmp_path, Manifest(files={"index.rss": refused}))
    assert "index.rss for some time: The new feed does not hold" in examine_feeds(tmp_path, words).seen


def test_a_feed_that_left_the_settings_is_named_with_what_to_write(scene: Scene) -> None:
    file, now = scene.room.feeds_folder.parent / "nashra.db", scene.time.now
    refresh_feeds(scene.room)
    assert examine_ended(file, scene.room.feed_plan, now) == ()
    (found,) = examine_ended(file, replace(scene.room, newsletters=()).feed_plan, now)
    assert (found.subject, found.health) == ("feed newsletter/daily", Health.UNWISE)
    assert found.seen == "left the settings: its readers get 404 since 2025-11-01 14:00Z"
    assert 'from = "newsletter/daily"' in found.next_step


def test_a_database_that_is_not_there_or_of_another_version_says_nothing_of_feeds(
    scene: Scene, tmp_path: Path
) -> None:
    plan, now = scene.room.feed_plan, scene.time.now
    assert examine_ended(tmp_path / "none.db", plan, now) == ()
    old = tmp_path / "old.db"
    old.touch()
    assert examine_ended(old, plan, now) == ()


def test_a_damaged_memory_of_the_folder_is_told(tmp_path: Path, words: Words) -> None:
    (tmp_path / MANIFEST).write_text("{")
    found = examine_feeds(tmp_path, words)
    assert (found.health, MANIFEST in found.seen) == (Health.BAD, True)


def test_a_feed_too_large_for_some_readers_is_named_with_its_size(tmp_path: Path, words: Words) -> None:
    feed = make_feed(make_entry(content_html="<p>" + "a" * 520_000 + "</p>"), path="index")
    write_feeds(tmp_path, render_documents([feed]).documents, [feed.listing], now=NOW)
    found = examine_feeds(tmp_path, words)
    assert found.health is Health.UNWISE
    assert "index.rss has 510 KB" in found.seen
    assert "fewer entries" in found.next_step
