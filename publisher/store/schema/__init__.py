"""The schema: one for SQLite and PostgreSQL.

All times are UTC epoch milliseconds, one representation on both databases; slots are local wall time as text.
Constraints carry the invariants: one issue a slot, one delivery a reader, legal states only. What a CHECK cannot
say (legal arrows, ids that never change, records that are only added to) is said by the triggers of the migrations.
One module for each part of the newsroom; here they are all together.
"""

from publisher.store.schema.articles import article, article_revision, correction, quarantine
from publisher.store.schema.columns import metadata
from publisher.store.schema.feeds import (
    ended_feed,
    feed_change,
    feed_member,
    feed_rules,
    feed_slice,
    unwritten_entry,
)
from publisher.store.schema.issues import (
    BatchState,
    batch,
    delivery,
    issue,
    issue_article,
    newsletter,
    rendition,
)
from publisher.store.schema.polls import feed_day, feed_service, poller
from publisher.store.schema.push import announced, follower, hub_request, ping
from publisher.store.schema.readers import consent, notice, rate, subscriber, subscription, suppression
from publisher.store.schema.returns import feedback, hook_call, pause

__all__ = [
    "BatchState",
    "announced",
    "article",
    "article_revision",
    "batch",
    "consent",
    "correction",
    "delivery",
    "ended_feed",
    "feed_change",
    "feed_day",
    "feed_member",
    "feed_rules",
    "feed_service",
    "feed_slice",
    "feedback",
    "follower",
    "hook_call",
    "hub_request",
    "issue",
    "issue_article",
    "metadata",
    "newsletter",
    "notice",
    "pause",
    "ping",
    "poller",
    "quarantine",
    "rate",
    "rendition",
    "subscriber",
    "subscription",
    "suppression",
    "unwritten_entry",
]
