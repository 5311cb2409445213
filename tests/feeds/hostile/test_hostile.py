"""The hostile corpus: no text and no markup breaks a feed, acts in a reader, or costs an entry without a reason."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import html

from publisher.feeds.documents import Document
from publisher.feeds.validate.document import validate
from publisher.model.article import Article
from publisher.model.feed import Entry, FailedEntry
from tests.feeds.hostile import readers
from tests.feeds.hostile.corpus import (
    Hostile,
    as_articles,
    every_hostile,
    read_documents,
    smuggled,
    straight,
    write_documents,
)
from tests.feeds.hostile.payloads import every_payload
from tests.feeds.hostile.texts import SURROGATES, WRITTEN, code_points
from tests.feeds.npm_readers import needs_npm, read_all
from tests.feeds.read_back import Read, as_written, with_atoma, with_fastfeedparser
from tests.feeds.samples import NOW, SITE, all_words, build_index
from tests.feeds.whole import build_feeds, render_documents

HOSTILES: tuple[Hostile, ...] = tuple(every_hostile())
SHORT = tuple(hostile for hostile in HOSTILES if hostile.name != "megabyte")
"""No person writes a headline of a megabyte."""
HELD_BACK = {"sources.binary", "sources.mojibake", "sources.encoding_unknown"}
ALLOWED = {
    "a": {"href"}, "img": {"src", "alt", "width", "height"}, "div": set(), "span": set(), "p": set(), "h2": set(),
    "blockquote": set(), "ul": set(), "ol": set(), "li": set(), "figure": set(), "figcaption": set(), "small": set(),
} | {tag: set() for tag in ("em", "strong", "b", "i", "s", "del", "sub", "sup", "code", "br")}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of a set of articles: documents in chunks of fifty, the entries in them, and those left out."""

    documents: tuple[Document, ...]
    entries: tuple[Entry, ...]
    failed: tuple[FailedEntry, ...]

    def expected(self, document: Document) -> list[Read]:
        """What a reader should find in it."""
        written = {entry.id: as_written(entry) for entry in self.entries}
        return [written[id_] for id_ in document.ids]


def with_line_feeds(read: Read) -> Read:
    """Where a document of XML has a separator of lines in its first 64 KB, fastfeedparser makes line feeds of all."""
    return replace(read, content=read.content.replace("\u2028", "\n").replace("\u2029", "\n"))


