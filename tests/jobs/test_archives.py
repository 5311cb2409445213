"""A feed's past: walking back from the feed meets each article once (checklist 42 G; docs/notes/archives.md)."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.feeds.documents import Document
from publisher.feeds.files import FeedFolder, FileState
from publisher.feeds.places import SliceKind
from publisher.feeds.served import is_feed
from publisher.feeds.validate.document import validate
from publisher.jobs.publish_feeds import Extent, is_behind, publish_feeds
from publisher.model.site import FeedRules
from publisher.store.articles import load_live_articles
from publisher.store.feed_slices import load_slices
from publisher.store.withdrawals import find_article_id, restore_article, withdraw_article
from tests.jobs.pasts import (
    ATOM,
    BASE,
    RULES,
    SHOWN,
    WALKS,
    assert_sections_are_whole,
    fill,
    live,
    load,
    restore,
    save,
    small_archives,
    walk_json,
    walked,
    with_moves,
    withdraw,
)
from tests.jobs.rooms import Scene, open_scene

EXAMPLES = int(os.environ.get("NASHRA_TEST_EXAMPLES", "8"))
"""More of them take minutes: for whoever changes how the past is kept."""


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_archives():
        yield


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        yield scene


def files(scene: Scene, pattern: str) -> dict[str, tuple[bytes, int]]:
    """Bytes and inode of each file that matches."""
    folder = scene.room.feeds_folder
    return {
        file.relative_to(folder).as_posix(): (file.read_bytes(), file.stat().st_ino)
        for file in folder.glob(pattern)
        if file.suffix in (".rss", ".atom", ".json")
    }


@pytest.mark.parametrize("walk", WALKS)
def test_walking_back_meets_every_article_once_in_order(scene: Scene, walk: str) -> None:
    """Checklist 42 G."""
    fill(scene, 17)
    pages = list(WALKS[walk](scene))
    assert [len(page) for page in pages] == [3, 2, 4, 4, 4]
    ids = [id_ for page in pages for id_ in page]
    assert sorted(ids) == live(scene)
    assert len(set(ids)) == 17
    with scene.room.database.read() as tx:
        assert ids == [article.id for article in load_live_articles(tx)], "newest first, all the way"


def test_a_feed_that_shows_all_it_has_names_no_past(scene: Scene) -> None:
    fill(scene, SHOWN)
    assert b"prev-archive" not in load(scene, f"{BASE}index.rss")
    assert not (scene.room.feeds_folder / "index").exists()
    fill(scene, 1, first=SHOWN)
    assert [len(page) for page in walk_json(scene)] == [3, 1]


def test_documents_of_the_past_say_so_and_name_their_neighbours(scene: Scene) -> None:
    """Checklist 42 G: fh:archive, current, prev-archive, next-archive; the feed's own id."""
    fill(scene, 17)
    current = etree.fromstring(load(scene, f"{BASE}index.atom"))
    found = {}
    for name in ("index/recent", "index/archive/1", "index/archive/2", "index/archive/3"):
        root = etree.fromstring(load(scene, f"{BASE}{name}.atom"))
        assert root.find("{http://purl.org/syndication/history/1.0}archive") is not None
        assert root.findtext(f"{ATOM}id") == current.findtext(f"{ATOM}id")
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["current"] == f"{BASE}index.atom"
        assert "hub" not in links
        found[name] = (links.get("prev-archive"), links.get("next-archive"))
    assert found == {
        "index/recent": (f"{BASE}index/archive/3.atom", None),
        "index/archive/3": (f"{BASE}index/archive/2.atom", f"{BASE}index/recent.atom"),
        "index/archive/2": (f"{BASE}index/archive/1.atom", f"{BASE}index/archive/3.atom"),
        "index/archive/1": (None, f"{BASE}index/archive/2.atom"),
    }


def test_a_closed_archive_never_changes_by_what_is_published_later(scene: Scene) -> None:
    """Checklist 42 G: bytes, file and date of an archive stay from when another follows it."""
    fill(scene, 13)
    closed = files(scene, "index/archive/1.*")
    assert len(closed) == 3
    for first in range(13, 33, 5):
        fill(scene, 5, first=first)
    save(scene, "late", hours=-500)
    publish_feeds(scene.room)
    publish_feeds(scene.room, extent=Extent.ALL)
    assert files(scene, "index/archive/1.*") == closed
    assert len(files(scene, "index/archive/*.json")) == 7


def test_what_is_dated_back_into_a_closed_archive_is_met_once_and_the_archive_stays(scene: Scene) -> None:
    fill(scene, 17)
    closed = files(scene, "index/archive/*")
    save(scene, "late", hours=-99.5)
    publish_feeds(scene.room)
    assert walked(scene) == live(scene)
    assert files(scene, "index/archive/*") == closed
    fill(scene, 9, first=17)
    assert walked(scene) == live(scene)


