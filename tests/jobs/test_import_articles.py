"""Feed checklist 10: a newsroom moves here, and no reader of its feeds is shown anything again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest

from publisher.feeds.atom_id import atom_id
from publisher.jobs import import_articles as job
from publisher.jobs.former_document import Entries, read_file
from publisher.jobs.import_articles import Brought, ImportReport, import_articles
from publisher.jobs.ingest import ingest
from publisher.jobs.publish_feeds import Extent, publish_feeds
from publisher.jobs.withdraw import withdraw
from publisher.model.work import Work, WorkKind
from publisher.sources.moving.entry import FormerEntry, UnreadableError
from publisher.sources.moving.read import Terms, read_entries
from publisher.store.articles import Saved, load_articles, save_parsed
from tests.feeds.hostile.payloads import BROKEN, every_payload
from tests.jobs.rooms import Scene, open_scene, site

DATA = Path(__file__).parents[1] / "data"
TERMS = Terms(home="https://tide.example")
FEEDS = [
    "aljazeera.rss", "bbc.rss", "blogger.atom", "django.atom", "django.rss", "eleventy.atom", "eleventy.json",
    "ghost.rss", "github.atom", "guardian.rss", "hugo.rss", "jekyll.atom", "microblog.json", "nyt.rss", "podcast.json",
    "podcast.rss", "substack.rss", "wordpress.atom", "wordpress.rss", "wordpress_arabic.rss", "archive.atom",
]  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A newsroom that has nothing yet, some weeks after everything in the feeds."""
    with open_scene(tmp_path) as scene:
        scene.time.pass_(days=40)
        yield scene


def bring(scene: Scene, document: Path | str, **more: Any) -> ImportReport:
    """Import a file, or a document from text."""
    entries: Entries
    if isinstance(document, Path):
        entries = read_file(document, TERMS)
    else:
        read = partial(read_entries, partial(BytesIO, document.encode()), TERMS)
        entries = lambda: (found for found in read() if isinstance(found, FormerEntry))  # noqa: E731
    return import_articles(scene.room, entries, **more)


def rss(*items: str) -> str:
    """A feed in Arabic."""
    return f'<rss version="2.0"><channel><language>ar</language>{"".join(items)}</channel></rss>'


def item(guid: str, url: str = "", text: str = "نص الخبر.", day: int = 1, title: str = "عنوان") -> str:
    """An item of it."""
    link = f"<link>{url}</link>" if url else ""
    return (
        f'<item><title>{title}</title>{link}<guid isPermaLink="false">{guid}</guid>'
        f"<pubDate>{day:02} Nov 2025 10:00:00 +0300</pubDate><description>&lt;p>{text}</description></item>"
    )


def seen_before(file: Path) -> set[str]:
    """The ids that readers of a former feed have."""
    if file.suffix == ".json":
        return {entry["id"] for entry in json.loads(file.read_bytes())["items"]}
    return {entry.id for entry in feedparser.parse(file).entries}


def seen_now(scene: Scene) -> set[str]:
    """The ids that readers of ours have, of every document back to the first, the same in all three formats."""
    ids: list[str] = []
    path = "index"
    while path:
        folder = scene.room.feeds_folder
        document = json.loads((folder / f"{path}.json").read_bytes())
        here = [entry["id"] for entry in document["items"]]
        assert [entry.id for entry in feedparser.parse(folder / f"{path}.rss").entries] == here
        atoms = [entry.id for entry in feedparser.parse(folder / f"{path}.atom").entries]
        assert atoms == [atom_id(guid) for guid in here]
        ids += here
        path = document.get("next_url", "").partition("/feeds/")[2].removesuffix(".json")
    assert len(set(ids)) == len(ids)
    return set(ids)


@pytest.mark.parametrize("name", FEEDS)
def test_the_ids_readers_had_are_the_ids_they_have(scene: Scene, name: str) -> None:
    file = DATA / "feeds" / name
    report = bring(scene, file, language="en")
    assert report.left_out == ()
    assert publish_feeds(scene.room).failed == ()
    assert seen_now(scene) == seen_before(file) != set()


def test_they_stay_through_an_edit_another_slug_another_domain_and_publishing_again(scene: Scene) -> None:
    """The articles' own documents come after the import, and live on by themselves."""
    bring(
        scene,
        rss(item("https://old.example/?p=1", "https://old.example/a"), item("2", "https://old.example/b")),
    )
    publish_feeds(scene.room)
    before = seen_now(scene)
    assert before == {"https://old.example/?p=1", "2"}
    for name in "ab":
        scene.write(name, url=f"https://old.example/{name}", title="Its own document")
    assert ingest(scene.room).saved == {Saved.REVISED: 2}
    publish_feeds(scene.room)
    assert seen_now(scene) == before
    new = site(home="https://new.example", base_url="https://feeds.new.example")
    moved = replace(scene, room=replace(scene.room, site=new))
    for name in "ab":
        moved.write(name, url=f"https://new.example/2026/{name}-new", title="Edited")
    assert ingest(moved.room).saved == {Saved.REVISED: 2}
    publish_feeds(moved.room, extent=Extent.ALL)
    assert seen_now(moved) == before
    titles = {entry.title for entry in feedparser.parse(scene.room.feeds_folder / "index.rss").entries}
    assert titles == {"Edited"}


