"""Feeds that end: their files go, and readers who are left without a word are told of to the operator."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from publisher.jobs.end_feeds import load_missing
from publisher.jobs.examine_feeds import examine_ended
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.media import Tag
from publisher.model.moves import build_moves
from publisher.model.site import FeedRules, FeedSpec, Selection
from publisher.store.articles import save_parsed
from publisher.store.feed_slices import load_slices
from tests.jobs.rooms import START, Scene
from tests.store import rows

OIL = FeedSpec(slug="oil", title="النفط", selection=Selection(terms=("النفط",)))


def missing(room: Newsroom) -> list[tuple[str, str]]:
    """Path and name of what readers get 404 for by the settings of this room."""
    with room.database.read() as tx:
        return [(ended.path, ended.name) for ended in load_missing(tx, room.feed_plan, now=room.now())]


def with_moves(room: Newsroom, moved: dict[str, str], retired: frozenset[str] = frozenset()) -> Newsroom:
    """The room with other [[moved]] and `retired`."""
    return replace(room, site=replace(room.site, moves=build_moves(moved, retired)))


def test_a_feed_that_left_the_settings_is_logged_once_with_what_to_write(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    refresh_feeds(replace(scene.room, feed_specs=(OIL,)))
    assert caplog.records == []
    for _ in range(2):
        refresh_feeds(scene.room)
        refresh_feeds(replace(scene.room, feed_rules=FeedRules(max_entries=7)))
    (record,) = caplog.records
    assert (record.levelno, record.__dict__["feed"]) == (logging.WARNING, "oil")
    assert '[[moved]] with from = "oil"' in record.getMessage()
    assert 'retired = ["oil"] in [feeds]' in record.getMessage()
    assert not (scene.room.feeds_folder / "oil.rss").exists()


def test_it_is_missing_until_the_settings_say_what_becomes_of_it(scene: Scene) -> None:
    asked = replace(scene.room, feed_specs=(OIL,))
    refresh_feeds(asked)
    assert missing(asked) == []
    assert missing(scene.room) == [("oil", "النفط")], "known before the next publication too"
    refresh_feeds(scene.room)
    scene.time.pass_(days=400)
    assert missing(scene.room) == [("oil", "النفط")]
    for room in (
        with_moves(scene.room, {"oil": "index"}), with_moves(scene.room, {}, frozenset({"oil"})), asked,
    ):  # fmt: skip
        assert missing(room) == []
        refresh_feeds(room)
        assert missing(room) == []
    assert missing(scene.room) == [("oil", "النفط")], "the last settings had it again"


def test_it_is_dated_by_the_publication_that_ended_it(scene: Scene) -> None:
    refresh_feeds(replace(scene.room, feed_specs=(OIL,)))
    scene.time.pass_(hours=1)
    refresh_feeds(scene.room)
    scene.time.pass_(hours=1)
    refresh_feeds(replace(scene.room, feed_rules=FeedRules(max_entries=7)))
    with scene.room.database.read() as tx:
        (ended,) = load_missing(tx, scene.room.feed_plan, now=scene.time.now)
    assert ended.at == START + timedelta(hours=1)


def test_the_feed_of_a_newsletter_that_left_the_settings_is_missing_too(scene: Scene) -> None:
    refresh_feeds(scene.room)
    assert missing(replace(scene.room, newsletters=())) == [("newsletter/daily", "نشرة المساء")]


@pytest.mark.parametrize(
    "settings", [({"section/world": "section/sport"}, frozenset()), ({}, frozenset({"section/world"}))]
)
def test_what_moved_or_was_retired_ends_in_silence_with_its_whole_past(
    scene: Scene, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    """Checklist 37. A web server in front hands out what lies there before it asks Nashra."""
    one = replace(scene.room, feed_rules=FeedRules(max_entries=1))
    for n in range(2):
        with one.database.write() as tx:
            found = rows.parsed(str(n), section="World", published_at=START - timedelta(hours=n + 1))
            save_parsed(tx, found, home="https://news.example", present=(), now=scene.time.now)
    refresh_feeds(one)
    assert (one.feeds_folder / "section/world/recent.rss").exists()
    refresh_feeds(with_moves(one, *settings))
    assert [path for path in one.feeds_folder.rglob("*") if "world" in str(path) and path.is_file()] == []
    with one.database.read() as tx:
        assert not [found for found in load_slices(tx) if "world" in found.path]
    assert caplog.records == []


def test_topics_that_are_switched_off_end_and_begin_again(scene: Scene) -> None:
    on = replace(scene.room, feed_rules=FeedRules(topics_at_least=1, authors_at_least=0))
    off = replace(scene.room, feed_rules=FeedRules(topics_at_least=0, authors_at_least=0))
    with scene.room.database.write() as tx:
        parsed = rows.parsed("a", tags=(Tag(name="Climate"),), published_at=START)
        save_parsed(tx, parsed, home="https://news.example", present=(), now=START)
    file = scene.room.feeds_folder / "topic" / "climate.rss"
    for room, is_there in ((on, True), (off, False), (on, True), (off, False)):
        refresh_feeds(room)
        assert file.exists() is is_there
        assert missing(room) == ([] if is_there else [("topic/climate", "Climate")])


def test_of_many_topics_that_are_switched_off_a_few_are_told_one_by_one(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    on = replace(scene.room, feed_rules=FeedRules(topics_at_least=1, authors_at_least=0))
    off = replace(scene.room, feed_rules=FeedRules(topics_at_least=0, authors_at_least=0))
    with scene.room.database.write() as tx:
        tags = tuple(Tag(name=f"Topic {n}") for n in range(9))
        save_parsed(
            tx,
            rows.parsed("a", tags=tags, published_at=START),
            home="https://news.example",
            present=(),
            now=START,
        )
    refresh_feeds(on)
    refresh_feeds(off)
    *named, last = caplog.records
    assert [record.__dict__["feed"] for record in named] == [f"topic/topic-{n}" for n in range(3)]
    assert last.getMessage() == "6 more feeds left the settings: nashra feeds list names them"
    found = examine_ended(scene.room.feeds_folder.parent / "nashra.db", off.feed_plan, scene.time.now)
    assert len(found) == 4
    assert found[-1].seen == "6 more left the settings, and their readers get 404"


def test_a_feed_of_the_settings_does_not_move_to_where_a_section_would_be(scene: Scene) -> None:
    """It would stand there as a feed that the settings do not name, and end again."""
    refresh_feeds(replace(scene.room, feed_specs=(OIL,)))
    moved = with_moves(scene.room, {"oil": "section/oil"})
    refresh_feeds(moved)
    with scene.room.database.read() as tx:
        assert not {"oil", "section/oil"} & {found.path for found in load_slices(tx)}
    assert missing(moved) == []
    refresh_feeds(with_moves(scene.room, {"oil": "section/oil", "a": "index"}))
    assert missing(moved) == []
