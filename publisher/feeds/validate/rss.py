"""RSS 2.0 (https://www.rssboard.org/rss-specification) and the RSS Advisory Board's Best Practices Profile."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from lxml import etree

from publisher.feeds.namespaces import ATOM, DC
from publisher.feeds.validate.dates import check_rfc822
from publisher.feeds.validate.elements import (
    LANG,
    Children,
    children_of,
    local_name,
    namespace_of,
    place_of,
    text_of,
)
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.modules import check_feed_links, check_history, check_module
from publisher.feeds.validate.rss_item import check_item
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import EMPTY, NULL, check_language, check_plain

_SPEC, _BOARD = "RSS 2.0", "RSS Best Practices Profile"
VERSION = warning("rss.version", 'write version="2.0", not {value}', f"{_SPEC}, What is RSS?")
ONE_CHANNEL = error(
    "rss.channel", "an rss element holds one channel, this one {value}", f"{_SPEC}, What is RSS?"
)
REQUIRED = error("rss.required", "the channel needs a {value}", f"{_SPEC}, Required channel elements")
NO_DESCRIPTION = warning(
    "rss.description", "say in a sentence what the feed is: its description is empty", f"{_SPEC}, description"
)
REPEATED = error("rss.repeated", "{value} may stand once in a channel", f"{_SPEC}, Elements")
UNKNOWN = error(
    "rss.unknown-element",
    "RSS has no {value} here: remove it, or put it into a namespace",
    f"{_SPEC}, Extending RSS",
)
NO_LANGUAGE = warning(
    "rss.language", "say the language, such as <language>ar</language>", f"{_SPEC}, language"
)
LINK_IS_FEED = error(
    "rss.link-is-feed", "link must name the site's page, not the feed {value}", f"{_SPEC}, link"
)
NO_SELF = warning(
    "rss.self-missing", 'add <atom:link rel="self"> with the feed\'s own address', f"{_BOARD}, atom:link"
)
OTHER_SELF = error(
    "feed.self",
    "the self link says {value}, but the feed is served at {url}: make them equal",
    f"{_BOARD}, atom:link",
)
TTL = error("rss.ttl", "write ttl as whole minutes above 0, not {value}", f"{_SPEC}, ttl")
PERSON = error(
    "rss.person",
    "write {name} as address (name), such as desk@news.example (News desk), not {value}",
    f"{_SPEC}, managingEditor",
)
IMAGE = error("rss.image", "an image needs url, title and link; {value} is missing", f"{_SPEC}, image")
IMAGE_SIZE = error("rss.image-size", "{name} of the image is at most {limit}, not {value}", f"{_SPEC}, image")
CLOUD = error("rss.cloud", "cloud needs the attribute {value}", f"{_SPEC}, cloud")
TEXT_INPUT = error(
    "rss.text-input",
    "textInput needs the elements title, description, name and link; {value} is missing",
    f"{_SPEC}, textInput",
)
SKIP = error("rss.skip", "{value} is no {name}", f"{_SPEC}, skipHours and skipDays")
DUPLICATE_ID = error(
    "feed.duplicate-id", "two entries have the id {value}: readers show one of them", f"{_SPEC}, guid"
)

_ELEMENTS = frozenset(
    {
        "title",
        "link",
        "description",
        "language",
        "copyright",
        "managingEditor",
        "webMaster",
        "pubDate",
        "lastBuildDate",
    }
    | {
        "category",
        "generator",
        "docs",
        "cloud",
        "ttl",
        "image",
        "rating",
        "textInput",
        "skipHours",
        "skipDays",
        "item",
    }
)
_REPEATABLE = frozenset({"item", "category"})
_PERSON = re.compile(r"[^@\s]+@[^@\s]+(?:\s*\(.*\))?|[^<>]*<[^@\s]+@[^@\s]+>")
_DAYS = frozenset({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})
_CLOUD = ("domain", "port", "path", "registerProcedure", "protocol")


def check_rss(root: etree._Element, url: str | None, now: datetime | None) -> Iterator[Finding]:
    """The whole document. `url` is where it is served, if known."""
    if root.get("version") != "2.0":
        yield VERSION.at(place_of(root), value=root.get("version"))
    channels = root.findall("channel")
    if len(channels) != 1:
        yield ONE_CHANNEL.at(place_of(root), value=len(channels))
    for channel in channels[:1]:
        head = children_of(channel)
        yield from check_channel(head, url, now, root.get(LANG) or channel.get(LANG))
        items = head.all("item")
        for item in items:
            yield from check_item(item, now)
        yield from _check_ids(items)


def rss_ids(root: etree._Element) -> tuple[str, ...]:
    """The items' guids, in order; an item without one counts by its link."""
    return tuple(
        (item.findtext("guid") or item.findtext("link") or "").strip()
        for item in root.iterfind("channel/item")
    )


