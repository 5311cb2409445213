"""Bring the feed files up to the stored articles."""

import logging
from datetime import datetime

from publisher.feeds.files import FileState
from publisher.jobs.announce_feeds import announce_feeds
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.publish_feeds import PublishedFeeds, publish_feeds
from publisher.jobs.publish_opml import publish_opml
from publisher.model.work import Work, WorkKind
from publisher.store.articles import has_come_due, load_live_articles

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
    publish_opml(room)
    for failed in published.failed:
        log.error("article left out of the feeds", extra={"key": failed.id, "error": failed.reason.key})
    for file in published.files:
        if file.state is FileState.KEPT:
            why = file.reason.key if file.reason else "unknown"
            log.error(
                "feed not replaced: its new document failed the check",
                extra={"feed": file.path, "error": why},
            )
    announce_feeds(room)
    return published


def submit_come_due(room: Newsroom, *, since: datetime) -> bool:
    """Ask for the feeds where an article's date has come since that moment: until then they leave it out. Returns
    whether one has.
    """
    now = room.now()
    with room.database.read() as tx:
        due = has_come_due(tx, after=since, until=now)
    if due:
        with room.database.write() as tx:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
    return due
