"""Checking what is served: the questions readers ask, and no way from there into our own network."""

from datetime import UTC, datetime

import pytest

from publisher.feeds.validate.report import Report
from publisher.fetch.client import Failure, Fault
from publisher.jobs.check_feed import check_address, check_bytes
from tests.feeds.validate.bases import RSS
from tests.fetch.servers import canary, reply, serving

pytestmark = pytest.mark.anyio
NOW = datetime(2025, 11, 2, 9, tzinfo=UTC)
DATE = "Sat, 01 Nov 2025 15:15:00 GMT"


def answer(head: str) -> bytes:
    """A careful server: the feed at /f, told its own address; /old leads there."""
    host = next(line for line in head.splitlines() if line.startswith("Host:")).split()[1]
    if " /old " in head:
        return reply("301 Moved", b"", "Location: /f")
    headers = [f"Last-Modified: {DATE}", 'ETag: "a"', "Cache-Control: max-age=300"]
    headers.append("Content-Type: application/rss+xml; charset=utf-8")
    if 'If-None-Match: "a"' in head or f"If-Modified-Since: {DATE}" in head:
        return b"\r\n".join([b"HTTP/1.1 304 Not Modified", *(h.encode() for h in headers), b"", b""])
    body = RSS.replace("https://x.example/f", f"http://{host}/f").encode()
    return reply("200 OK", b"" if head.startswith("HEAD") else body, *headers)


async def check(url: str) -> Report:
    """The report of what is there."""
    found = await check_address(url, now=NOW)
    assert isinstance(found, Report), found
    return found


async def test_a_careful_server_has_no_finding_and_is_asked_five_questions() -> None:
    async with serving(answer) as server:
        found = await check(f"http://127.0.0.2:{server.port}/f")
    assert (found.kind, found.findings) == ("rss", ())
    assert [head.split()[0] for head in server.heads] == ["GET", "GET", "GET", "HEAD", "GET"]
    assert "If-None-Match" in server.heads[1]
    assert "If-Modified-Since" in server.heads[2]
    assert "text/html" in server.heads[4]


async def test_a_moved_feed_is_followed_and_said() -> None:
    async with serving(answer) as server:
        found = await check(f"http://127.0.0.2:{server.port}/old")
    assert [finding.code for finding in found.findings] == ["http.moved"]


async def test_what_is_not_there_is_one_finding() -> None:
    async with serving(lambda _: reply("404 Not Found", b"<html>no")) as server:
        found = await check(f"http://127.0.0.2:{server.port}/f")
    assert [finding.code for finding in found.findings] == ["http.status"]


async def test_a_page_is_not_a_feed() -> None:
    async with serving(
        lambda _: reply("200 OK", b"<!DOCTYPE html><p>hi", "Content-Type: text/html")
    ) as server:
        found = await check(f"http://127.0.0.2:{server.port}/")
    assert "document.page" in [finding.code for finding in found.findings]


async def test_the_server_named_cannot_lead_into_our_own_network() -> None:
    async with canary() as bird:
        location = f"Location: http://127.0.0.1:{bird.port}/secret"
        async with serving(lambda _: reply("302 Found", b"", location)) as server:
            found = await check_address(f"http://127.0.0.2:{server.port}/", now=NOW)
    assert isinstance(found, Failure)
    assert found.fault is Fault.DENIED
    assert bird.connections == 0


async def test_a_name_that_does_not_exist_is_a_failure() -> None:
    found = await check_address("http://nothing.invalid/", now=NOW)
    assert isinstance(found, Failure)
    assert found.fault is Fault.UNKNOWN_HOST


def test_bytes_are_checked_as_they_are() -> None:
    assert check_bytes(RSS.encode(), url=None, now=NOW).findings == ()
