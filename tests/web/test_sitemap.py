"""`/news-sitemap.xml` over HTTP (checklist 38)."""

from pathlib import Path

import pytest

from publisher.feeds.served import SHORT
from tests.web.reader_app import ReaderApp, build_reader_app

XML = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>'


@pytest.fixture
def app(tmp_path: Path) -> ReaderApp:
    return build_reader_app(tmp_path)


def test_it_is_answered_with_validators_and_compressed(app: ReaderApp) -> None:
    (app.context.feeds_folder.parent / "news-sitemap.xml").write_bytes(XML)
    answer = app.client.get("/news-sitemap.xml")
    assert (answer.status_code, answer.content) == (200, XML)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert "last-modified" in answer.headers
    assert answer.headers["cache-control"] == SHORT, "checklist 32: as a feed, since it changes with one"
    again = app.client.get("/news-sitemap.xml", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = app.client.head("/news-sitemap.xml")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert app.client.post("/news-sitemap.xml").status_code == 405


def test_before_the_first_publication_there_is_none(app: ReaderApp) -> None:
    assert app.client.get("/news-sitemap.xml").status_code == 404


def test_robots_are_told_where_it_is(app: ReaderApp) -> None:
    assert "\nSitemap: https://news.example/news-sitemap.xml\n" in app.client.get("/robots.txt").text
