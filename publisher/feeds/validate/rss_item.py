"""One item of RSS 2.0."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from publisher.feeds.namespaces import CONTENT
from publisher.feeds.validate.dates import check_rfc822
from publisher.feeds.validate.elements import LANG, Children, children_of, namespace_of, place_of, text_of
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.html_content import check_html
from publisher.feeds.validate.modules import check_module, is_media_type
from publisher.feeds.validate.urls import check_iri, check_url
from publisher.feeds.validate.words import EMPTY_TITLE, check_language, check_plain

_SPEC, _BOARD = "RSS 2.0", "RSS Best Practices Profile"
BARE = error("rss.item.bare", "give the item a title or a description", f"{_SPEC}, Elements of item")
REPEATED = error("rss.item.repeated", "{value} may stand once in an item", f"{_SPEC}, Elements of item")
UNKNOWN = error(
    "rss.unknown-element",
    "RSS has no {value} in an item: remove it, or put it into a namespace",
    f"{_SPEC}, Extending RSS",
)
NO_GUID = warning(
    "rss.item.guid-missing",
    "give the item a guid that never changes: without it an edit makes a copy",
    f"{_SPEC}, guid",
)
EMPTY_GUID = error("rss.item.guid-empty", "the guid is empty", f"{_SPEC}, guid")
NOT_PERMALINK = error(
    "rss.item.permalink", '{value} is no address: write isPermaLink="false"', f"{_SPEC}, guid"
)
PERMALINK_VALUE = error(
    "rss.item.permalink-value", "isPermaLink is true or false, not {value}", f"{_SPEC}, guid"
)
COUNTER = warning(
    "rss.item.guid-counter",
    "{value} seems to count edits: a guid that changes makes a copy in every reader",
    f"{_SPEC}, guid",
)
NO_LINK = warning(
    "rss.item.link", "the item has no link and its guid is none: a reader has nowhere to go", f"{_SPEC}, link"
)
NO_DATE = warning(
    "rss.item.date", "give the item a pubDate: readers date it by when they saw it", f"{_BOARD}, pubDate"
)
AUTHOR = error(
    "rss.item.author", "author is an e-mail address: put the name {value} into dc:creator", f"{_SPEC}, author"
)
ENCLOSURE = error("enclosure.attribute", "enclosure needs {value}", f"{_SPEC}, enclosure")
LENGTH = error("enclosure.length", "length is the file's size in bytes, not {value}", f"{_SPEC}, enclosure")
LENGTH_ZERO = warning(
    "enclosure.length-zero", "say the file's true size: players show 0 bytes", f"{_BOARD}, enclosure"
)
TYPE = error(
    "enclosure.type", "write the type as a media type such as audio/mpeg, not {value}", f"{_SPEC}, enclosure"
)
SECOND = warning(
    "enclosure.second",
    "readers take one enclosure of an item: put the others into media:content",
    f"{_BOARD}, enclosure",
)
SOURCE = error("rss.item.source", "source needs the url of the feed it names", f"{_SPEC}, source")

_ELEMENTS = frozenset(
    {
        "title",
        "link",
        "description",
        "author",
        "category",
        "comments",
        "enclosure",
        "guid",
        "pubDate",
        "source",
    }
)
_REPEATABLE = frozenset({"category", "enclosure"})
_ENCODED = f"{{{CONTENT}}}encoded"


def check_item(item: etree._Element, now: datetime | None = None) -> Iterator[Finding]:
    """One item, alone: what it must not share with others is checked for the whole document."""
    parts = children_of(item)
    yield from _check_names(parts)
    yield from _check_text(parts)
    yield from _check_identity(parts)
    for found in parts.all("pubDate"):
        yield from check_rfc822(text_of(found), place_of(found), now)
    if not parts.all("pubDate") and not any(tag.endswith("}date") for tag in parts.by_tag):
        yield NO_DATE.at(place_of(item))
    for found in parts.all("author"):
        if "@" not in text_of(found):
            yield AUTHOR.at(place_of(found), value=text_of(found))
    yield from _check_enclosures(parts)
    for found in parts.all("source"):
        if not found.get("url"):
            yield SOURCE.at(place_of(found))
        else:
            yield from check_url(found.get("url", ""), "source url", place_of(found))
    if language := item.get(LANG):
        yield from check_language(language, place_of(item))


def _check_names(parts: Children) -> Iterator[Finding]:
    for tag, found in parts.by_tag.items():
        if namespace_of(found[0]):
            for element in found:
                yield from check_module(element)
            if tag == _ENCODED and len(found) > 1:
                yield REPEATED.at(place_of(found[1]), value="content:encoded")
        elif tag not in _ELEMENTS:
            yield UNKNOWN.at(place_of(found[0]), value=tag)
        elif tag not in _REPEATABLE and len(found) > 1:
            yield REPEATED.at(place_of(found[1]), value=tag)


def _check_text(parts: Children) -> Iterator[Finding]:
    title, description = parts.first("title"), parts.first("description")
    if not parts.text("title") and not parts.text("description") and not parts.text(_ENCODED):
        yield BARE.at(place_of(parts.parent))
    if title is not None:
        if text := text_of(title):
            yield from check_plain(text, "title", place_of(title))
        else:
            yield EMPTY_TITLE.at(place_of(title), name="title")
    if description is not None and (text := text_of(description)):
        yield from check_html(text, "description", place_of(description))
    for category in parts.all("category"):
        yield from check_plain(text_of(category), "category", place_of(category))


def _check_identity(parts: Children) -> Iterator[Finding]:
    guid, link = parts.first("guid"), parts.first("link")
    if link is not None:
        yield from check_url(text_of(link), "link", place_of(link))
    if guid is None:
        yield NO_GUID.at(place_of(parts.parent))
        return
    place, text = place_of(guid), text_of(guid)
    permalink = guid.get("isPermaLink", "true")
    if permalink not in ("true", "false"):
        yield PERMALINK_VALUE.at(place, value=permalink)
    if not text:
        yield EMPTY_GUID.at(place)
    elif permalink == "true" and not re.match("https?://", text):
        yield NOT_PERMALINK.at(place, value=text)
    elif permalink == "true":
        yield from check_iri(text, "guid", place)
    if re.search(r"#\d+$", text):
        yield COUNTER.at(place, value=text)
    if link is None and permalink != "true":
        yield NO_LINK.at(place_of(parts.parent))


def _check_enclosures(parts: Children) -> Iterator[Finding]:
    enclosures = parts.all("enclosure")
    for enclosure in enclosures:
        place = place_of(enclosure)
        for name in ("url", "length", "type"):
            if enclosure.get(name) is None:
                yield ENCLOSURE.at(place, value=name)
        if (url := enclosure.get("url")) is not None:
            yield from check_url(url, "enclosure url", place)
        yield from check_length(enclosure)
        type_ = enclosure.get("type")
        if type_ is not None and not is_media_type(type_):
            yield TYPE.at(place, value=type_)
    for enclosure in enclosures[1:]:
        yield SECOND.at(place_of(enclosure))


def check_length(element: etree._Element) -> Iterator[Finding]:
    """The `length` of an enclosed file, where there is one."""
    length = element.get("length")
    if length is None:
        return
    if not re.fullmatch("[0-9]+", length):
        yield LENGTH.at(place_of(element), value=length)
    elif int(length) == 0:
        yield LENGTH_ZERO.at(place_of(element))