@pytest.mark.parametrize("walk", WALKS)
def test_a_withdrawal_is_stronger_than_an_archive_and_touches_no_other(scene: Scene, walk: str) -> None:
    """Checklist 14 and 42: the story leaves its archive, whose validators change; the others keep theirs."""
    fill(scene, 17)
    before = files(scene, "index/archive/*")
    withdraw(scene, "a05")
    assert walked(scene, walk) == live(scene)
    assert len(live(scene)) == 16
    after = files(scene, "index/archive/*")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"index/archive/2.rss", "index/archive/2.atom", "index/archive/2.json"}
    restore(scene, "a05")
    again = files(scene, "index/archive/*")
    assert {name: data for name, (data, _) in again.items()} == {
        name: data for name, (data, _) in before.items()
    }, "back in its place"


def test_a_correction_is_told_where_the_story_stands(scene: Scene) -> None:
    fill(scene, 17)
    save(scene, "a02", hours=2 - 100, title="mended")
    done = publish_feeds(scene.room)
    titles = [item["title"] for item in json.loads(load(scene, f"{BASE}index/archive/1.json"))["items"]]
    assert "\N{RIGHT-TO-LEFT MARK}mended" in titles
    written = {file.path for file in done.files if file.state is FileState.WRITTEN}
    assert written == {f"index/archive/1{ending}" for ending in (".rss", ".atom", ".json")} | {
        path for path in written if path.startswith(("lang/", "newsletter/"))
    }
    assert walked(scene) == live(scene)


def test_many_withdrawals_shorten_the_feed_and_double_nothing(scene: Scene) -> None:
    fill(scene, 17)
    with scene.room.database.write() as tx:
        for n in (16, 15, 14, 13):
            withdraw_article(tx, find_article_id(tx, f"desk/a{n}") or "", now=scene.time.now)
    publish_feeds(scene.room)
    pages = list(walk_json(scene))
    assert [len(page) for page in pages] == [1, 0, 4, 4, 4]
    assert walked(scene) == live(scene)
    fill(scene, 4, first=17)
    assert walked(scene) == live(scene)


def test_sections_have_their_past_and_other_feeds_do_not(scene: Scene) -> None:
    fill(scene, 9, section="World", language="en")
    assert walked(scene, path="section/world") == live(scene, "World")
    assert [len(page) for page in walk_json(scene, "section/world")] == [3, 2, 4]
    assert [len(page) for page in walk_json(scene, "lang/en")] == [3]
    save(scene, "a01", hours=-99, section="Sport")
    publish_feeds(scene.room)
    assert walked(scene, path="section/world") == live(scene, "World")
    assert walked(scene, path="section/sport") == live(scene, "Sport")


def test_a_long_past_that_comes_at_once_is_archived_in_order(tmp_path: Path) -> None:
    """An import: the oldest stand in the first archive, whatever order they came in."""
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        for n in (*range(1, 60, 2), *range(0, 60, 2)):
            save(scene, f"a{n:02}", hours=n - 100)
        publish_feeds(scene.room)
        with scene.room.database.read() as tx:
            expected = [article.id for article in load_live_articles(tx)]
        assert [id_ for page in walk_json(scene) for id_ in page] == expected
        assert not is_behind(scene.room)


def test_one_article_more_writes_no_archive(scene: Scene) -> None:
    """What it costs grows with the change, not with the past."""
    fill(scene, 18)
    save(scene, "new")
    done = publish_feeds(scene.room)
    written = {file.path.rpartition(".")[0] for file in done.files if file.state is FileState.WRITTEN}
    assert {path for path in written if path.startswith("index")} == {"index", "index/recent"}


def test_every_document_of_the_past_is_valid_at_its_own_address(scene: Scene) -> None:
    """Checklist 1 to 3 and 42: our own validator finds nothing in any of them."""
    fill(scene, 17, section="World")
    names = [*files(scene, "index/**/*"), *files(scene, "section/world/**/*"), *files(scene, "index.*")]
    assert len(names) == 27
    for name in names:
        report = validate((scene.room.feeds_folder / name).read_bytes(), url=BASE + name)
        assert (name, report.findings) == (name, ())


