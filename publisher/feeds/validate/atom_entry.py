"""One entry of Atom (RFC 4287 section 4.1.2)."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from publisher.feeds.namespaces import ATOM
from publisher.feeds.validate.atom_parts import check_person, check_text, markup_of
from publisher.feeds.validate.dates import check_rfc3339, moment3339
from publisher.feeds.validate.elements import LANG, Children, children_of, namespace_of, place_of, text_of
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.html_content import check_html
from publisher.feeds.validate.modules import check_module, is_media_type
from publisher.feeds.validate.rss_item import check_length
from publisher.feeds.validate.urls import check_iri, check_url
from publisher.feeds.validate.words import EMPTY, check_language

REQUIRED = error("atom.entry.required", "the entry needs {value}", "RFC 4287 section 4.1.2")
NO_CONTENT = error(
    "atom.entry.content", "give the entry content, or a link with rel=alternate", "RFC 4287 section 4.1.2"
)
NO_SUMMARY = error(
    "atom.entry.summary", "content elsewhere or in base64 needs a summary", "RFC 4287 section 4.1.2"
)
TWICE = error("atom.entry.repeated", "{value} may stand once in an entry", "RFC 4287 section 4.1.2")
ALTERNATES = error(
    "atom.entry.alternates",
    "{count} alternate links of type {type} and hreflang {hreflang}: readers open any. A file is rel=enclosure",
    "RFC 4287 section 4.1.2",
)
FILE_AS_PAGE = warning(
    "atom.link.file",
    '{value} is a file: write rel="enclosure" with type and length',
    "RFC 4287 section 4.2.7.2",
)
LINK_TYPE = error(
    "atom.link.type",
    "write the link's type as a media type such as text/html, not {value}",
    "RFC 4287 section 4.2.7.3",
)
CONTENT_TYPE = error(
    "atom.content-type",
    "type is text, html, xhtml or a media type, not {value}: readers show such content as tags",
    "RFC 4287 section 4.1.3.1",
)
CONTENT_AWAY = error("atom.content-src", "content with src must be empty", "RFC 4287 section 4.1.3.2")
ENCLOSURE_TYPE = warning(
    "enclosure.type-missing", "say the enclosure's type: players choose by it", "RFC 4287 section 4.2.7.3"
)
ENCLOSURE_LENGTH = warning(
    "enclosure.length-missing", "say the enclosure's length in bytes", "RFC 4287 section 4.2.7.6"
)
BEFORE = warning(
    "atom.entry.updated", "updated is before published {value}", "RFC 4287 sections 4.2.9 and 4.2.15"
)
NO_TERM = error("atom.category", "a category needs a term", "RFC 4287 section 4.2.2.1")

_A = f"{{{ATOM}}}"
_ONCE = ("id", "title", "updated", "published", "content", "summary", "rights", "source")
_FILE = re.compile(
    r"\.(?:mp3|m4a|ogg|opus|aac|wav|mp4|m4v|webm|mov|pdf|epub|zip|jpe?g|png|webp|gif)$", re.IGNORECASE
)


def check_entry(entry: etree._Element, now: datetime | None = None) -> Iterator[Finding]:
    """One entry, alone. Its author may be the feed's, so that is checked for the whole document."""
    parts = children_of(entry)
    for name in ("id", "title", "updated"):
        if parts.first(f"{_A}{name}") is None:
            yield REQUIRED.at(place_of(entry), value=name)
    for name in _ONCE:
        if len(parts.all(f"{_A}{name}")) > 1:
            yield TWICE.at(place_of(parts.all(f"{_A}{name}")[1]), value=name)
    for found in parts.all(f"{_A}id"):
        yield from check_iri(text_of(found), "id", place_of(found))
    yield from _check_dates(parts, now)
    yield from _check_texts(parts)
    yield from _check_links(parts)
    yield from _check_content(parts)
    for found in parts.all(f"{_A}category"):
        if not (found.get("term") or "").strip():
            yield NO_TERM.at(place_of(found))
    for found_all in parts.by_tag.values():
        if namespace_of(found_all[0]) != ATOM:
            for found in found_all:
                yield from check_module(found)
    if language := entry.get(LANG):
        yield from check_language(language, place_of(entry))


def _check_dates(parts: Children, now: datetime | None) -> Iterator[Finding]:
    for name in ("updated", "published"):
        for found in parts.all(f"{_A}{name}"):
            yield from check_rfc3339(text_of(found), place_of(found), now)
    published, updated = (moment3339(parts.text(f"{_A}{name}") or "") for name in ("published", "updated"))
    if published and updated and updated < published:
        yield BEFORE.at(place_of(parts.parent), value=parts.text(f"{_A}published"))


def _check_texts(parts: Children) -> Iterator[Finding]:
    for name in ("title", "summary", "rights"):
        for found in parts.all(f"{_A}{name}"):
            yield from check_text(found, required=name == "title")
    for name in ("author", "contributor"):
        for found in parts.all(f"{_A}{name}"):
            yield from check_person(found)


def _check_links(parts: Children) -> Iterator[Finding]:
    links = parts.all(f"{_A}link")
    alternates: Counter[tuple[str, str]] = Counter()
    for link in links:
        rel, place, type_ = link.get("rel", "alternate"), place_of(link), link.get("type")
        href = link.get("href", "")
        yield from check_url(href, f"link rel={rel}", place, absolute=False)
        if type_ is not None and not is_media_type(type_):
            yield LINK_TYPE.at(place, value=type_)
        yield from check_length(link)
        if rel == "alternate":
            alternates[type_ or "none", (link.get("hreflang") or "none").lower()] += 1
            if type_ is None and _FILE.search(href):
                yield FILE_AS_PAGE.at(place, value=href)
        elif rel == "enclosure":
            yield from _check_enclosure(link)
    for (type_, hreflang), count in alternates.items():
        if count > 1:
            yield ALTERNATES.at(place_of(parts.parent), count=count, type=type_, hreflang=hreflang)


def _check_enclosure(link: etree._Element) -> Iterator[Finding]:
    if link.get("type") is None:
        yield ENCLOSURE_TYPE.at(place_of(link))
    if link.get("length") is None:
        yield ENCLOSURE_LENGTH.at(place_of(link))


def _check_content(parts: Children) -> Iterator[Finding]:
    content = parts.first(f"{_A}content")
    if content is None:
        if not any(link.get("rel", "alternate") == "alternate" for link in parts.all(f"{_A}link")):
            yield NO_CONTENT.at(place_of(parts.parent))
        return
    kind, place = content.get("type", "text"), place_of(content)
    if kind not in ("text", "html", "xhtml") and not is_media_type(kind):
        yield CONTENT_TYPE.at(place, value=kind)
    if (source := content.get("src")) is not None:
        yield from check_url(source, "content src", place, absolute=False)
        if text_of(content):
            yield CONTENT_AWAY.at(place)
    if (source is not None or _is_binary(kind)) and not parts.text(f"{_A}summary"):
        yield NO_SUMMARY.at(place)
    if kind in ("html", "xhtml"):
        if markup := markup_of(content):
            yield from check_html(markup, "content", place)
        elif source is None:
            yield EMPTY.at(place, name="content")


def _is_binary(kind: str) -> bool:
    """Whether content of this type stands in base64 (RFC 4287 section 4.1.3.3, rule 6)."""
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))