def test_an_export_of_wordpress_brings_what_its_feed_had(scene: Scene) -> None:
    report = bring(scene, DATA / "moving" / "wordpress.xml")
    publish_feeds(scene.room)
    assert seen_now(scene) == {"https://marfa.example/?p=77", "https://marfa.example/?p=81"}
    assert report.brought == {Brought.NEW: 2}
    assert [(left.place, left.title, left.reason.key) for left in report.left_out] == [
        ("item 1", "قارب", "moving.other_kind"),
        ("item 4", "خبر عاجل", "moving.other_kind"),
        ("item 5", "مسودة", "moving.not_published"),
        ("item 6", "للمشتركين", "moving.protected"),
    ]
    content = json.loads((scene.room.feeds_folder / "index.json").read_bytes())["items"][1]["content_html"]
    assert "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg" in content
    assert "<script" not in content


def test_an_export_of_ghost_brings_what_its_feed_had(scene: Scene) -> None:
    assert bring(scene, DATA / "moving" / "ghost.json").brought == {Brought.NEW: 2}
    publish_feeds(scene.room)
    assert seen_now(scene) == {"6541d1a5c1f2b40001a1b2c3", "17"}


def test_a_long_past_is_had_whole_in_archives(scene: Scene) -> None:
    bring(scene, rss(*(item(f"id {n}", f"https://old.example/{n}", day=1 + n % 28) for n in range(130))))
    publish_feeds(scene.room)
    assert seen_now(scene) == {f"id {n}" for n in range(130)}


def test_importing_again_brings_nothing_and_asks_for_nothing(scene: Scene) -> None:
    document = rss(item("1"), item("2", text="نص&lt;p>آخر"))
    assert bring(scene, document).brought == {Brought.NEW: 2}
    assert scene.taken() == [Work(WorkKind.PUBLISH_FEEDS)]
    assert bring(scene, document).brought == {Brought.UNCHANGED: 2}
    assert scene.taken() == []


def test_what_the_former_system_changed_is_brought_but_never_an_excerpt(scene: Scene) -> None:
    """A feed of summaries after a whole export must not shorten what is there."""
    bring(scene, rss(item("1", text="نص أول.&lt;p>نص ثان.")))
    assert bring(scene, rss(item("1", text="نص أول مصحح.&lt;p>نص ثان."))).brought == {Brought.UPDATED: 1}
    assert bring(scene, rss(item("1", text="نص أول…"))).brought == {Brought.UNCHANGED: 1}
    with scene.room.database.read() as tx:
        (article,) = load_articles(tx)
    assert [block.text for block in article.parsed.blocks] == ["نص أول مصحح.", "نص ثان."]


def test_what_its_own_document_speaks_for_is_left_alone(scene: Scene) -> None:
    document = rss(item("1", "https://news.example/a", text="قديم.&lt;p>قديم."))
    bring(scene, document)
    scene.write("a", title="Its own")
    ingest(scene.room)
    assert bring(scene, document).brought == {Brought.TAKEN_OVER: 1}
    with scene.room.database.read() as tx:
        (article,) = load_articles(tx)
    assert (article.id, article.parsed.title) == ("1", "Its own")


def test_an_article_that_came_first_keeps_its_id_and_the_import_says_so(scene: Scene) -> None:
    scene.write("a")
    ingest(scene.room)
    with scene.room.database.read() as tx:
        (article,) = load_articles(tx)
    (left,) = bring(scene, rss(item("9", "https://news.example/a"))).left_out
    assert left.reason.key == "moving.other_id"
    assert left.reason.arguments == {"address": "https://news.example/a", "id": article.id, "guid": "9"}


def test_a_withdrawn_article_is_not_brought_back(scene: Scene) -> None:
    bring(scene, rss(item("1"), item("2")))
    withdraw(scene.room, "1")
    bring(scene, rss(item("1", text="نص.&lt;p>آخر"), item("2")))
    publish_feeds(scene.room)
    assert seen_now(scene) == {"2"}


def test_of_two_entries_with_one_guid_the_first_counts(scene: Scene) -> None:
    """The same entry again is none: pages of a feed overlap."""
    document = rss(item("1"), item("1"), item("1", title="آخر"))
    report = bring(scene, document)
    assert report.brought == {Brought.NEW: 1}
    (left,) = report.left_out
    assert (left.place, left.title, left.reason.key) == ("item 3", "آخر", "moving.repeated")


