"""Atom 1.0 as RFC 4287 wants it."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from publisher.feeds import validate
from publisher.feeds.atom import render_atom, render_atom_entry
from publisher.model.feed import Feed, Tombstone
from tests.feeds.samples import RECORDING, build_index, make_article, make_entry, make_feed, seed_article

SCHEMA = Path(validate.__path__[0]) / "atom.rng"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    """The RELAX NG schema of RFC 4287 appendix B."""
    return etree.RelaxNG(etree.parse(SCHEMA))


@pytest.mark.parametrize(
    "feed",
    [
        build_index(seed_article()),
        build_index(),
        build_index(*map(make_article, range(60))),
        make_feed(make_entry(), make_entry(id="tag:x.example,2025:2", url=None, authors=(), summary="")),
        make_feed(make_entry(content_html=None), rights=None, author=None),
    ],
    ids=["seed", "empty", "fifty", "bare", "summary"],
)
def test_it_is_valid_by_the_schema_of_rfc_4287(grammar: etree.RelaxNG, feed: Feed) -> None:
    grammar.assertValid(etree.fromstring(render_atom(feed)))


def test_links_keep_every_attribute() -> None:
    """Feed checklist 7: feedgen 1.0.0 loses them on entries (its issue 135)."""
    root = etree.fromstring(render_atom(make_feed(make_entry())))
    page, sound = root.findall("a:entry/a:link", NAMES)
    assert page.get("href") == "https://aljeebal.com/posts/10750"
    assert [page.get(name) for name in ("rel", "type", "hreflang")] == ["alternate", "text/html", "ar"]
    assert dict(sound.items()) == {
        "href": "https://aljeebal.com/audio/1.mp3",
        "rel": "enclosure",
        "type": "audio/mpeg",
        "length": "123456",
        "title": "استمع",
    }
    assert [link.get("rel") for link in root.findall("a:link", NAMES)] == ["alternate", "self"]


def test_a_length_nobody_knows_is_left_out() -> None:
    """Feed checklist 24."""
    entry = make_entry(enclosures=(replace(RECORDING, size_bytes=None),))
    root = etree.fromstring(render_atom(make_feed(entry)))
    assert "length" not in root.findall("a:entry/a:link", NAMES)[1].attrib


def test_wire_copy_names_the_feed_it_is_from() -> None:
    root = etree.fromstring(render_atom(make_feed(make_entry())))
    source = root.find("a:entry/a:source", NAMES)
    assert source is not None
    assert source.findtext("a:title", namespaces=NAMES) == "رويترز"
    assert source.findtext("a:id", namespaces=NAMES) == "urn:reuters:feed"
    assert source.findtext("a:updated", namespaces=NAMES) == "2025-11-01T14:00:00+03:00"


def test_sections_and_topics_have_schemes_of_their_own() -> None:
    root = etree.fromstring(render_atom(make_feed(make_entry())))
    assert [(c.get("term"), c.get("scheme")) for c in root.iterfind("a:entry/a:category", NAMES)] == [
        ("سياسة", "https://aljeebal.com/#section"),
        ("مالي", "https://aljeebal.com/#topic"),
        ("plain", None),
    ]


def test_a_withdrawn_entry_leaves_a_tombstone() -> None:
    """Feed checklist 14, RFC 6721."""
    dead = Tombstone(id="tag:x.example,2025:1", at=make_entry().updated_at)
    root = etree.fromstring(render_atom(make_feed(tombstones=(dead,))))
    (found,) = root.iterfind("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert dict(found.items()) == {"ref": "tag:x.example,2025:1", "when": "2025-11-01T16:00:00+03:00"}


def test_only_the_namespaces_in_use_are_declared() -> None:
    assert b"tombstones" not in render_atom(make_feed(make_entry()))
    assert b"history" not in render_atom(make_feed(make_entry()))
    assert b"xmlns:atom=" not in render_atom(make_feed(make_entry()))


def test_the_style_sheet_is_css_beside_the_feed() -> None:
    """Feed checklist 39: no XSLT."""
    instruction = etree.fromstring(render_atom(make_feed())).getprevious()
    assert isinstance(instruction, etree._ProcessingInstruction)
    assert (instruction.target, instruction.text) == (
        "xml-stylesheet",
        'type="text/css" href="/feeds/feed.css"',
    )


def test_content_is_escaped_html_and_texts_are_plain() -> None:
    root = etree.fromstring(render_atom(make_feed(make_entry())))
    content = root.find("a:entry/a:content", NAMES)
    assert content is not None
    assert (content.get("type"), content.text) == ("html", make_entry().content_html)
    assert root.findtext("a:entry/a:title", namespaces=NAMES) == "عنوان & <علامة>"


def test_the_feed_has_an_author_for_entries_without_one() -> None:
    root = etree.fromstring(render_atom(make_feed(make_entry(authors=()))))
    assert root.findtext("a:author/a:name", namespaces=NAMES) == "الجبال"
    assert root.find("a:entry/a:author", NAMES) is None


def test_every_entry_says_its_language() -> None:
    root = etree.fromstring(render_atom(make_feed(make_entry(language="en"))))
    assert (root.get(LANG), root.find("a:entry", NAMES).get(LANG)) == ("ar", "en")  # type: ignore[union-attr]


def test_an_entry_with_neither_address_nor_content_is_refused() -> None:
    with pytest.raises(ValueError, match="alternate link or"):
        render_atom_entry(make_entry(url=None, content_html=None))


def test_an_entry_leaves_its_namespaces_to_the_document() -> None:
    assert b"xmlns" not in render_atom_entry(make_entry())
