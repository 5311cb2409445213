"""Publish the feeds: bring the feed files up to the stored articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.feeds.documents import render_documents
from publisher.feeds.files import FeedFile, write_feeds
from publisher.feeds.slices import build_feeds
from publisher.model.article import Article
from publisher.model.feed import FailedEntry, FeedListing
from publisher.model.site import FeedSpec, Site
from publisher.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFeeds:
    """What was published. `failed` are the articles left out, each once, with the reason; tell the operator."""

    files: tuple[FeedFile, ...]
    listings: tuple[FeedListing, ...]
    failed: tuple[FailedEntry, ...]


def publish_feeds(
    *,
    site: Site,
    specs: Sequence[FeedSpec],
    articles: Sequence[Article],
    words: Mapping[str, Words],
    folder: Path,
    now: datetime,
) -> PublishedFeeds:
    """Build, write and publish every feed of these articles into `folder`.

    Repeating it with the same articles changes nothing; interrupted, the next run completes it. `words` maps
    languages to their catalogues, the site's own at least. `now` keeps future articles out and dates what changed.
    """
    built = build_feeds(site, articles, specs, words, now=now)
    rendered = render_documents(built.feeds)
    listings = tuple(feed.listing for feed in built.feeds)
    files = write_feeds(folder, rendered.documents, listings, now=now)
    return PublishedFeeds(files=files, listings=listings, failed=(*built.failed, *rendered.failed))
