"""publisher.web.security"""

import re
from dataclasses import replace

import pytest

from tests.web.feed_folder import listing, write_folder
from tests.web.reader_app import ReaderApp, with_context

PAGES = ["/", "/subscribe", "/feeds", "/newsletters/daily", "/nothing", "/u/x", "/reader.css", "/robots.txt"]


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(reader: ReaderApp, path: str) -> None:
    headers = reader.client.get(path).headers
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy.get("script-src", "'none'") == ("'self'" if path == "/feeds" else "'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_errors_carry_them_too(reader: ReaderApp) -> None:
    for answer in (
        with_context(reader, database=None).get("/"),
        reader.client.delete("/"),
        reader.client.post("/subscribe", data={"email": "x" * 70_000}),
    ):
        assert answer.status_code in (500, 405, 413)
        assert directives(answer.headers["Content-Security-Policy"])["default-src"] == "'none'"


def test_no_policy_but_those_of_mails_allows_inline_anything(reader: ReaderApp) -> None:
    for path in PAGES:
        assert "unsafe" not in reader.client.get(path).headers["Content-Security-Policy"]


def test_https_is_insisted_on_only_where_it_is_used(reader: ReaderApp) -> None:
    assert "max-age" in reader.client.get("/").headers["Strict-Transport-Security"]
    plain = with_context(reader, site=replace(reader.context.site, base_url="http://127.0.0.1:8000"))
    assert "Strict-Transport-Security" not in plain.get("/").headers


def test_feeds_may_be_read_by_readers_in_a_browser(reader: ReaderApp) -> None:
    """Those that are not there too: an application tells its reader so."""
    answer = reader.client.get("/feeds/index.rss")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", PAGES[:6])
def test_a_page_needs_nothing_its_policy_forbids(reader: ReaderApp, path: str) -> None:
    """No script but ours on the page of feeds, none and no style inline, nothing from elsewhere."""
    write_folder(reader.context.feeds_folder, [listing("index")])
    text = reader.client.get(path).text
    scripts = re.findall(r"<script src=\"([^\"]*)\" [^>]*></script>", text)
    ours = ["/copy.js"] if path == "/feeds" else []
    assert (scripts, text.count("<script")) == (ours, len(ours))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)
    loaded = re.findall(r"<(?:link|img|iframe|source|object|embed)[^>]*?(?:href|src)=\"([^\"]*)\"", text)
    assert loaded
    assert all(re.match(r"/|https://news\.example/feeds/", address) for address in loaded)
