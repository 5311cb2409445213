"""The news sitemap as a document: point 38 of the feeds' checklist."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from publisher.feeds.news_sitemap import NewsItem, render_news_sitemap
from publisher.feeds.validate.sitemap import check_sitemap

AT = datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Baghdad"))
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


def item(**changes: Any) -> NewsItem:
    values = {
        "url": "https://news.example/خبر",
        "title": "خبر & آخر < 3",
        "language": "ar-IQ",
        "published_at": AT,
    }
    return NewsItem(**{**values, **changes})


def texts(data: bytes, path: str) -> list[str | None]:
    return [found.text for found in etree.fromstring(data).iterfind(path, NAMES)]


def test_each_item_has_all_that_the_schema_asks_for() -> None:
    """Checklist 38 R."""
    data = render_news_sitemap(
        "صحيفة", [item(), item(url="https://news.example/2", title="Two", language="en")]
    )
    assert list(check_sitemap(etree.fromstring(data), AT)) == []
    assert texts(data, "s:url/s:loc") == ["https://news.example/%D8%AE%D8%A8%D8%B1", "https://news.example/2"]
    assert texts(data, "s:url/n:news/n:title") == ["خبر & آخر < 3", "Two"]
    assert texts(data, ".//n:publication/n:name") == ["صحيفة", "صحيفة"]
    assert texts(data, ".//n:publication/n:language") == ["ar", "en"]
    assert texts(data, ".//n:publication_date") == ["2026-11-22T12:30:00+03:00"] * 2


def test_an_empty_one_is_valid_and_equal_items_are_equal_bytes() -> None:
    empty = render_news_sitemap("صحيفة", [])
    assert list(check_sitemap(etree.fromstring(empty), AT)) == []
    assert render_news_sitemap("صحيفة", [item()]) == render_news_sitemap("صحيفة", [item()])


@pytest.mark.parametrize(
    "bad", [{"url": "javascript:alert(1)"}, {"url": ""}, {"url": "/x"}, {"title": " \x00 "}]
)
def test_what_cannot_be_written_costs_the_others_nothing(bad: dict[str, str]) -> None:
    data = render_news_sitemap("صحيفة", [item(**bad), item(url="https://news.example/2")])
    assert texts(data, "s:url/s:loc") == ["https://news.example/2"]


def test_illegal_characters_are_left_out() -> None:
    data = render_news_sitemap("a\x00b", [item(title="one\x0btwo\ufffe\ud800")])
    assert texts(data, ".//n:title") == ["onetwo"]
    assert texts(data, ".//n:name") == ["ab"]
