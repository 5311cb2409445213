"""The news sitemap: what was published in the last two days, for search engines that show news.

sitemaps.org 0.9 with Google's news extension 0.9: 1,000 addresses at most, none older than two days. It says when an
article was first published, which a correction does not change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from publisher.feeds.addresses import ascii_url, primary_language
from publisher.feeds.namespaces import NEWS, SITEMAP
from publisher.feeds.timestamps import rfc3339_date
from publisher.feeds.xml_text import single_line

NAME = "news-sitemap.xml"
MAX_ITEMS = 1000
MAX_AGE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """An article as the sitemap names it: its own page, absolute. `published_at` is aware, in the site's zone."""

    url: str
    title: str
    language: str
    published_at: datetime


def render_news_sitemap(publication: str, items: Iterable[NewsItem]) -> bytes:
    """The document, UTF-8, in the order given. `publication` is the name readers know. An item without an address that
    can be written, or without a title, is left out: it costs the others nothing.
    """
    prefixes: dict[str | None, str] = {None: SITEMAP, "news": NEWS}
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap=prefixes)  # type: ignore[arg-type]  # None: no prefix
    for item in items:
        title = single_line(item.title)
        try:
            address = ascii_url(item.url)
        except (ValueError, UnicodeError):
            continue
        if title:
            _add(root, address, title, single_line(publication), item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(root: etree._Element, address: str, title: str, publication: str, item: NewsItem) -> None:
    url = etree.SubElement(root, f"{{{SITEMAP}}}url")
    etree.SubElement(url, f"{{{SITEMAP}}}loc").text = address
    news = etree.SubElement(url, f"{{{NEWS}}}news")
    paper = etree.SubElement(news, f"{{{NEWS}}}publication")
    etree.SubElement(paper, f"{{{NEWS}}}name").text = publication
    etree.SubElement(paper, f"{{{NEWS}}}language").text = primary_language(item.language)
    etree.SubElement(news, f"{{{NEWS}}}publication_date").text = rfc3339_date(item.published_at)
    etree.SubElement(news, f"{{{NEWS}}}title").text = title
