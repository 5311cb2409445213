"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from publisher.feeds.validate.finding import Finding, Point, error, warning
from publisher.feeds.validate.json_item import check_json_item
from publisher.feeds.validate.json_values import check_authors, check_fields, is_object
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import EMPTY, check_language, check_plain

_SPEC = "JSON Feed 1.1"
MALFORMED = error(
    "json.malformed", "the document is not JSON, so no reader opens it: {detail}", "RFC 8259 section 2"
)
ENCODING = error("json.encoding", "write the document in UTF-8", "RFC 8259 section 8.1")
SURROGATE = error("json.surrogate", "half a character stands in {value}: take it out", "RFC 8259 section 8.2")
TWICE = warning(
    "json.repeated-key",
    "the key {value} stands twice in one object: readers take either",
    "RFC 8259 section 4",
)
NOT_FEED = error(
    "json.version", "version must be https://jsonfeed.org/version/1.1, not {value}", f"{_SPEC}, version"
)
OLD = warning("json.old-version", "write version 1.1: it adds language and authors", f"{_SPEC}, version")
REQUIRED = error("json.required", "the feed needs {value}", f"{_SPEC}, Top-level")
NO_SELF = warning("json.feed_url-missing", "add feed_url, the feed's own address", f"{_SPEC}, feed_url")
OTHER_SELF = error(
    "feed.self",
    "feed_url says {value}, but the feed is served at {url}: make them equal",
    f"{_SPEC}, feed_url",
)
NO_HOME = warning(
    "json.home_page_url-missing", "add home_page_url, the page for people", f"{_SPEC}, home_page_url"
)
HOME_IS_FEED = error(
    "json.home-is-feed",
    "home_page_url must name the site's page, not the feed {value}",
    f"{_SPEC}, home_page_url",
)
LOOP = error(
    "json.next_url",
    "next_url points to this document itself: a reader would walk in a circle",
    f"{_SPEC}, next_url",
)
NO_LANGUAGE = warning("json.language", 'say the language, such as "language": "ar"', f"{_SPEC}, language")
DUPLICATE_ID = error(
    "feed.duplicate-id", "two items have the id {value}: readers show one of them", f"{_SPEC}, id"
)
HUB = error("json.hub", "a hub needs type and url", f"{_SPEC}, hubs")

_TOP = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "user_comment": str,
    "next_url": str, "icon": str, "favicon": str, "author": dict, "authors": list, "language": str, "expired": bool,
    "hubs": list, "items": list,
}  # fmt: skip
_HALF = re.compile("[\ud800-\udfff]")
_VERSIONS = ("https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1")


def parse_json(data: bytes) -> tuple[object, list[Finding]]:
    """The document, or None with the finding that says why."""
    twice: list[str] = []

    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return found

    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=build, parse_constant=_refuse)
    except UnicodeDecodeError:
        return None, [ENCODING.at(Point(where="$"))]
    except (ValueError, RecursionError) as fault:
        line = getattr(fault, "lineno", None)
        return None, [
            MALFORMED.at(Point(where=f"line {line}" if line else "$"), detail=str(fault) or "nested too deep")
        ]
    findings = [TWICE.at(Point(where="$"), value=key) for key in dict.fromkeys(twice)]
    if b"\\u" in data:
        findings += _find_surrogates(document, "$")
    return document, findings


def check_json(document: object, url: str | None, now: datetime | None) -> Iterator[Finding]:
    """The whole document. `url` is where it is served, if known."""
    if not is_object(document) or not str(document.get("version", "")).startswith(
        "https://jsonfeed.org/version/"
    ):
        found = document.get("version") if is_object(document) else type(document).__name__
        yield NOT_FEED.at(Point(where="$.version"), value=found)
        return
    yield from check_head(document, url)
    items = document.get("items")
    if not isinstance(items, list):
        return
    for number, item in enumerate(items):
        yield from check_json_item(item, f"$.items[{number}]", now)
    for id_, count in Counter(json_ids(document)).items():
        if count > 1 and id_:
            yield DUPLICATE_ID.at(
                Point(where=f"$.items[{json_ids(document).index(id_)}].id", entry=id_), value=id_
            )


def json_ids(document: object) -> tuple[str, ...]:
    """The items' ids, in order."""
    items = document.get("items") if is_object(document) else None
    if not isinstance(items, list):
        return ()
    return tuple(str(item.get("id", "")) if is_object(item) else "" for item in items)


def check_head(document: Mapping[str, object], url: str | None) -> Iterator[Finding]:
    """The feed without its items."""
    yield from check_fields(document, _TOP, "$")
    if document.get("version") not in _VERSIONS:
        yield NOT_FEED.at(Point(where="$.version"), value=document.get("version"))
    elif document.get("version") == _VERSIONS[0]:
        yield OLD.at(Point(where="$.version"))
    for name in ("title", "items"):
        if name not in document:
            yield REQUIRED.at(Point(where=f"$.{name}"), value=name)
    yield from _check_words(document)
    yield from _check_addresses(document, url)
    yield from check_authors(document, "$", None)
    for number, hub in enumerate(_list(document, "hubs")):
        place = Point(where=f"$.hubs[{number}]")
        if not is_object(hub) or not isinstance(hub.get("type"), str) or not isinstance(hub.get("url"), str):
            yield HUB.at(place)
        else:
            yield from check_url(str(hub["url"]), "hub url", place)


def _check_words(document: Mapping[str, object]) -> Iterator[Finding]:
    for name in ("title", "description"):
        if isinstance(text := document.get(name), str):
            if not text.strip():
                yield EMPTY.at(Point(where=f"$.{name}"), name=name)
            yield from check_plain(text, name, Point(where=f"$.{name}"))
    if isinstance(language := document.get("language"), str):
        yield from check_language(language, Point(where="$.language"))
    else:
        yield NO_LANGUAGE.at(Point(where="$"))


def _check_addresses(document: Mapping[str, object], url: str | None) -> Iterator[Finding]:
    for name in ("home_page_url", "feed_url", "next_url", "icon", "favicon"):
        if isinstance(address := document.get(name), str):
            yield from check_url(address, name, Point(where=f"$.{name}"))
    own = document.get("feed_url")
    if own is None:
        yield NO_SELF.at(Point(where="$"))
    elif url is not None and own != url:
        yield OTHER_SELF.at(Point(where="$.feed_url"), value=own, url=url)
    if "home_page_url" not in document:
        yield NO_HOME.at(Point(where="$"))
    elif own is not None and document["home_page_url"] == own:
        yield HOME_IS_FEED.at(Point(where="$.home_page_url"), value=own)
    if document.get("next_url") is not None and document["next_url"] in (own, url):
        yield LOOP.at(Point(where="$.next_url"))


def _list(document: Mapping[str, object], name: str) -> Sequence[object]:
    found = document.get(name)
    return found if isinstance(found, list) else ()


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON value")


def _find_surrogates(value: object, where: str) -> Iterator[Finding]:
    """Half characters written as `\\ud800`: Python reads them, most parsers do not."""
    if isinstance(value, str):
        if not value.isascii() and _HALF.search(value):
            yield SURROGATE.at(Point(where=where), value=where)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _find_surrogates(part, f"{where}[{number}]")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _find_surrogates(part, f"{where}.{name}")
