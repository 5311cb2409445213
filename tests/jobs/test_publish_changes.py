"""Publication change by change: what it writes, what it leaves alone, and that it ends where a whole one would."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.feeds import files
from publisher.feeds.documents import Document, stitch_documents
from publisher.feeds.files import FileState
from publisher.feeds.formats import FORMATS
from publisher.feeds.fragments import Fragment, Fragments
from publisher.jobs import publish_feeds as job
from publisher.jobs import write_documents
from publisher.jobs.publish_feeds import Extent, is_behind, publish_feeds
from publisher.model.correction import StatedCorrection
from publisher.model.direction import Direction
from publisher.model.feed import Feed
from publisher.model.media import Tag
from publisher.model.reason import reason
from publisher.model.site import FeedRules, FeedSpec, Selection
from publisher.store.articles import load_articles, save_parsed
from publisher.store.corrections import add_corrections
from publisher.store.feed_changes import note_change
from publisher.store.withdrawals import find_article_id, restore_article, withdraw_article
from tests.feeds.whole import build_feeds, render_documents
from tests.jobs.rooms import START, Scene, open_scene
from tests.store import rows

RULES = FeedRules(
    max_entries=3,
    topics_at_least=2,
    authors_at_least=2,
    tombstones_for=timedelta(hours=5),
    archives=False,  # a feed's past has tests of its own: test_archives.py
)
SPECS = (
    FeedSpec(slug="oil", title="النفط", selection=Selection(terms=("النفط",))),
    FeedSpec(
        slug="brief", title="موجز", selection=Selection(), full=False, max_entries=2, correction_entries=True
    ),
)


def save(scene: Scene, key: str, **changes: Any) -> None:
    """Store a document, as an ingest would."""
    values: dict[str, Any] = {"published_at": START - timedelta(hours=1), "url": None, **changes}
    with scene.room.database.write() as tx:
        save_parsed(
            tx, rows.parsed(key, **values), home="https://news.example", present=(), now=scene.time.now
        )


def written(scene: Scene, **more: Any) -> set[str]:
    """Publish; the files that were written."""
    done = publish_feeds(scene.room, **more)
    return {file.path for file in done.files if file.state is FileState.WRITTEN}


def index(scene: Scene, path: str = "index") -> list[dict[str, Any]]:
    """The items of a feed."""
    found = json.loads((scene.room.feeds_folder / f"{path}.json").read_bytes())["items"]
    assert isinstance(found, list)
    return found


def three(path: str) -> set[str]:
    """A feed's files."""
    return {f"{path}.rss", f"{path}.atom", f"{path}.json"}


def test_only_the_feeds_an_article_stands_in_are_written(scene: Scene) -> None:
    publish_feeds(scene.room)
    save(scene, "a", section="World", language="en")
    assert written(scene) == three("index") | three("lang/en") | three("newsletter/daily") | three(
        "section/world"
    )
    assert written(scene) == set()


def test_an_article_is_written_once_for_all_its_feeds_and_publications(scene: Scene) -> None:
    for name in "abc":
        save(scene, name, section="World")
    publish_feeds(scene.room)
    assert len(scene.room.fragments) == 3
    save(scene, "b", section="World", title="آخر")
    publish_feeds(scene.room)
    assert len(scene.room.fragments) == 4, "the three, and the new revision of one"


def test_a_change_of_section_is_written_in_the_old_one_too(scene: Scene) -> None:
    save(scene, "a", section="World")
    publish_feeds(scene.room)
    save(scene, "a", section="Sport")
    assert written(scene) >= three("section/world") | three("section/sport")
    assert index(scene, "section/world") == []


def test_an_article_dated_ahead_waits_for_its_moment(scene: Scene) -> None:
    """Feed checklist 14."""
    save(scene, "a", published_at=START + timedelta(minutes=3))
    publish_feeds(scene.room)
    assert index(scene) == []
    assert not is_behind(scene.room)
    scene.time.pass_(minutes=3)
    assert is_behind(scene.room)
    assert written(scene) >= three("index")
    assert len(index(scene)) == 1


