"""Ingest: what can be published is stored, the rest is held back, and nothing stops the others."""

from publisher.jobs.ingest import ingest
from publisher.model.work import Work, WorkKind
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
