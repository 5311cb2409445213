"""Bring the feed files up to the stored articles."""

import logging

from publisher.feeds.files import FileState
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.publish_feeds import PublishedFeeds, publish_feeds
from publisher.store.articles import load_live_articles

log = logging.getLogger(__name__)


def refresh_feeds(room: Newsroom) -> PublishedFeeds:
    """Load the live articles and publish every feed of them. Repeating it changes nothing."""
    with room.database.read() as tx:
        articles = load_live_articles(tx)
    published = publish_feeds(
        site=room.site,
        specs=room.feed_specs,
        articles=articles,
        words=room.words,
        folder=room.feeds_folder,
        now=room.now(),
    )
    for failed in published.failed:
        log.error("article left out of the feeds", extra={"key": failed.id, "error": failed.reason.key})
    for file in published.files:
        if file.state is FileState.KEPT:
            why = file.reason.key if file.reason else "unknown"
            log.error(
                "feed not replaced: its new document failed the check",
                extra={"feed": file.path, "error": why},
            )
    return published
