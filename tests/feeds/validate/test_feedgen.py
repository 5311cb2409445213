"""feedgen 1.0.0 used as its manual says: every defect that reaches its bytes is found.

The numbers are those of the list in docs/notes/feeds.md. Defects that never reach a document have their proof in
`test_what_does_not_reach_the_bytes`.
"""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from feedgen.util import formatRFC2822
from lxml import etree

from publisher.feeds.validate.document import validate

AT = datetime(2025, 11, 1, 15, 15, tzinfo=UTC)
Spoil = Callable[[FeedGenerator, FeedEntry], object]


def generated(spoil: Spoil, format_: str, **how: bool) -> set[str]:
    """The codes found in feedgen's own output, after `spoil` used its interface."""
    feed = FeedGenerator()
    feed.id("tag:x.example,2025:feed")
    feed.title("X")
    feed.description("About X")
    feed.author(name="A")
    feed.language("en")
    feed.link(href="https://x.example/f", rel="self")
    feed.link(href="https://x.example/", rel="alternate")
    feed.updated(AT)
    entry = feed.add_entry(order="append")
    entry.id("tag:x.example,2025:1")
    entry.title("One")
    entry.link(href="https://x.example/1")
    entry.published(AT)
    entry.updated(AT)
    entry.content("<p>x</p>", type="html")
    spoil(feed, entry)
    data = feed.rss_str(**how) if format_ == "rss" else feed.atom_str(**how)
    return {finding.code for finding in validate(data, url="https://x.example/f").findings}


def add_second_enclosure(feed: FeedGenerator, entry: FeedEntry) -> None:
    entry.enclosure("https://x.example/1.mp3", "9", "audio/mpeg")
    entry.enclosure("https://x.example/1.ogg", "9", "audio/ogg")


def add_syndication(feed: FeedGenerator, entry: FeedEntry) -> None:
    feed.load_extension("syndication")
    feed.syndication.update_period("daily")


def add_twin(feed: FeedGenerator, entry: FeedEntry) -> None:
    twin = feed.add_entry()
    twin.id("tag:x.example,2025:1")
    twin.title("Two")
    twin.link(href="https://x.example/2")


def add_media(feed: FeedGenerator, entry: FeedEntry) -> None:
    feed.load_extension("media")
    entry.media.content(url="https://x.example/i.jpg", width="0", medium="picture")


REACHES_THE_BYTES: list[tuple[int, str, Spoil, str]] = [
    (1, "atom", lambda _f, e: e.enclosure("https://x.example/1.mp3", "9", "audio/mpeg"), "atom.entry.alternates"),
    (2, "rss", lambda f, _e: f.link(href="https://x.example/f", rel="self"), "rss.link-is-feed"),
    (3, "atom", lambda _f, e: e.content("<p>x</p>", type="CDATA"), "atom.content-type"),
    (4, "rss", add_syndication, "module.unknown-element"),
    (5, "rss", lambda _f, e: e.author(name="Lina", email="not an address"), "rss.item.author"),
    (6, "atom", lambda _f, e: e.updated(AT.replace(microsecond=123456)), "date.fraction"),
    (11, "atom", add_twin, "feed.duplicate-id"),
    (11, "rss", add_twin, "feed.duplicate-id"),
    (11, "rss", lambda _f, e: e.link(href="/1", replace=True), "url.relative"),
    (11, "rss", lambda _f, e: e.link(href="javascript:alert(1)", replace=True), "url.executable"),
    (11, "atom", lambda _f, e: e.title(" "), "text.empty"),
    (12, "rss", lambda _f, e: e.enclosure("https://x.example/1", None, "audio/mpeg"), "enclosure.length"),
    (12, "atom", add_second_enclosure, "atom.entry.alternates"),
    (14, "atom", lambda _f, e: e.title("<b>One</b>"), "text.markup"),
    (14, "rss", lambda _f, e: e.title("<b>One</b>"), "text.markup"),
    (19, "rss", add_media, "media.medium"),
    (19, "rss", add_media, "media.number"),
    (20, "rss", lambda f, _e: f.textInput("t", "d", "n", "https://x.example/"), "rss.text-input"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "format_", "spoil", "code"), REACHES_THE_BYTES)
def test_a_defect_in_the_bytes_is_found(number: int, format_: str, spoil: Spoil, code: str) -> None:
    assert code in generated(spoil, format_)


def test_extensions_at_a_made_up_prefix_are_found() -> None:
    """Number 15: `extensions=False` still writes those of the entries, where their prefix is not declared."""
    assert "xml.prefix" in generated(add_media, "rss", extensions=False)


def test_the_same_use_without_a_defect_has_no_error() -> None:
    assert generated(lambda _f, _e: None, "rss") == set()
    assert generated(lambda _f, _e: None, "atom") <= {"atom.language"}


def test_what_does_not_reach_the_bytes() -> None:
    """Numbers 7 and 8 end in an exception, 9 is right, 10, 13, 16 to 18 and 21 are about the interface."""
    with pytest.raises(ValueError, match="XML compatible"):
        generated(lambda _f, e: e.title("a\x0bb"), "rss")
    with pytest.raises(etree.XMLSyntaxError):
        generated(lambda _f, e: e.content("<p>&nbsp;<br></p>", type="xhtml"), "atom")
    with pytest.raises(ValueError, match="timezone"):
        generated(lambda _f, e: e.updated(datetime(2025, 11, 1)), "rss")  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match="rel"):
        generated(lambda _f, e: e.link(href="https://x.example/r", rel="replies"), "atom")
    assert inspect.signature(FeedGenerator.add_entry).parameters["order"].default == "prepend"
    assert "setlocale" in inspect.getsource(formatRFC2822)
