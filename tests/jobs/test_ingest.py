"""Ingest: what can be published is stored, the rest is held back, and nothing stops the others."""

import pytest

from publisher.jobs.ingest import ingest
from publisher.model.work import Work, WorkKind
from publisher.store import articles
from publisher.store.articles import Saved, load_live_articles
from publisher.store.quarantine import load_quarantined
from tests.jobs.rooms import Scene

FEEDS = Work(WorkKind.PUBLISH_FEEDS)


def test_new_articles_are_stored_and_the_feeds_asked_for(scene: Scene) -> None:
    scene.write("a")
    scene.write("b")
    report = ingest(scene.room)
    assert report.saved == {Saved.NEW: 2}
    assert report.has_changes
    assert scene.taken() == [FEEDS]


def test_reading_again_changes_nothing_and_asks_for_nothing(scene: Scene) -> None:
    scene.write("a")
    ingest(scene.room)
    scene.taken()
    report = ingest(scene.room)
    assert report.saved == {Saved.UNCHANGED: 1}
    assert not report.has_changes
    assert scene.taken() == []


def test_one_bad_document_is_held_back_and_the_rest_goes_on(scene: Scene) -> None:
    scene.write("good")
    scene.write("undated", date="")
    report = ingest(scene.room)
    assert report.saved == {Saved.NEW: 1}
    assert [item.key for item in report.quarantined] == ["undated.md"]
    with scene.room.database.read() as tx:
        assert load_quarantined(tx) == report.quarantined
    for words in scene.room.words.values():
        assert words.say_reason(report.quarantined[0].reason)


def test_mended_document_leaves_the_quarantine(scene: Scene) -> None:
    scene.write("a", date="")
    ingest(scene.room)
    scene.write("a")
    assert ingest(scene.room).saved == {Saved.NEW: 1}
    with scene.room.database.read() as tx:
        assert load_quarantined(tx) == ()


def test_article_whose_document_breaks_keeps_its_last_good_revision(scene: Scene) -> None:
    """A slip of the pen in a file does not take the story from the feeds."""
    scene.write("a", title="Good")
    ingest(scene.room)
    scene.write("a", title="Good", date="")
    ingest(scene.room)
    with scene.room.database.read() as tx:
        assert [item.parsed.title for item in load_live_articles(tx)] == ["Good"]
        assert len(load_quarantined(tx)) == 1


def test_two_documents_of_one_page_are_one_article_and_the_rest_goes_on(scene: Scene) -> None:
    """By http and by https: the same id, and it once stopped the whole newsroom."""
    scene.write("a", url="https://news.example/1")
    scene.write("b", url="http://news.example/1")
    scene.write("c")
    assert ingest(scene.room).saved == {Saved.NEW: 2, Saved.DUPLICATE: 1}
    assert ingest(scene.room).saved == {Saved.UNCHANGED: 2, Saved.DUPLICATE: 1}


def test_files_that_swap_names_or_addresses_stop_nothing(scene: Scene) -> None:
    for name in "abc":
        scene.write(name)
    ingest(scene.room)
    (scene.articles / "a.md").rename(scene.articles / "swap")
    (scene.articles / "b.md").rename(scene.articles / "a.md")
    (scene.articles / "swap").rename(scene.articles / "b.md")
    scene.write("c", title="New", url="https://news.example/d")
    scene.write("e", url="https://news.example/c")
    assert ingest(scene.room).saved == {Saved.DUPLICATE: 3, Saved.REVISED: 1}


def test_what_the_database_refuses_is_held_back_with_its_reason(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours is the second look: another process stored the address after the first."""
    scene.write("a")
    ingest(scene.room)
    scene.write("b", url="https://news.example/a")
    (scene.articles / "a.md").unlink()
    with monkeypatch.context() as blind:
        blind.setattr(articles, "_find", lambda *_: None)
        report = ingest(scene.room)
    assert report.saved == {}
    assert [item.key for item in report.quarantined] == ["b.md"]
    for words in scene.room.words.values():
        assert "https://news.example/a" in words.say_reason(report.quarantined[0].reason)
    assert ingest(scene.room).saved == {Saved.REVISED: 1}