def publish(articles: Sequence[Article]) -> Published:
    """Through the builders and writers as a publication goes, fifty articles to a feed."""
    documents: list[Document] = []
    entries: list[Entry] = []
    failed: list[FailedEntry] = []
    for start in range(0, len(articles), 50):
        built = build_feeds(SITE, articles[start : start + 50], (), all_words(), now=NOW)
        rendered = render_documents(built.feeds[:1])
        documents += rendered.documents
        lost = {one.id for one in (*built.failed, *rendered.failed)}
        entries += [entry for entry in built.feeds[0].entries if entry.id not in lost]
        failed += (*built.failed, *rendered.failed)
    return Published(documents=tuple(documents), entries=tuple(entries), failed=tuple(failed))


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The corpus as documents of a folder; what is held back has one of three reasons."""
    folder = tmp_path_factory.mktemp("hostile")
    write_documents(folder, HOSTILES)
    parsed, held = read_documents(folder)
    assert len(parsed) + len(held) == len(HOSTILES)
    assert {item.reason.key for item in held} <= HELD_BACK
    assert len(held) < 12
    published = publish(as_articles(parsed))
    assert len(published.entries) + len(published.failed) == len(parsed)
    return published


@pytest.fixture(scope="module")
def written() -> Published:
    """The corpus straight to the writers, in every field."""
    return publish([straight(number, hostile) for number, hostile in enumerate(SHORT)])


def assert_readable(published: Published, folder: Path) -> None:
    """Every reader finds every entry as it was written; the schemas and our validator have nothing to say against any
    document.
    """
    names: dict[str, tuple[str, ...]] = {}
    for number, document in enumerate(published.documents):
        kind, expected = document.format.name, published.expected(document)
        readers.check_schema(kind, document.data)
        assert validate(document.data, url=document.url, now=NOW).errors == ()
        assert with_atoma(kind, document.data) == expected
        assert list(map(with_line_feeds, with_fastfeedparser(document.data))) == list(
            map(with_line_feeds, expected)
        )
        name = f"{number}{document.format.ending}"
        (folder / name).write_bytes(document.data)
        names[name] = document.ids
    for name, found in readers.entries_by_reader(folder, list(names)).items():
        assert found == set(names[name])


def test_the_corpus_is_what_it_should_be() -> None:
    assert {ord(char) for text in code_points() for char in text} == set(range(0x110000))
    assert len(set(every_payload())) == len(every_payload()) > 300
    assert len(HOSTILES) > 600


def test_ingested_articles_are_readable_by_every_reader(ingested: Published, tmp_path: Path) -> None:
    assert ingested.failed == ()
    assert_readable(ingested, tmp_path)


def test_texts_past_every_source_are_readable_by_every_reader(written: Published, tmp_path: Path) -> None:
    assert written.failed == ()
    assert len(written.entries) == len(SHORT)
    assert_readable(written, tmp_path)


@needs_npm
def test_the_readers_of_npm_find_what_was_written(
    ingested: Published, written: Published, tmp_path: Path
) -> None:
    """Ids, titles, links, dates and content of all of it, in one process of Node."""
    documents: dict[str, bytes] = {}
    expected: dict[str, list[Read]] = {}
    for published in (ingested, written):
        for document in published.documents:
            name = f"{len(documents)}{document.format.ending}"
            documents[name] = document.data
            expected[name] = published.expected(document)
    found = read_all(tmp_path, documents)
    assert found["feedsmith"] == expected
    assert found["rss-parser"] == {n: reads for n, reads in expected.items() if not n.endswith(".json")}


def test_feedparser_reads_the_worst_of_it(ingested: Published, written: Published) -> None:
    """Slower than the others by far, so every tenth document."""
    for document in (*ingested.documents, *written.documents)[::10]:
        if document.format.name != "json":
            assert readers.ids_by_feedparser(document.data) == list(document.ids)


def test_nothing_executable_remains(ingested: Published, written: Published) -> None:
    """By an allow-list that knows nothing of our validator or sanitiser."""
    for entry in (*ingested.entries, *written.entries):
        root = html.fragment_fromstring(entry.content_html or "", create_parent=False)
        for element in root.iter():
            assert isinstance(element.tag, str), "a comment or an instruction"
            assert set(element.attrib) <= ALLOWED[element.tag] | {"dir", "lang"}, (
                element.tag,
                element.attrib,
            )
            for name in ("href", "src"):
                assert re.match("https?://[a-z0-9]|mailto:|$", element.get(name, "")), element.get(name)


def test_markup_that_passed_no_sanitiser_is_refused_or_harmless() -> None:
    """The last door: what a defect before the writers lets through, costs the entry and is named, or cannot act."""
    articles = [smuggled(n, hostile) for n, hostile in enumerate(HOSTILES) if hostile.markup]
    published = publish(articles)
    assert len(published.entries) + len(published.failed) == len(articles)
    assert len(published.failed) > 250
    assert all(item.reason.key in {"feeds.entry.refused", "feeds.entry.failed"} for item in published.failed)
    for document in published.documents:
        assert validate(document.data, url=document.url).errors == ()


@pytest.mark.parametrize(
    "name", ["persian", "urdu", "sorani", "emoji joined", "astral", "tatweel and marks", "hebrew"]
)
def test_scripts_arrive_byte_for_byte(name: str) -> None:
    """No normalisation beyond NFC at the source, no joiner lost: past the sources not even that."""
    text = WRITTEN[name]
    feed = build_index(straight(1, Hostile(name=name, text=text)))
    for document in render_documents([feed]).documents:
        assert text in readers.titles(document.format.name, document.data)[0]
    assert feed.entries[0].summary.removeprefix("\u200f").removeprefix("\u200e") == text
    assert text in html.fragment_fromstring(feed.entries[0].content_html or "").text_content()


def test_every_legal_code_point_that_is_no_control_survives(written: Published) -> None:
    """From the bodies of the written entries: all of Unicode but controls, surrogates and noncharacters of the first
    plane.
    """
    found: set[str] = set()
    for entry in written.entries:
        found |= set(html.fragment_fromstring(entry.content_html or "").text_content())
    missing = set(range(0x110000)) - set(map(ord, found)) - set(SURROGATES)
    noncharacters = {*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF}
    assert {code for code in missing if unicodedata.category(chr(code)) != "Cc"} <= noncharacters


@pytest.mark.parametrize(
    ("name", "mark"), [("latin first", "\u200f"), ("sign first", "\u200f"), ("hebrew", "")]
)
def test_a_title_leads_with_a_mark_where_its_first_letter_misleads(name: str, mark: str) -> None:
    (entry,) = build_index(straight(1, Hostile(name=name, text=WRITTEN[name]))).entries
    assert entry.title == f"{mark}{WRITTEN[name]} عنوان"
