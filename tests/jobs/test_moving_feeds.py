"""Feeds that move, or end, with a past of their own (checklist 37 and 42 G)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree

from publisher.feeds.addresses import named_path
from publisher.feeds.places import SliceKind
from publisher.feeds.served import FOR_EVER, SHORT, cache_control
from publisher.jobs.publish_feeds import publish_feeds
from publisher.store.feed_slices import begin_slice, load_slices
from publisher.store.schema import feed_rules, feed_slice
from tests.jobs.pasts import ATOM, RULES, fill, live, small_archives, walked, with_moves
from tests.jobs.rooms import Scene, open_scene


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_archives():
        yield


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        yield scene


def test_a_section_that_moves_takes_its_past_and_its_id_along(scene: Scene) -> None:
    """RFC 4287 section 4.2.6: a feed that was relocated is the same feed."""
    fill(scene, 9, section="World")
    before, id_ = walked(scene, path="section/world"), feed_id_of(scene, "section/world")
    moved = with_moves(scene, {"section/world": "section/international"})
    publish_feeds(moved.room)
    assert walked(moved, path="section/international") == before
    assert feed_id_of(moved, "section/international") == id_
    assert not [file for file in (scene.room.feeds_folder / "section").rglob("world*") if file.is_file()]
    assert not list((scene.room.feeds_folder / "section" / "world").rglob("*.*"))
    back = with_moves(scene, {"section/international": "section/world"})
    publish_feeds(back.room)
    assert (walked(back, path="section/world"), feed_id_of(back, "section/world")) == (before, id_)


def test_a_section_that_begins_where_another_moved_away_is_another_feed(scene: Scene) -> None:
    fill(scene, 5, section="World")
    id_ = feed_id_of(scene, "section/world")
    publish_feeds(with_moves(scene, {"section/world": "section/international"}).room)
    publish_feeds(scene.room)
    assert feed_id_of(scene, "section/international") == id_
    assert feed_id_of(scene, "section/world") != id_
    assert walked(scene, path="section/world") == live(scene, "World")


def test_a_move_to_a_feed_that_is_there_joins_it(scene: Scene) -> None:
    fill(scene, 5, section="World")
    fill(scene, 5, first=5, section="Sport")
    id_ = feed_id_of(scene, "section/sport")
    joined = with_moves(scene, {"section/world": "section/sport"})
    publish_feeds(joined.room)
    assert feed_id_of(joined, "section/sport") == id_
    assert walked(joined, path="section/sport") == live(joined)


def test_the_id_of_a_feed_stays_when_the_sites_home_moves(scene: Scene) -> None:
    fill(scene, 5, section="World")
    ids = [feed_id_of(scene, path) for path in ("index", "section/world", "index/recent")]
    site = replace(scene.room.site, home="https://www.elsewhere.example")
    publish_feeds(replace(scene.room, site=site))
    assert [feed_id_of(scene, path) for path in ("index", "section/world", "index/recent")] == ids


def test_feeds_of_an_earlier_release_get_the_id_they_had(scene: Scene) -> None:
    fill(scene, 5, section="World")
    ids = [feed_id_of(scene, path) for path in ("index", "section/world")]
    with scene.room.database.write() as tx:
        tx.execute(sa.update(feed_slice).values(id=None))
        tx.execute(sa.update(feed_rules).values(fingerprint="of an earlier release"))
    publish_feeds(scene.room)
    assert [feed_id_of(scene, path) for path in ("index", "section/world")] == ids


def feed_id_of(scene: Scene, path: str) -> str:
    root = etree.parse(scene.room.feeds_folder / f"{path}.atom").getroot()
    return str(root.findtext(f"{ATOM}id"))


@pytest.mark.parametrize("name", ["Archive", "Recent", "archive 1"])
def test_a_section_may_be_called_as_parts_of_the_past_are(scene: Scene, name: str) -> None:
    fill(scene, 9, section=name)
    path = named_path("section", name)
    assert walked(scene, path=path) == live(scene, name)
    assert cache_control(f"{path}.rss") == cache_control(f"{path}/recent.rss") == SHORT
    assert cache_control(f"{path}/archive/1.rss") == FOR_EVER


def test_a_past_whose_feed_is_gone_stops_nobody_and_ends(scene: Scene) -> None:
    """As an earlier release left it behind when a section moved."""
    with scene.room.database.write() as tx:
        begin_slice(tx, path="section/gone/recent", kind=SliceKind.RECENT, name="section/gone")
    fill(scene, 9, section="World")
    assert walked(scene, path="section/world") == live(scene)
    publish_feeds(with_moves(scene, {}, ("section/sport",)).room)
    with scene.room.database.read() as tx:
        assert "section/gone/recent" not in {found.path for found in load_slices(tx)}


def test_the_past_never_stands_where_another_feed_is(scene: Scene) -> None:
    with scene.room.database.write() as tx:
        begin_slice(tx, path="index/recent", kind=SliceKind.SECTION, name="x", id_="urn:x")
    with pytest.raises(ValueError, match="'index/recent' is a feed of its own"):
        fill(scene, 5)
