"""The feeds follow the stored articles by themselves; what cannot be published is told to the operator."""

import logging

from publisher.feeds.files import FileState
from publisher.jobs.announce_feeds import announce_feeds
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.publish_feeds import Extent, PublishedFeeds, is_behind, publish_feeds
from publisher.jobs.publish_opml import publish_opml
from publisher.jobs.refresh_news import refresh_news
from publisher.model.work import Work, WorkKind

log = logging.getLogger(__name__)


def refresh_feeds(room: Newsroom, *, extent: Extent = Extent.BEHIND) -> PublishedFeeds:
    """Publish what the feeds folder is behind with. Repeating it changes nothing."""
    published = publish_feeds(room, extent=extent)
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
        if file.outgrew:
            log.warning(
                "feed larger than some readers take: hold fewer entries, or summaries",
                extra={"feed": file.path, "size_bytes": file.size_bytes},
            )
    announce_feeds(room)
    refresh_news(room)
    return published


def mend_feeds(room: Newsroom) -> PublishedFeeds:
    """As `refresh_feeds`, and what is damaged too: at the start of a process."""
    return refresh_feeds(room, extent=Extent.DAMAGED)


def submit_feeds(room: Newsroom) -> bool:
    """Ask for the feeds where the folder is behind: an article's date has come, or a crash came between a change and
    its files. Returns whether it is.
    """
    behind = is_behind(room)
    if behind:
        with room.database.write() as tx:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
    return behind
