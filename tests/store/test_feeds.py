"""Which article stands in which feed and archive, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.jobs.publish_feeds import is_behind, publish_feeds
from publisher.store.articles import load_articles, save_parsed
from publisher.store.database import Database
from publisher.store.feed_changes import has_due_change, note_all, note_change, take_due_changes
from publisher.store.feed_members import Member, archive_oldest, load_archived, load_window, replace_members
from publisher.store.feed_slices import begin_slice, is_id_taken, load_slice, move_slice
from tests.jobs.pasts import (
    RULES,
    assert_sections_are_whole,
    fill,
    live,
    restore,
    small_archives,
    walked,
    with_moves,
    withdraw,
)
from tests.jobs.rooms import open_scene
from tests.store.rows import HOME, NOW, parsed


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_archives():
        yield


def numbers(database: Database, count: int) -> list[int]:
    """The store numbers of so many articles, an hour apart, the newest first."""
    with database.write() as tx:
        for n in range(count):
            at = NOW - timedelta(hours=n + 1)
            save_parsed(tx, parsed(f"{n}.txt", published_at=at), home=HOME, present=(), now=NOW)
        return [
            a.number for a in sorted(load_articles(tx), key=lambda a: a.parsed.published_at, reverse=True)
        ]


def test_a_whole_life_of_feeds_and_their_past(database: Database, tmp_path: Path) -> None:
    """Published, withdrawn, restored, moved and moved back: every article is met once at every moment."""
    with open_scene(tmp_path, feed_rules=RULES, database=database) as scene:
        fill(scene, 12, section="World")
        fill(scene, 9, first=12, section="Sport")
        assert walked(scene) == live(scene)
        withdraw(scene, "a03")
        assert_sections_are_whole(scene)
        scene.time.pass_(days=40)
        restore(scene, "a03")
        assert walked(scene) == live(scene)
        moved = with_moves(scene, {"section/world": "section/sport"})
        for room in (moved, scene):
            publish_feeds(room.room)
            assert_sections_are_whole(room)
            assert not is_behind(room.room)


def test_places_that_stay_are_not_written_again_and_keep_their_archive(database: Database) -> None:
    newest, *older = numbers(database, 4)
    with database.write() as tx:
        for number in (newest, *older):
            shown_at = NOW - timedelta(hours=number)
            assert replace_members(tx, number, [Member(path="index", correction=0, shown_at=shown_at)]) == {
                "index"
            }
        archive_oldest(tx, "index", 1, size=2)
        archived = [standing.number for standing in load_archived(tx, "index", 1)]
        opened = [standing.number for standing in load_window(tx, "index", 9)]
        assert (len(archived), len(opened)) == (2, 2)
        (one, _) = archived
        same = [Member(path="index", correction=0, shown_at=NOW - timedelta(hours=one))]
        assert replace_members(tx, one, same) == {"index", "index/archive/1"}
        later = [
            Member(path="index", correction=0, shown_at=NOW),
            Member(path="lang/ar", correction=0, shown_at=NOW),
        ]
        assert replace_members(tx, one, later) == {"index", "index/archive/1", "lang/ar"}
        assert sorted(standing.number for standing in load_archived(tx, "index", 1)) == sorted(archived)
        assert replace_members(tx, one, []) == {"index", "index/archive/1", "lang/ar"}
        assert [standing.number for standing in load_archived(tx, "index", 1)] == archived[1:]


def test_an_article_that_was_noted_is_looked_at_once_when_all_are(database: Database) -> None:
    noted, *_ = numbers(database, 3)
    later = NOW + timedelta(days=1)
    with database.write() as tx:
        note_change(tx, noted, due_at=NOW)
        note_change(tx, noted, due_at=later)
        note_all(tx, now=NOW)
        assert len(take_due_changes(tx, now=NOW)) == 3
        assert not has_due_change(tx, now=NOW)
        assert take_due_changes(tx, now=later) == (noted,), "what is not due yet stays"


def test_a_feed_that_moves_keeps_its_id(database: Database) -> None:
    with database.write() as tx:
        assert begin_slice(tx, path="section/a", kind="section", name="A", id_="urn:a")
        assert not begin_slice(tx, path="section/a", kind="section", name="B", id_="urn:b")
        move_slice(tx, "section/a", to="section/b")
        assert load_slice(tx, "section/a") is None
        found = load_slice(tx, "section/b")
        assert found is not None
        assert (found.id, found.name) == ("urn:a", "A")
        assert [is_id_taken(tx, id_) for id_ in ("urn:a", "urn:b")] == [True, False]
