"""Atom (RFC 4287): its RELAX NG schema (appendix B), and what the schema cannot say."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from lxml import etree

from publisher.feeds.namespaces import ATOM
from publisher.feeds.validate.atom_entry import check_entry
from publisher.feeds.validate.atom_parts import check_person, check_text
from publisher.feeds.validate.dates import check_rfc3339, moment3339
from publisher.feeds.validate.elements import (
    LANG,
    TOMBSTONE,
    Children,
    children_of,
    namespace_of,
    place_of,
    text_of,
)
from publisher.feeds.validate.finding import Finding, Point, error, warning
from publisher.feeds.validate.modules import check_feed_links, check_history, check_module
from publisher.feeds.validate.tombstones import check_tombstones
from publisher.feeds.validate.urls import check_iri
from publisher.feeds.validate.words import check_language

SCHEMA = error("atom.schema", "the schema of Atom refuses this: {detail}", "RFC 4287 appendix B")
NO_AUTHOR = error(
    "atom.entry.author",
    "name an author in the entry or in the feed: one of them must",
    "RFC 4287 section 4.1.1",
)
NO_SELF = warning(
    "atom.self-missing", 'add <link rel="self"> with the feed\'s own address', "RFC 4287 section 4.1.1"
)
OTHER_SELF = error(
    "feed.self",
    "the self link says {value}, but the feed is served at {url}: make them equal",
    "RFC 4287 section 4.2.7.2",
)
LINK_IS_FEED = error(
    "atom.alternate",
    "rel=alternate must name the site's page, not the feed {value}",
    "RFC 4287 section 4.2.7.2",
)
DUPLICATE_ID = error(
    "feed.duplicate-id", "two entries have the id {value}: readers show one of them", "RFC 4287 section 4.1.1"
)
STALE = warning(
    "atom.feed.updated",
    "the feed's updated is before the entry's {value}: readers may skip it",
    "RFC 4287 section 4.2.15",
)
NO_LANGUAGE = warning("atom.language", "say the language with xml:lang on feed", "RFC 4287 section 2")

_A = f"{{{ATOM}}}"


def check_atom(root: etree._Element, url: str | None, now: datetime | None) -> Iterator[Finding]:
    """The whole document. `url` is where it is served, if known."""
    yield from check_schema(root)
    if root.tag != f"{_A}feed":
        yield from check_entry(root, now)
        yield from _check_author(root)
        return
    head = children_of(root)
    yield from check_head(head, url, now)
    entries = head.all(f"{_A}entry")
    has_author = bool(head.all(f"{_A}author"))
    for entry in entries:
        yield from check_entry(entry, now)
        if not has_author:
            yield from _check_author(entry)
    yield from _check_ids(entries)
    yield from _check_latest(head, entries)
    yield from check_tombstones(head)


def atom_ids(root: etree._Element) -> tuple[str, ...]:
    """The entries' ids, in order."""
    entries = [root] if root.tag == f"{_A}entry" else root.iterfind(f"{_A}entry")
    return tuple((entry.findtext(f"{_A}id") or "").strip() for entry in entries)


def check_schema(root: etree._Element) -> Iterator[Finding]:
    """What the RELAX NG schema refuses: its last words, which are the nearest to the fault."""
    schema = _schema()
    if schema.validate(root):
        return
    seen: set[int] = set()
    for fault in schema.error_log:
        if fault.line not in seen and len(seen) < 20:
            seen.add(fault.line)
            yield SCHEMA.at(Point(where=f"line {fault.line}"), detail=fault.message)


def check_head(head: Children, url: str | None, now: datetime | None) -> Iterator[Finding]:
    """The feed without its entries."""
    for found in head.all(f"{_A}id"):
        yield from check_iri(text_of(found), "id", place_of(found))
    for found in head.all(f"{_A}updated"):
        yield from check_rfc3339(text_of(found), place_of(found), now)
    for name in ("title", "subtitle", "rights"):
        for found in head.all(f"{_A}{name}"):
            yield from check_text(found, required=name == "title")
    for name in ("author", "contributor"):
        for found in head.all(f"{_A}{name}"):
            yield from check_person(found)
    yield from check_feed_links(head, url)
    yield from _check_self(head, url)
    yield from check_history(head)
    for found_all in head.by_tag.values():
        if namespace_of(found_all[0]) not in (ATOM, TOMBSTONE):
            for found in found_all:
                yield from check_module(found)
    language = head.parent.get(LANG)
    if language is None:
        yield NO_LANGUAGE.at(place_of(head.parent))
    else:
        yield from check_language(language, place_of(head.parent))


def _check_self(head: Children, url: str | None) -> Iterator[Finding]:
    links = head.all(f"{_A}link")
    own = [link for link in links if link.get("rel") == "self"]
    if not own:
        yield NO_SELF.at(place_of(head.parent))
        return
    href = own[0].get("href", "")
    if url is not None and href != url:
        yield OTHER_SELF.at(place_of(own[0]), value=href, url=url)
    for link in links:
        if link.get("rel", "alternate") == "alternate" and link.get("href") == href:
            yield LINK_IS_FEED.at(place_of(link), value=href)


def _check_author(entry: etree._Element) -> Iterator[Finding]:
    if entry.find(f"{_A}author") is None and entry.find(f"{_A}source/{_A}author") is None:
        yield NO_AUTHOR.at(place_of(entry))


def _check_ids(entries: Sequence[etree._Element]) -> Iterator[Finding]:
    ids = [(entry.findtext(f"{_A}id") or "").strip() for entry in entries]
    for id_, count in Counter(filter(None, ids)).items():
        if count > 1:
            yield DUPLICATE_ID.at(place_of(entries[ids.index(id_)]), value=id_)


def _check_latest(head: Children, entries: Sequence[etree._Element]) -> Iterator[Finding]:
    own = moment3339(head.text(f"{_A}updated") or "")
    for entry in entries:
        text = (entry.findtext(f"{_A}updated") or "").strip()
        moment = moment3339(text)
        if own and moment and moment > own:
            yield STALE.at(place_of(entry), value=text)


@lru_cache(maxsize=1)
def _schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
