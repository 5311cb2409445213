"""Modules that RSS and Atom share: Dublin Core, Media RSS, syndication, archives (RFC 5005), links of Atom in RSS."""

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from publisher.feeds.namespaces import ATOM, CONTENT, DC, MEDIA
from publisher.feeds.validate.dates import check_rfc3339, check_w3cdtf
from publisher.feeds.validate.elements import (
    HISTORY,
    SYNDICATION,
    Children,
    local_name,
    namespace_of,
    place_of,
    text_of,
)
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.html_content import check_html
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import check_characters, check_plain

_MEDIA_RSS = "Media RSS 1.5.1"
_SY = "RSS 1.0 Syndication Module"
UNKNOWN = error(
    "module.unknown-element",
    "there is no {value}: check its spelling, capitals count",
    "the module's specification",
)
EMPTY = warning("module.empty", "{value} is empty: leave it out", "the module's specification")
PERIOD = error("sy.period", "write hourly, daily, weekly, monthly or yearly, not {value}", _SY)
FREQUENCY = error("sy.frequency", "write how often as a whole number from 1 up, not {value}", _SY)
MEDIUM = error(
    "media.medium",
    "write image, audio, video, document or executable, not {value}",
    f"{_MEDIA_RSS}, media:content",
)
MEDIA_NUMBER = error(
    "media.number", "{name} must be a number above 0, not {value}", f"{_MEDIA_RSS}, media:content"
)
MEDIA_ADDRESS = error(
    "media.address", "give media:content a url or a media:player", f"{_MEDIA_RSS}, media:content"
)
MEDIA_TYPE = error(
    "media.type",
    "write the type as a media type such as image/jpeg, not {value}",
    f"{_MEDIA_RSS}, media:content",
)
ARCHIVE_AND_COMPLETE = error(
    "fh.both", "a document is an archive or complete, not both", "RFC 5005 section 4"
)
HISTORY_TWICE = error("fh.repeated", "{value} may stand once", "RFC 5005 sections 2 and 4")
LOOP = error(
    "fh.loop",
    "rel={value} points to this document itself: a reader would walk in a circle",
    "RFC 5005 section 4",
)
LINK_TWICE = error(
    "link.repeated", "rel={value} may stand once", "RFC 5005 section 4; RFC 4287 section 4.1.1"
)
LINK_ADDRESS = error("link.address", "give the link an href", "RFC 4287 section 4.2.7.1")

_KNOWN: Mapping[str, frozenset[str]] = {
    CONTENT: frozenset({"encoded", "items", "item"}),
    SYNDICATION: frozenset({"updatePeriod", "updateFrequency", "updateBase"}),
    HISTORY: frozenset({"archive", "complete", "prev-archive"}),
    DC: frozenset(
        {"title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format"}
        | {"identifier", "source", "language", "relation", "coverage", "rights"}
    ),
}
_PERIODS = frozenset({"hourly", "daily", "weekly", "monthly", "yearly"})
_MEDIA = frozenset({"image", "audio", "video", "document", "executable"})
_MIME = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?")
_ONCE = frozenset({"self", "current", "prev-archive", "next-archive", "next", "previous", "first", "last"})


def is_media_type(text: str) -> bool:
    """Whether it has the shape of a media type (RFC 6838 section 4.2)."""
    return _MIME.fullmatch(text) is not None


def check_module(element: etree._Element) -> Iterator[Finding]:
    """One element of a module, inside a channel, item, feed or entry. Unknown namespaces are nobody's business."""
    namespace = namespace_of(element)
    known = _KNOWN.get(namespace)
    if known is not None and local_name(element) not in known:
        yield UNKNOWN.at(place_of(element), value=f"{element.prefix}:{local_name(element)}")
    elif check := _CHECKS.get(namespace):
        yield from check(element)


def _check_dublin_core(element: etree._Element) -> Iterator[Finding]:
    name, text = local_name(element), text_of(element)
    if not text:
        yield EMPTY.at(place_of(element), value=f"dc:{name}")
    elif name == "date":
        yield from check_w3cdtf(text, place_of(element))
    else:
        yield from check_plain(text, f"dc:{name}", place_of(element))


