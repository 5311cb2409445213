"""A news sitemap (sitemaps.org 0.9, Google's news extension 0.9)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lxml import etree

from publisher.feeds.validate.dates import check_w3cdtf, moment3339
from publisher.feeds.validate.elements import NEWS, SITEMAP, place_of
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import check_language, check_plain

_GOOGLE = "Google Search Central, News sitemaps"
TOO_MANY = error("sitemap.count", "{value} addresses; a news sitemap holds 1,000 at most", _GOOGLE)
NO_ADDRESS = error("sitemap.loc", "give each url its address in loc", "sitemaps.org 0.9, loc")
TWICE = error("sitemap.repeated", "{value} stands twice", "sitemaps.org 0.9, loc")
NO_NEWS = warning("sitemap.news", "add news:news: without it this is no news sitemap entry", _GOOGLE)
MISSING = error("sitemap.news-part", "news:news needs {value}", _GOOGLE)
OLD = warning("sitemap.old", "{value} is older than two days: take it out", _GOOGLE)

_N, _S = f"{{{NEWS}}}", f"{{{SITEMAP}}}"
_PARTS = (f"{_N}publication/{_N}name", f"{_N}publication/{_N}language", f"{_N}publication_date", f"{_N}title")
_AGE = timedelta(days=2, hours=1)


def check_sitemap(root: etree._Element, now: datetime | None) -> Iterator[Finding]:
    """The whole sitemap. With `now`, that nothing in it is old."""
    urls = root.findall(f"{_S}url")
    if len(urls) > 1000:
        yield TOO_MANY.at(place_of(root), value=len(urls))
    seen: set[str] = set()
    for url in urls:
        address = (url.findtext(f"{_S}loc") or "").strip()
        if not address:
            yield NO_ADDRESS.at(place_of(url))
        else:
            yield from check_url(address, "loc", place_of(url))
        if address in seen:
            yield TWICE.at(place_of(url), value=address)
        seen.add(address)
        news = url.find(f"{_N}news")
        if news is None:
            yield NO_NEWS.at(place_of(url))
        else:
            yield from _check_news(news, now)


def sitemap_ids(root: etree._Element) -> tuple[str, ...]:
    """The addresses, in order."""
    return tuple((url.findtext(f"{_S}loc") or "").strip() for url in root.iterfind(f"{_S}url"))


def _check_news(news: etree._Element, now: datetime | None) -> Iterator[Finding]:
    for path in _PARTS:
        if not (news.findtext(path) or "").strip():
            yield MISSING.at(place_of(news), value="news:" + path.rpartition("}")[2])
    language = (news.findtext(_PARTS[1]) or "").strip()
    yield from check_language(language, place_of(news))
    yield from check_plain((news.findtext(_PARTS[3]) or "").strip(), "news:title", place_of(news))
    date = (news.findtext(_PARTS[2]) or "").strip()
    if not date:
        return
    yield from check_w3cdtf(date, place_of(news))
    moment = moment3339(date)
    if now is not None and moment is not None and now - moment > _AGE:
        yield OLD.at(place_of(news), value=date)
