"""Atom 1.0 as RFC 4287 wants it."""

import os
from pathlib import Path

import pytest
from lxml import etree

from publisher.feeds.atom import render_atom, render_atom_entry
from publisher.model.feed import Feed
from tests.feeds.samples import build_index, make_article, make_entry, make_feed, seed_article

SCHEMA = Path(__file__).parents[2].parent / "shared" / "schemas" / "atom.rng"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    """The RELAX NG schema of RFC 4287 appendix B."""
    if not SCHEMA.exists():
        pytest.skip(f"no schema beside the repository: {os.path.relpath(SCHEMA)}")
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
    """feedgen 1.0.0 loses them on entries (its issue 135)."""
    root = etree.fromstring(render_atom(make_feed(make_entry())))
    (link,) = root.findall("a:entry/a:link", NAMES)
    assert link.get("href") == "https://aljeebal.com/posts/10750"
    assert [link.get(name) for name in ("rel", "type", "hreflang")] == ["alternate", "text/html", "ar"]
    assert [link.get("rel") for link in root.findall("a:link", NAMES)] == ["alternate", "self"]


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