def _check_content(element: etree._Element) -> Iterator[Finding]:
    if text := text_of(element):
        yield from check_html(text, "content:encoded", place_of(element))
    else:
        yield EMPTY.at(place_of(element), value="content:encoded")


def _check_syndication(element: etree._Element) -> Iterator[Finding]:
    name, text = local_name(element), text_of(element)
    if name == "updatePeriod" and text not in _PERIODS:
        yield PERIOD.at(place_of(element), value=text)
    elif name == "updateFrequency" and not re.fullmatch("[1-9][0-9]*", text):
        yield FREQUENCY.at(place_of(element), value=text)
    elif name == "updateBase":
        yield from check_w3cdtf(text, place_of(element))


def _check_media(element: etree._Element) -> Iterator[Finding]:
    name = local_name(element)
    if name == "group":
        for child in element.iterchildren(f"{{{MEDIA}}}*"):
            yield from _check_media(child)
    elif name in ("content", "thumbnail"):
        yield from _check_media_file(element, name)
    elif name in ("title", "description", "credit", "text", "copyright"):
        yield from check_characters(text_of(element), f"media:{name}", place_of(element))


def _check_media_file(element: etree._Element, name: str) -> Iterator[Finding]:
    place = place_of(element)
    if (url := element.get("url")) is not None:
        yield from check_url(url, f"media:{name} url", place)
    elif name == "thumbnail" or element.find(f"{{{MEDIA}}}player") is None:
        yield MEDIA_ADDRESS.at(place)
    for attribute in ("width", "height", "fileSize", "duration"):
        value = element.get(attribute)
        if value is not None and not re.fullmatch(r"0*[1-9][0-9]*(?:\.[0-9]+)?", value):
            yield MEDIA_NUMBER.at(place, name=attribute, value=value)
    medium, type_ = element.get("medium"), element.get("type")
    if medium is not None and medium not in _MEDIA:
        yield MEDIUM.at(place, value=medium)
    if type_ is not None and not is_media_type(type_):
        yield MEDIA_TYPE.at(place, value=type_)
    for child in element.iterchildren(f"{{{MEDIA}}}*"):
        yield from _check_media(child)


def _check_atom_in_rss(element: etree._Element) -> Iterator[Finding]:
    """What RSS borrows: link, updated, published, author."""
    name = local_name(element)
    if name in ("updated", "published"):
        yield from check_rfc3339(text_of(element), place_of(element))


_CHECKS: Mapping[str, Callable[[etree._Element], Iterator[Finding]]] = {
    DC: _check_dublin_core,
    CONTENT: _check_content,
    SYNDICATION: _check_syndication,
    MEDIA: _check_media,
    ATOM: _check_atom_in_rss,
}


def check_feed_links(head: Children, url: str | None) -> Iterator[Finding]:
    """The `atom:link` elements of a channel or feed among themselves: archives, paging, hubs. The self link is the
    format's to check.
    """
    links = head.all(f"{{{ATOM}}}link")
    rels = [link.get("rel", "alternate") for link in links]
    own = {link.get("href") for link in links if link.get("rel") == "self"} | {url}
    for link, rel in zip(links, rels, strict=True):
        if (href := link.get("href")) is None:
            yield LINK_ADDRESS.at(place_of(link))
            continue
        yield from check_url(
            href, f"link rel={rel}", place_of(link), absolute=rel not in ("alternate", "related")
        )
        if rel in ("prev-archive", "next-archive", "next", "previous") and href in own:
            yield LOOP.at(place_of(link), value=rel)
    for rel in sorted(_ONCE & {rel for rel in rels if rels.count(rel) > 1}):
        yield LINK_TWICE.at(place_of(links[rels.index(rel)]), value=rel)


def check_history(head: Children) -> Iterator[Finding]:
    """`fh:archive` and `fh:complete`."""
    archive, complete = (head.all(f"{{{HISTORY}}}{name}") for name in ("archive", "complete"))
    if archive and complete:
        yield ARCHIVE_AND_COMPLETE.at(place_of(archive[0]))
    for found in (archive, complete):
        if len(found) > 1:
            yield HISTORY_TWICE.at(place_of(found[1]), value=f"fh:{local_name(found[1])}")
