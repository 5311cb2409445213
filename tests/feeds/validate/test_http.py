"""What is said of how a feed is served."""

from dataclasses import replace

import pytest

from publisher.feeds.validate import http
from publisher.feeds.validate.finding import Rule
from publisher.feeds.validate.http import Exchange, Reply, check_exchange

HEADERS = {
    "content-type": "application/rss+xml; charset=utf-8",
    "etag": '"a"',
    "last-modified": "Sat, 01 Nov 2025 15:15:00 GMT",
    "cache-control": "public, max-age=300",
    "content-encoding": "gzip",
    "vary": "Accept-Encoding",
}
GOOD = Reply(status=200, headers=HEADERS, size=9000)
AGAIN = Reply(status=304, headers=HEADERS)
EXCHANGE = Exchange(plain=GOOD, by_etag=AGAIN, by_date=AGAIN, head=replace(GOOD, size=0), as_page=GOOD)


def without(name: str) -> Exchange:
    """The good exchange, one header fewer in the plain answer."""
    return replace(EXCHANGE, plain=replace(GOOD, headers={k: v for k, v in HEADERS.items() if k != name}))


def sending(name: str, value: str) -> Exchange:
    """The good exchange with another header in every answer."""
    other = HEADERS | {name: value}
    plain, again = replace(GOOD, headers=other), replace(AGAIN, headers=other)
    return Exchange(plain=plain, by_etag=again, by_date=again, head=plain, as_page=plain)


CASES = [
    (EXCHANGE, []),
    (Exchange(plain=GOOD), []),
    (replace(EXCHANGE, found_at="https://x.example/g"), ["http.moved"]),
    (Exchange(plain=replace(GOOD, status=404)), ["http.status"]),
    (sending("content-type", "text/html"), ["http.type", "http.charset-missing"]),
    (sending("content-type", "application/xml; charset=UTF-8"), ["http.type-loose"]),
    (sending("content-type", "application/rss+xml"), ["http.charset-missing"]),
    (sending("content-type", 'application/rss+xml; charset="iso-8859-1"'), ["http.charset"]),
    (replace(without("etag"), by_etag=None), ["http.etag"]),
    (replace(without("last-modified"), by_date=None), ["http.last-modified"]),
    (without("cache-control"), ["http.cache-control"]),
    (without("content-encoding"), ["http.gzip"]),
    (without("vary"), ["http.vary"]),
    (replace(without("vary"), plain=replace(GOOD, headers=HEADERS | {"vary": "Cookie"}, size=900)), []),
    (sending("set-cookie", "a=b"), ["http.cookie"]),
    (replace(EXCHANGE, by_etag=GOOD), ["http.if-none-match"]),
    (replace(EXCHANGE, by_date=GOOD), ["http.if-modified-since"]),
    (replace(EXCHANGE, by_date=replace(AGAIN, size=9)), ["http.304-body"]),
    (replace(EXCHANGE, by_etag=replace(AGAIN, headers={})), ["http.304-etag"]),
    (replace(EXCHANGE, head=replace(GOOD, status=405)), ["http.head"]),
    (replace(EXCHANGE, as_page=replace(GOOD, headers={"content-type": "text/html"})), ["http.negotiated"]),
]


@pytest.mark.parametrize(("exchange", "expected"), CASES)
def test_each_rule_finds_what_it_is_there_for(exchange: Exchange, expected: list[str]) -> None:
    assert [finding.code for finding in check_exchange(exchange, "rss")] == expected


def test_every_rule_has_a_case() -> None:
    rules = {rule.code for rule in vars(http).values() if isinstance(rule, Rule)}
    assert rules == {code for _, expected in CASES for code in expected}


def test_no_type_is_asked_of_what_is_no_feed() -> None:
    assert list(check_exchange(sending("content-type", "text/html"), None)) == []


def test_json_needs_no_charset() -> None:
    """RFC 8259 section 11: JSON has no such parameter."""
    assert list(check_exchange(sending("content-type", "application/feed+json"), "json")) == []