def test_a_withdrawn_article_leaves_at_once_and_is_told_for_a_time(tmp_path: Path) -> None:
    """Feed checklist 14: RFC 6721 in Atom, an extension in JSON."""
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        save(scene, "a")
        publish_feeds(scene.room)
        (item,) = index(scene)
        with scene.room.database.write() as tx:
            assert withdraw_article(tx, item["id"], now=scene.time.now)
        publish_feeds(scene.room)
        document = json.loads((scene.room.feeds_folder / "index.json").read_bytes())
        assert document["items"] == []
        assert document["_nashra"] == {
            "deleted": [{"id": item["id"], "date_deleted": "2025-11-01T17:00:00+03:00"}]
        }
        atom = (scene.room.feeds_folder / "index.atom").read_text(encoding="utf-8")
        assert "at:deleted-entry" in atom
        assert "<updated>2025-11-01T17:00:00+03:00</updated>" in atom, "the feed's date never goes back"
        scene.time.pass_(hours=5)
        assert {"index.atom", "index.json"} <= written(scene)
        assert b"deleted" not in (scene.room.feeds_folder / "index.json").read_bytes()


def test_an_article_withdrawn_before_anybody_saw_it_leaves_no_trace(scene: Scene) -> None:
    save(scene, "a", published_at=START + timedelta(minutes=3))
    with scene.room.database.write() as tx:
        withdraw_article(tx, find_article_id(tx, "desk/a") or "", now=scene.time.now)
    scene.time.pass_(minutes=4)
    publish_feeds(scene.room)
    assert b"deleted" not in (scene.room.feeds_folder / "index.json").read_bytes()


def test_a_topic_and_an_author_get_their_feeds_with_enough_articles_and_keep_them(tmp_path: Path) -> None:
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        tagged = {"tags": (Tag(name="Mali"),), "authors": ("Salma Ali", "Omar")}
        save(scene, "a", **tagged)
        assert not any("topic/" in path or "author/" in path for path in written(scene))
        save(scene, "b", **tagged)
        assert written(scene) >= three("topic/mali") | three("author/salma-ali") | three("author/omar")
        save(scene, "b", tags=())
        publish_feeds(scene.room)
        assert [item["title"] for item in index(scene, "topic/mali")] == ["عنوان"]
        assert "topic/mali" in {listing.path for listing in publish_feeds(scene.room).listings}


def test_a_crash_before_the_files_is_repaired_by_the_next_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feed checklist 34: the change was taken off the list, and its files were never written."""
    publish_feeds(scene.room)
    save(scene, "a")
    with monkeypatch.context() as patch:
        patch.setattr(job, "write_documents", _crash)
        with pytest.raises(KeyboardInterrupt):
            publish_feeds(scene.room)
    assert index(scene) == []
    assert is_behind(scene.room)
    publish_feeds(scene.room)
    assert len(index(scene)) == 1
    assert not is_behind(scene.room)


def test_a_crash_between_the_files_is_repaired_by_the_next_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feed checklist 34: some files were written, and the folder does not know of it."""
    save(scene, "a")
    with monkeypatch.context() as patch:
        patch.setattr(files.FeedFolder, "complete_gzip", _crash)
        with pytest.raises(KeyboardInterrupt):
            publish_feeds(scene.room)
    assert is_behind(scene.room)
    path = scene.room.feeds_folder / "index.rss"
    before = path.stat()
    scene.time.pass_(minutes=1)
    publish_feeds(scene.room)
    assert (path.stat().st_ino, path.stat().st_mtime) == (before.st_ino, before.st_mtime), "whole already"
    assert (scene.room.feeds_folder / "index.rss.gz").exists()
    assert not is_behind(scene.room)


