"""How a feed is served: what a server answers to the questions that readers ask. Pure: somebody else asks them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from publisher.feeds.validate.finding import Finding, Point, error, warning

STATUS = error("http.status", "the feed answers {value} instead of 200", "RFC 9110 section 15.3.1")
MOVED = warning(
    "http.moved", "the feed was found at {value}: give readers that address", "RFC 9110 section 15.4"
)
TYPE = error(
    "http.type", "send Content-Type: {expected} instead of {value}", "RFC 7303 section 3; RFC 4287 section 7"
)
TYPE_LOOSE = warning(
    "http.type-loose", "send Content-Type: {expected} rather than {value}", "RSS Best Practices Profile"
)
CHARSET = error(
    "http.charset",
    "send charset=utf-8, not {value}: it overrides what the document says",
    "RFC 7303 section 3.2",
)
NO_CHARSET = warning("http.charset-missing", "send charset=utf-8 with the type", "RFC 7303 section 3.2")
NO_ETAG = warning("http.etag", "send an ETag: most readers ask by it", "RFC 9110 section 8.8.3")
NO_DATE = warning(
    "http.last-modified", "send Last-Modified: Thunderbird asks by nothing else", "RFC 9110 section 8.8.2"
)
NO_GZIP = warning("http.gzip", "send gzip to readers that accept it", "RFC 9110 section 8.4")
NO_VARY = warning(
    "http.vary", "send Vary: Accept-Encoding, or caches mix the forms up", "RFC 9110 section 12.5.5"
)
NO_CACHE = warning(
    "http.cache-control", "send Cache-Control with max-age: it says how often to ask", "RFC 9111 section 5.2"
)
UNHEARD_ETAG = error(
    "http.if-none-match",
    "answer 304 to the ETag you sent, not {value}: every poll costs the whole feed",
    "RFC 9110 section 13.1.2",
)
UNHEARD_DATE = error(
    "http.if-modified-since",
    "answer 304 to the Last-Modified you sent, not {value}",
    "RFC 9110 section 13.1.3",
)
BODY_304 = error("http.304-body", "a 304 has no body", "RFC 9110 section 15.4.5")
ETAG_304 = warning("http.304-etag", "repeat the ETag in the 304: {value} came", "RFC 9110 section 15.4.5")
HEAD = error("http.head", "answer HEAD as GET, not with {value}", "RFC 9110 section 9.3.2")
NEGOTIATED = error(
    "http.negotiated",
    "send the feed whatever Accept says: {value} came to text/html, which readers send too",
    "RFC 9110 section 12.5.1",
)
COOKIE = warning(
    "http.cookie", "send no cookie with a feed: caches keep such answers out", "RFC 9111 section 7.3"
)

_TYPES: Mapping[str, tuple[str, frozenset[str]]] = {
    "rss": ("application/rss+xml", frozenset({"application/xml", "text/xml"})),
    "atom": ("application/atom+xml", frozenset({"application/xml", "text/xml"})),
    "json": ("application/feed+json", frozenset({"application/json"})),
    "opml": (
        "text/x-opml",
        frozenset({"application/xml", "text/xml", "text/x-opml+xml", "application/x-opml+xml"}),
    ),
    "sitemap": ("application/xml", frozenset({"text/xml"})),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. Names of `headers` are in lower case; `size` is that of the body as unpacked."""

    status: int
    headers: Mapping[str, str]
    size: int = 0

    @property
    def media_type(self) -> str:
        """The type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The questions of readers and their answers. None where a question could not be put (no ETag to ask by) or was
    not answered. `found_at` is where the feed was, after redirects, if elsewhere.
    """

    plain: Reply
    found_at: str | None = None
    by_etag: Reply | None = None
    by_date: Reply | None = None
    head: Reply | None = None
    as_page: Reply | None = None


def check_exchange(exchange: Exchange, kind: str | None) -> Iterator[Finding]:
    """Everything there is to say; `kind` is what the document turned out to be."""
    place, plain = Point(where="HTTP"), exchange.plain
    if exchange.found_at is not None:
        yield MOVED.at(place, value=exchange.found_at)
    if plain.status != 200:
        yield STATUS.at(place, value=plain.status)
        return
    yield from _check_type(plain, kind)
    for name, rule in (("etag", NO_ETAG), ("last-modified", NO_DATE), ("cache-control", NO_CACHE)):
        if not plain.headers.get(name):
            yield rule.at(place)
    if "gzip" not in plain.headers.get("content-encoding", "") and plain.size > 1400:
        yield NO_GZIP.at(place)
    elif plain.size > 1400 and "accept-encoding" not in plain.headers.get("vary", "").lower():
        yield NO_VARY.at(place)
    if "set-cookie" in plain.headers:
        yield COOKIE.at(place)
    yield from _check_conditional(exchange)
    yield from _check_others(exchange)


def _check_type(plain: Reply, kind: str | None) -> Iterator[Finding]:
    place, sent = Point(where="HTTP, Content-Type"), plain.headers.get("content-type", "")
    if kind is None:
        return
    expected, borne = _TYPES[kind]
    if plain.media_type in borne:
        if kind not in ("sitemap", "opml"):
            yield TYPE_LOOSE.at(place, expected=expected, value=sent)
    elif plain.media_type != expected:
        yield TYPE.at(place, expected=expected, value=sent or "nothing")
    charset = re.search(r"charset=\"?([^\s;\"]+)", sent, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        yield CHARSET.at(place, value=charset[1])
    elif not charset and kind != "json":
        yield NO_CHARSET.at(place)


def _check_conditional(exchange: Exchange) -> Iterator[Finding]:
    place = Point(where="HTTP, conditional requests")
    for reply, rule in ((exchange.by_etag, UNHEARD_ETAG), (exchange.by_date, UNHEARD_DATE)):
        if reply is None:
            continue
        if reply.status != 304:
            yield rule.at(place, value=reply.status)
        elif reply.size:
            yield BODY_304.at(place)
    again = exchange.by_etag
    if (
        again is not None
        and again.status == 304
        and again.headers.get("etag") != exchange.plain.headers["etag"]
    ):
        yield ETAG_304.at(place, value=again.headers.get("etag", "nothing"))


def _check_others(exchange: Exchange) -> Iterator[Finding]:
    head, page = exchange.head, exchange.as_page
    if head is not None and (head.status, head.media_type) != (200, exchange.plain.media_type):
        yield HEAD.at(Point(where="HTTP, HEAD"), value=f"{head.status} {head.media_type}".strip())
    if page is not None and (page.status, page.media_type) != (200, exchange.plain.media_type):
        yield NEGOTIATED.at(Point(where="HTTP, Accept"), value=f"{page.status} {page.media_type}".strip())
