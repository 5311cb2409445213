"""Taking an article back: the feeds lose it, its document does not bring it back, a person may."""

from publisher.jobs.ingest import ingest
from publisher.jobs.withdraw import restore, withdraw
from publisher.model.work import Work, WorkKind
from publisher.store.articles import load_live_articles
from tests.jobs.rooms import Scene

FEEDS = Work(WorkKind.PUBLISH_FEEDS)


def live(scene: Scene) -> int:
    with scene.room.database.read() as tx:
        return len(load_live_articles(tx))


def test_a_withdrawn_article_leaves_and_its_document_does_not_bring_it_back(scene: Scene) -> None:
    scene.write("a")
    ingest(scene.room)
    scene.taken()
    turned = withdraw(scene.room, "https://news.example/a")
    assert turned is not None
    assert (turned.has_turned, turned.under_way, scene.taken()) == (True, (), [FEEDS])
    scene.write("a", title="Edited")
    ingest(scene.room)
    assert live(scene) == 0
    scene.taken()
    back = restore(scene.room, "desk/a.md")
    assert back is not None
    assert (back.article_id, back.has_turned, scene.taken()) == (turned.article_id, True, [FEEDS])
    assert live(scene) == 1


def test_what_stands_so_already_asks_for_nothing_and_the_unknown_is_nothing(scene: Scene) -> None:
    scene.write("a")
    ingest(scene.room)
    scene.taken()
    back = restore(scene.room, "desk/a.md")
    assert back is not None
    assert not back.has_turned
    assert withdraw(scene.room, "desk/b.md") is None
    assert restore(scene.room, "desk/b.md") is None
    assert scene.taken() == []