def test_a_rehearsal_tells_the_same_and_writes_nothing(scene: Scene) -> None:
    document = rss(item("1", "https://x.example/1"), item("2", "https://x.example/1"), item("", title="بلا"))
    rehearsed = bring(scene, document, is_rehearsal=True)
    assert rehearsed.brought == {Brought.NEW: 1}
    assert [left.reason.key for left in rehearsed.left_out] == ["moving.no_guid", "moving.other_id"]
    with scene.room.database.read() as tx:
        assert load_articles(tx) == ()
    assert scene.taken() == []
    assert bring(scene, document) == rehearsed


@pytest.mark.parametrize("step", [1, 2, 200])
def test_a_rehearsal_tells_the_same_across_its_steps(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """What a step wrote counts in those after it: an address that is taken, an article that is known."""
    monkeypatch.setattr(job, "STEP", step)
    bring(scene, rss(item("0", "https://x.example/0", text="قديم.&lt;p>قديم.")))
    scene.taken()
    document = rss(
        item("1", "https://x.example/1"),
        item("2", "https://x.example/2"),
        item("3", "https://x.example/1"),
        item("0", "https://x.example/0", text="جديد.&lt;p>جديد."),
        item("4", "https://x.example/0"),
    )
    told: list[int] = []
    rehearsed = bring(scene, document, is_rehearsal=True, watch=told.append)
    assert rehearsed.brought == {Brought.NEW: 2, Brought.UPDATED: 1}
    assert [left.reason.key for left in rehearsed.left_out] == ["moving.other_id"] * 2
    assert told[-1] == 5
    assert scene.taken() == []
    with scene.room.database.read() as tx:
        assert [article.id for article in load_articles(tx)] == ["0"]
    assert bring(scene, document) == rehearsed


def test_nothing_is_brought_from_what_breaks_in_the_middle(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "STEP", 1)
    with pytest.raises(UnreadableError):
        bring(scene, rss(item("1"), item("2"), "<item>"))
    with scene.room.database.read() as tx:
        assert load_articles(tx) == ()


def test_an_import_that_was_broken_off_is_run_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is whole or not there."""
    monkeypatch.setattr(job, "STEP", 2)
    document = rss(*(item(str(n)) for n in range(5)))

    def break_off(tx: Any, parsed: Any, **more: Any) -> Any:
        if parsed.key == "3":
            raise KeyboardInterrupt
        return save_parsed(tx, parsed, **more)

    monkeypatch.setattr(job, "save_parsed", break_off)
    with pytest.raises(KeyboardInterrupt):
        bring(scene, document)
    with scene.room.database.read() as tx:
        assert {article.id for article in load_articles(tx)} == {"0", "1"}
    monkeypatch.setattr(job, "save_parsed", save_parsed)
    told: list[int] = []
    report = bring(scene, document, watch=told.append)
    assert report.brought == {Brought.UNCHANGED: 2, Brought.NEW: 3}
    assert told == [2, 4, 5]


def test_no_attack_in_a_former_feed_costs_an_entry_or_reaches_a_reader(scene: Scene) -> None:
    """What is published passed the gate, whose errors are everything that acts; words around the attack stay."""
    payloads = (*every_payload(), *BROKEN)
    document = rss(
        *(item(str(n), text=f"{'قبل ' * 300}{escape(payload)} بعد") for n, payload in enumerate(payloads))
    )
    report = bring(scene, document)
    assert report == ImportReport(brought={Brought.NEW: len(payloads)}, left_out=())
    assert publish_feeds(scene.room).failed == ()
    assert seen_now(scene) == {str(n) for n in range(len(payloads))}


def test_our_own_feeds_come_back_as_they_were(tmp_path: Path) -> None:
    """From one Nashra to another: ids, addresses, dates, words."""
    told: list[list[tuple[object, ...]]] = []
    for name in ("one", "two", "three", "four"):
        (tmp_path / name).mkdir()
        with open_scene(tmp_path / name) as scene:
            scene.time.pass_(days=40)
            former = tmp_path / "one" / "feeds"
            documents = {"two": "index.rss", "three": "index.atom", "four": "index.json"}
            source = former / documents[name] if name != "one" else DATA / "moving" / "wordpress.xml"
            assert bring(scene, source).left_out == () or name == "one"
            publish_feeds(scene.room)
            with scene.room.database.read() as tx:
                articles = load_articles(tx)
        told.append(
            [
                (
                    article.id,
                    article.parsed.url,
                    article.parsed.title,
                    article.parsed.language,
                    article.parsed.published_at,
                    article.parsed.blocks[0].html or article.parsed.blocks[0].text,
                )
                for article in articles
            ]
        )
    assert len(told[0]) == 2
    assert told[1] == told[2] == told[3] == told[0]
