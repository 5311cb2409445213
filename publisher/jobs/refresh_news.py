"""Bring the news sitemap up to the stored articles: after each publication, and when its oldest one is too old."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from publisher.feeds.files import only_writer
from publisher.feeds.news_sitemap import MAX_AGE, MAX_ITEMS, NAME, NewsItem, render_news_sitemap
from publisher.feeds.replace import replace_file
from publisher.feeds.twins import CODINGS, GZIP, twin
from publisher.jobs.newsroom import Newsroom
from publisher.model.article import Article
from publisher.model.site import Site
from publisher.store.news import load_news


def sitemap_of(feeds_folder: Path) -> Path:
    """Where it is: beside the feeds folder, since a sitemap speaks for what lies below its own address only."""
    return feeds_folder.parent / NAME


def refresh_news(room: Newsroom) -> datetime | None:
    """Write the sitemap where it differs; returns when its oldest article will be too old, None where it is empty."""
    with only_writer(room.feeds_folder):  # read under the lock: an older state never replaces a newer one
        now = room.now()
        with room.database.read() as tx:
            articles = load_news(tx, after=now - MAX_AGE, until=now, limit=MAX_ITEMS)
        document = render_news_sitemap(room.site.title, _items(room.site, articles))
        _write(sitemap_of(room.feeds_folder), document, now)
    return articles[-1].parsed.published_at + MAX_AGE if articles else None


def _items(site: Site, articles: Sequence[Article]) -> Iterator[NewsItem]:
    for article in articles:
        yield NewsItem(
            url=article.parsed.url or "",
            title=article.parsed.title,
            language=article.parsed.language,
            published_at=article.parsed.published_at.astimezone(site.timezone).replace(microsecond=0),
        )


def _write(path: Path, data: bytes, now: datetime) -> None:
    """As feed files are written: whole, its date strictly later with other bytes, old twins gone before it comes."""
    if path.exists() and path.read_bytes() == data:
        return
    last = int(path.stat().st_mtime) if path.exists() else 0
    mtime = max(int(now.timestamp()), last + 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    for coding in CODINGS:
        twin(path, coding).unlink(missing_ok=True)
    replace_file(path, data, mtime=mtime)
    replace_file(twin(path), GZIP.compress(data), mtime=mtime)