def _crash(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_a_file_that_was_lost_or_changed_is_mended_when_asked(scene: Scene) -> None:
    save(scene, "a")
    publish_feeds(scene.room)
    folder = scene.room.feeds_folder
    (folder / "index.rss").unlink()
    (folder / "lang/ar.json").write_text("{}")
    (folder / "lang/en.atom.gz").unlink()
    assert written(scene) == set()
    assert written(scene, extent=Extent.DAMAGED) == {"index.rss", "lang/ar.json"}
    assert (folder / "lang/en.atom.gz").exists()
    assert written(scene, extent=Extent.ALL) == set(), "equal bytes keep their file"


def test_a_second_folder_finds_by_itself_what_it_is_behind_with(scene: Scene, tmp_path: Path) -> None:
    save(scene, "a")
    publish_feeds(scene.room)
    with open_scene(tmp_path, feeds_folder=tmp_path / "other") as other:
        assert is_behind(other.room)
        assert written(other) >= three("index")
        assert written(scene) == set()


def test_an_article_that_cannot_be_written_costs_only_itself_and_the_next_takes_its_place(
    tmp_path: Path,
) -> None:
    """Feed checklist 20."""
    with open_scene(tmp_path, feed_rules=RULES) as scene:
        for hour, name in enumerate("abcd"):
            at = START - timedelta(hours=9 - hour)
            save(scene, name, title=name, published_at=at, language="en", direction=Direction.LTR)
        save(scene, "bad", title="bad", url="ftp://news.example/x")
        done = publish_feeds(scene.room)
        assert [item["title"] for item in index(scene)] == ["d", "c", "b"]
        assert [failed.reason.key for failed in done.failed] == ["feeds.entry.failed"]
        assert publish_feeds(scene.room).failed == done.failed, "the operator is told until it is mended"
        save(scene, "bad", title="good", url="https://news.example/x", language="en", direction=Direction.LTR)
        assert publish_feeds(scene.room).failed == ()
        assert index(scene)[0]["title"] == "good"


def test_changed_settings_begin_rename_and_end_feeds(tmp_path: Path) -> None:
    with open_scene(tmp_path, feed_specs=SPECS) as scene:
        save(scene, "a", title="أسعار النفط")
        assert written(scene) >= three("oil") | three("brief")
    renamed = (FeedSpec(slug="oil", title="الطاقة", selection=Selection(terms=("الغاز",))),)
    with open_scene(tmp_path, feed_specs=renamed) as scene:
        assert is_behind(scene.room)
        done = publish_feeds(scene.room)
        assert index(scene, "oil") == []
        assert {listing.title for listing in done.listings} >= {"صحيفة: الطاقة"}
        assert not list(scene.room.feeds_folder.glob("brief.*"))
        assert not is_behind(scene.room)


def test_a_correction_is_an_entry_of_its_own_where_that_is_asked(tmp_path: Path) -> None:
    """Feed checklist 13 and 45: for readers that never update what they have."""
    with open_scene(tmp_path, feed_specs=SPECS) as scene:
        save(scene, "a", title="خبر")
        publish_feeds(scene.room)
        scene.time.pass_(minutes=1)
        _correct(scene, "a", StatedCorrection(note="كان الرقم 7"))
        publish_feeds(scene.room)
        (article,) = index(scene)
        assert article["date_modified"] == "2025-11-01T17:01:00+03:00"
        own, kept = index(scene, "brief")
        assert (own["id"], own["title"]) == (article["id"] + ";correction=1", "تصحيح: خبر")
        assert own["date_published"] == "2025-11-01T17:01:00+03:00"
        assert kept["id"] == article["id"]
        _correct(scene, "a", StatedCorrection(note="وكان الاسم سالم", announce=True))
        publish_feeds(scene.room)
        assert [item["id"] for item in index(scene)] == [article["id"] + ";correction=2", article["id"]]


def _correct(scene: Scene, key: str, stated: StatedCorrection) -> None:
    with scene.room.database.write() as tx:
        number = next(a.number for a in load_articles(tx) if a.parsed.key == key)
        add_corrections(tx, number, [stated], now=scene.time.now)
        note_change(tx, number, due_at=scene.time.now)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["save", "save", "save", "withdraw", "restore", "correct", "time", "publish", "forget"]
        ),
        st.sampled_from("abcde"),
        st.fixed_dictionaries(
            {
                "section": st.sampled_from([None, "World", "رياضة"]),
                "language": st.sampled_from(["ar", "en", "fa"]),
                "authors": st.lists(st.sampled_from(["Salma", "Omar"]), max_size=2).map(tuple),
                "tags": st.lists(st.sampled_from([Tag(name="Mali"), Tag(name="مالي")]), max_size=2).map(
                    tuple
                ),
                "title": st.sampled_from(["خبر", "أسعار النفط"]),
                "hours": st.integers(-3, 2),
            }
        ),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_change_by_change_is_what_a_whole_publication_gives(
    actions: list[tuple[str, str, dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Feed checklist 8 and 9: whatever happened and however often it was published in between."""
    folder = tmp_path_factory.mktemp("changes")
    with open_scene(folder, feed_rules=RULES, feed_specs=SPECS) as scene:
        for action, key, fields in actions:
            _act(scene, action, key, fields)
        publish_feeds(scene.room)
        with scene.room.database.read() as tx:
            articles = load_articles(tx)
        built = build_feeds(
            scene.room.site, articles, SPECS, scene.room.words,
            now=scene.time.now, rules=RULES, newsletters=scene.room.newsletters,
        )  # fmt: skip
        begun = {feed.path for feed in built.feeds}
        expected = {document.path: document.data for document in render_documents(built.feeds).documents}
        found = {
            path.relative_to(scene.room.feeds_folder).as_posix(): path.read_bytes()
            for path in scene.room.feeds_folder.rglob("*.*")
            if path.suffix in (".rss", ".atom", ".json") and not path.name.startswith(".")
        }
        kept = {name for name in found if name.rpartition(".")[0] not in begun}
        assert {name: data for name, data in found.items() if name not in kept} == expected
        assert all(name.startswith(("topic/", "author/", "section/", "lang/fa")) for name in kept)


def _act(scene: Scene, action: str, key: str, fields: dict[str, Any]) -> None:
    scene.time.pass_(minutes=7)
    fields = dict(fields)
    at = START + timedelta(hours=fields.pop("hours"))
    match action:
        case "save":
            save(scene, key, published_at=at, **fields)
        case "time":
            scene.time.pass_(hours=4)
        case "publish":
            publish_feeds(scene.room)
        case "forget":
            scene.room.fragments.__init__(Fragments()._limit)  # type: ignore[misc]
        case _:
            _turn(scene, action, key)


def _turn(scene: Scene, action: str, key: str) -> None:
    with scene.room.database.read() as tx:
        name = find_article_id(tx, f"desk/{key}")
    if name is None:
        return
    if action == "correct":
        _correct(scene, key, StatedCorrection(note=f"{scene.time.now}", announce=key == "a"))
        return
    with scene.room.database.write() as tx:
        (withdraw_article if action == "withdraw" else restore_article)(tx, name, now=scene.time.now)


def test_a_feed_that_cannot_be_written_keeps_its_last_good_files_and_costs_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(scene, "a", section="World")
    publish_feeds(scene.room)
    before = (scene.room.feeds_folder / "section/world.rss").read_bytes()

    def break_one(feed: Feed, fragments: Sequence[Fragment]) -> tuple[Document, ...]:
        if feed.path == "section/world":
            raise ValueError("no such title")
        return stitch_documents(feed, fragments)

    save(scene, "b", section="World")
    with monkeypatch.context() as broken:
        broken.setattr(write_documents, "stitch_documents", break_one)
        published = publish_feeds(scene.room)
    assert len(index(scene)) == 2
    assert (scene.room.feeds_folder / "section/world.rss").read_bytes() == before
    kept = [file for file in published.files if file.state is FileState.KEPT]
    assert [file.path for file in kept] == [f"section/world{format_.ending}" for format_ in FORMATS]
    assert [file.reason for file in kept] == [
        reason("feeds.document.failed", detail="ValueError: no such title")
    ] * 3
    assert not is_behind(scene.room), "not tried again at every tick"
    publish_feeds(scene.room, extent=Extent.DAMAGED)
    assert (scene.room.feeds_folder / "section/world.rss").read_bytes() != before, "but at the next start"