@pytest.mark.parametrize("order", [iter, reversed], ids=["in order", "the last first"])
def test_while_files_are_replaced_an_entry_may_be_met_twice_and_is_never_missed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, order: Callable[[Sequence[Document]], Iterator[Document]]
) -> None:
    """Several files are written at once, so any of a group may be there first."""
    fill(scene, 17)
    before, looks = set(live(scene)), []
    put = FeedFolder._put

    def put_and_look(folder: FeedFolder, *arguments: Any, **more: Any) -> Any:
        done = put(folder, *arguments, **more)
        looks.append(set(walked(scene)))
        return done

    put_all = FeedFolder.put

    def put_in_order(folder: FeedFolder, documents: Sequence[Document], **more: Any) -> Any:
        return put_all(folder, order(documents), **more)

    monkeypatch.setattr(FeedFolder, "put", put_in_order)
    monkeypatch.setattr(FeedFolder, "_put", put_and_look)
    monkeypatch.setattr("publisher.feeds.files._HANDS", 1)
    fill(scene, 6, first=17)
    assert len(looks) > 4
    assert all(look >= before for look in looks)
    assert looks[-1] == set(live(scene))


def test_a_crash_while_archives_are_closed_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    fill(scene, 7)
    save(scene, "b", hours=-50)
    with monkeypatch.context() as broken:
        broken.setattr("publisher.jobs.publish_feeds.write_page", crash)
        with pytest.raises(KeyboardInterrupt):
            publish_feeds(scene.room)
    assert is_behind(scene.room)
    publish_feeds(scene.room)
    assert walked(scene) == live(scene)
    assert [len(page) for page in walk_json(scene)] == [3, 1, 4]


def test_without_archives_nothing_of_them_stays_and_with_them_again_all_is_there(tmp_path: Path) -> None:
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        fill(scene, 9)
    off = FeedRules(max_entries=SHOWN, topics_at_least=0, authors_at_least=0, archives=False)
    with open_scene(tmp_path, feed_rules=off) as scene:
        publish_feeds(scene.room)
        assert files(scene, "index/**/*") == {}
        assert [len(page) for page in walk_json(scene)] == [3]
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        publish_feeds(scene.room)
        assert walked(scene) == live(scene)


SETTINGS: Sequence[tuple[dict[str, str], tuple[str, ...]]] = (
    ({}, ()),
    ({"section/world": "section/international"}, ()),
    ({"section/world": "section/sport"}, ()),
    ({"section/sport": "section/world", "section/archive": "section/world"}, ()),
    ({"section/international": "section/world"}, ("section/sport",)),
    ({}, ("section/archive", "section/world")),
)
"""What moved, and what was retired."""
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["save"] * 4 + ["many", "withdraw", "restore", "time", "settings"] + ["publish"] * 2),
        st.integers(0, 25),
        st.integers(-60, 3),
        st.sampled_from(["World", "Sport", "Archive", None]),
    ),
    max_size=16,
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happened_every_article_is_met_once_at_every_moment(
    actions: list[tuple[str, int, int, str | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Checklist 42 G: new, old, future-dated, moved, withdrawn and restored articles, sections that move and are
    retired, in any order.
    """
    with open_scene(tmp_path_factory.mktemp("past"), feed_rules=RULES) as scene:
        for action, n, hours, section in [*actions, ("publish", 0, 0, None)]:
            scene.time.pass_(minutes=7)
            if action == "settings":
                scene = with_moves(scene, *SETTINGS[n % len(SETTINGS)])
            _act(scene, action, n, hours, section)
            if action == "publish":
                publish_feeds(scene.room)
                for walk in WALKS:
                    assert walked(scene, walk) == live(scene)
                assert_sections_are_whole(scene)


def _act(scene: Scene, action: str, n: int, hours: int, section: str | None) -> None:
    if action == "save":
        save(scene, f"a{n:02}", hours=hours, section=section)
    elif action == "many":
        for more in range(8):
            save(scene, f"m{n}-{more}", hours=hours - more, section=section)
    elif action == "time":
        scene.time.pass_(hours=2)
    elif action in ("withdraw", "restore"):
        with scene.room.database.write() as tx:
            name = find_article_id(tx, f"desk/a{n:02}")
            if name:
                (withdraw_article if action == "withdraw" else restore_article)(tx, name, now=scene.time.now)


def test_a_documents_address_tells_whether_it_is_a_feed_or_of_its_past(scene: Scene) -> None:
    """Checklist 43 G: by it servers know where to name the hub."""
    fill(scene, 12, section="Recent")
    fill(scene, 24, first=12, section="Archive")
    with scene.room.database.read() as tx:
        slices = load_slices(tx)
    pages = [found.path for found in slices if SliceKind(found.kind).is_page]
    assert {"index/recent", "section/archive/archive/1", "section/recent/recent"} <= set(pages)
    for found in slices:
        assert is_feed(f"{found.path}.atom") is (found.path not in pages), found
    assert not is_feed("index.opml")