def check_channel(
    head: Children, url: str | None, now: datetime | None, language: str | None
) -> Iterator[Finding]:
    """The channel without its items."""
    yield from _check_names(head)
    yield from _check_required(head)
    yield from _check_self(head, url)
    yield from check_feed_links(head, url)
    yield from check_history(head)
    yield from _check_language(head, language)
    for name in ("pubDate", "lastBuildDate"):
        for found in head.all(name):
            yield from check_rfc822(text_of(found), place_of(found), now)
    for name in ("managingEditor", "webMaster"):
        for found in head.all(name):
            if not _PERSON.fullmatch(text_of(found)):
                yield PERSON.at(place_of(found), name=name, value=text_of(found))
    for found in head.all("ttl"):
        if not re.fullmatch("0*[1-9][0-9]*", text_of(found)):
            yield TTL.at(place_of(found), value=text_of(found))
    yield from _check_image(head)
    yield from _check_rest(head)


def _check_names(head: Children) -> Iterator[Finding]:
    for tag, found in head.by_tag.items():
        if namespace_of(found[0]):
            for element in found:
                if namespace_of(element) != ATOM or local_name(element) != "link":
                    yield from check_module(element)
        elif tag not in _ELEMENTS:
            yield UNKNOWN.at(place_of(found[0]), value=tag)
        elif tag not in _REPEATABLE and len(found) > 1:
            yield REPEATED.at(place_of(found[1]), value=tag)


def _check_required(head: Children) -> Iterator[Finding]:
    for name in ("title", "link", "description"):
        found = head.first(name)
        if found is None:
            yield REQUIRED.at(place_of(head.parent), value=name)
        elif name == "link":
            yield from check_url(text_of(found), "link", place_of(found))
        elif text := text_of(found):
            yield from check_plain(text, f"the channel's {name}", place_of(found))
        else:
            yield (EMPTY if name == "title" else NO_DESCRIPTION).at(place_of(found), name=name)


def _check_self(head: Children, url: str | None) -> Iterator[Finding]:
    own = [link for link in head.all(f"{{{ATOM}}}link") if link.get("rel") == "self"]
    home = head.first("link")
    if not own:
        yield NO_SELF.at(place_of(head.parent))
        return
    href = own[0].get("href", "")
    if url is not None and href != url:
        yield OTHER_SELF.at(place_of(own[0]), value=href, url=url)
    if home is not None and text_of(home) == href:
        yield LINK_IS_FEED.at(place_of(home), value=href)


def _check_language(head: Children, root_language: str | None) -> Iterator[Finding]:
    found = head.first("language")
    if found is None:
        if head.first(f"{{{DC}}}language") is None and not root_language:
            yield NO_LANGUAGE.at(place_of(head.parent))
        return
    if not text_of(found):
        yield EMPTY.at(place_of(found), name="language")
    yield from check_language(text_of(found), place_of(found))


def _check_image(head: Children) -> Iterator[Finding]:
    image = head.first("image")
    if image is None:
        return
    parts = children_of(image)
    for name in ("url", "title", "link"):
        found = parts.first(name)
        if found is None:
            yield IMAGE.at(place_of(image), value=name)
        elif name != "title":
            yield from check_url(text_of(found), f"image {name}", place_of(found))
    for name, limit in (("width", 144), ("height", 400)):
        size = parts.text(name)
        if size is not None and (not size.isdecimal() or not 0 < int(size) <= limit):
            yield IMAGE_SIZE.at(place_of(image), name=name, limit=limit, value=size)


def _check_rest(head: Children) -> Iterator[Finding]:
    """What hardly anybody uses, and nearly everybody who does gets wrong."""
    for cloud in head.all("cloud"):
        for name in _CLOUD:
            if not cloud.get(name):
                yield CLOUD.at(place_of(cloud), value=name)
    for element in head.all("textInput"):
        for name in ("title", "description", "name", "link"):
            if element.find(name) is None:
                yield TEXT_INPUT.at(place_of(element), value=name)
    for name, part, legal in (
        ("skipHours", "hour", frozenset(map(str, range(25)))),
        ("skipDays", "day", _DAYS),
    ):
        for element in head.all(name):
            for child in element.iterchildren(part):
                if text_of(child) not in legal:
                    yield SKIP.at(place_of(child), name=part, value=text_of(child))
    for name in ("generator", "copyright", "category"):
        for element in head.all(name):
            if text_of(element) == "None":
                yield NULL.at(place_of(element), name=name, value="None")


def _check_ids(items: Sequence[etree._Element]) -> Iterator[Finding]:
    ids = [(item.findtext("guid") or "").strip() for item in items]
    for id_, count in Counter(filter(None, ids)).items():
        if count > 1:
            yield DUPLICATE_ID.at(place_of(items[ids.index(id_)]), value=id_)
