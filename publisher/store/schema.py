"""The schema: one for SQLite and PostgreSQL.

All times are UTC epoch milliseconds, one representation on both databases; slots are local wall time as text.
Constraints carry the invariants: one issue a slot, one delivery a reader, legal states only. What a CHECK cannot
say (legal arrows, ids that never change, records that are only added to) is said by the triggers of the migrations.
Addresses live in `subscriber` and nowhere else.
"""

from enum import StrEnum

import sqlalchemy as sa

from publisher.model.article import ArticleState
from publisher.model.delivery import DeliveryState
from publisher.model.feedback import (
    Certainty,
    FeedbackKind,
    FeedbackSource,
    PauseReason,
    Proof,
    Verdict,
)
from publisher.model.issue import IssueState
from publisher.model.push import Ask
from publisher.model.subscriber import ConsentKind, NoticeKind, SubscriptionStatus

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class BatchState(StrEnum):
    """How a batch of an issue stands."""

    OPEN = "open"
    """May be leased once its `retry_at` has come."""
    LEASED = "leased"
    """A worker holds it until `lease_until`."""
    DONE = "done"
    """Every delivery in it is final."""


def _time(name: str, *, required: bool = True) -> sa.Column[int]:
    """A UTC instant in epoch milliseconds."""
    return sa.Column(name, sa.BigInteger, nullable=not required)


def _text(name: str, *, required: bool = True, **more: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not required, **more)  # type: ignore[arg-type]


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only for a column that is exactly INTEGER."""


article = sa.Table(
    "article",
    metadata,
    sa.Column("number", _id, primary_key=True),
    _text("id"),
    _text("source"),
    _text("key"),
    _text("url", required=False),
    _text("page_key", required=False, index=True),
    _text("state", server_default=ArticleState.LIVE),
    sa.Column("revision", sa.Integer, nullable=False),
    _text("language"),
    _text("section", required=False),
    _time("published_at"),
    _time("accepted_at"),
    _time("revised_at"),
    _time("withdrawn_at", required=False),
    sa.UniqueConstraint("id"),
    sa.UniqueConstraint("source", "key"),
    sa.UniqueConstraint("url"),
    _one_of("state", ArticleState),
)

article_revision = sa.Table(
    "article_revision",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    _time("at"),
    _text("content_hash"),
    _text("parsed"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _text("source", primary_key=True),
    _text("key", primary_key=True),
    _text("reason"),
    _time("since"),
)

newsletter = sa.Table(
    "newsletter",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("slug"),
    _time("begun_at"),
    sa.UniqueConstraint("slug"),
)

issue = sa.Table(
    "issue",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), nullable=False),
    _text("slot"),
    _time("due_at"),
    _time("not_after"),
    _text("state", server_default=IssueState.DUE),
    sa.Column("number", sa.Integer),
    _text("reason", required=False),
    _time("composed_at", required=False),
    _time("frozen_at", required=False),
    _time("sent_at", required=False),
    sa.Column("total", sa.Integer),
    sa.UniqueConstraint("newsletter", "slot"),
    sa.UniqueConstraint("newsletter", "number"),
    _one_of("state", IssueState),
)

issue_article = sa.Table(
    "issue_article",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("included", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer),
    _text("reason"),
    sa.Column("corrections", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("included IN (0, 1)", name="included_known"),
    sa.Index(None, "article"),
)

rendition = sa.Table(
    "rendition",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    _text("variant", primary_key=True),
    _text("subject"),
    _text("preheader"),
    _text("html"),
    _text("text"),
)

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("address"),
    _text("address_key"),
    _text("address_hash"),
    _text("language"),
    _time("created_at"),
    sa.UniqueConstraint("address_key"),
    sa.Index(None, "address_hash"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), primary_key=True),
    _text("status"),
    _text("language"),
    _time("requested_at"),
    _time("confirmed_at", required=False),
    _time("ended_at", required=False),
    _one_of("status", SubscriptionStatus),
    sa.Index(None, "subscriber"),
    sqlite_with_rowid=False,
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), nullable=False),
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), nullable=False),
    _text("kind"),
    _time("at"),
    _text("network", required=False),
    _text("evidence"),
    _one_of("kind", ConsentKind),
    sa.Index(None, "subscriber"),
)

suppression = sa.Table(
    "suppression",
    metadata,
    _text("address_hash", primary_key=True),
    _text("reason"),
    _time("at"),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("kind"),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), nullable=False),
    _text("day"),
    _text("language"),
    _text("newsletters"),
    _text("state", server_default=DeliveryState.PENDING),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ambiguous", sa.Integer, nullable=False, server_default="0"),
    _text("reply", required=False),
    _time("at"),
    _text("relay", required=False),
    _time("retry_at"),
    _time("expires_at"),
    sa.UniqueConstraint("subscriber", "kind", "day"),
    _one_of("kind", NoticeKind),
    _one_of("state", DeliveryState),
    sa.Index(None, "state"),
)

rate = sa.Table(
    "rate",
    metadata,
    _text("bucket", primary_key=True),
    sa.Column("window", sa.BigInteger, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

batch = sa.Table(
    "batch",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    _text("state", server_default=BatchState.OPEN),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    _time("lease_until", required=False),
    _time("retry_at"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    _one_of("state", BatchState),
    sa.Index(None, "state", "retry_at"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("batch", sa.Integer, nullable=False),
    _text("state", server_default=DeliveryState.PENDING),
    _text("variant"),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ambiguous", sa.Integer, nullable=False, server_default="0"),
    _text("reply", required=False),
    _time("at"),
    _text("relay", required=False),
    _one_of("state", DeliveryState),
    sa.CheckConstraint("ambiguous BETWEEN 0 AND 2", name="ambiguous_bounded"),
    sa.Index(None, "subscriber"),
    sqlite_with_rowid=False,
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("report"),
    _text("delivery"),
    sa.Column("issue", sa.ForeignKey("issue.id")),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id")),
    _text("kind"),
    _text("certainty"),
    _text("source"),
    _text("proof"),
    _text("verdict"),
    _text("status", required=False),
    _text("detail"),
    _time("at"),
    sa.UniqueConstraint("report", "delivery"),
    _one_of("kind", FeedbackKind),
    _one_of("certainty", Certainty),
    _one_of("source", FeedbackSource),
    _one_of("proof", Proof),
    _one_of("verdict", Verdict),
    sa.Index(None, "subscriber"),
    sa.Index(None, "kind", "at"),
)

hook_call = sa.Table(
    "hook_call",
    metadata,
    _text("key", primary_key=True),
    _time("at"),
    sa.Index(None, "at"),
)

pause = sa.Table(
    "pause",
    metadata,
    _text("scope", primary_key=True),
    _time("until"),
    _text("reason"),
    _time("at"),
    _one_of("reason", PauseReason),
)


def _owing() -> list[sa.Column[int] | sa.Column[str]]:
    """How many changes there were and how many of them were told; since when one is owed, and how trying goes.

    `status` is what the last try came to, without addresses.
    """
    return [
        sa.Column("owed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("told", sa.Integer, nullable=False, server_default="0"),
        _time("since"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _time("retry_at"),
        _text("status", required=False),
        _time("tried_at", required=False),
        _time("told_at", required=False),
    ]


announced = sa.Table(
    "announced",
    metadata,
    _text("topic", primary_key=True),
    sa.Column("modified_at", sa.BigInteger, nullable=False),
)

ping = sa.Table(
    "ping",
    metadata,
    _text("hub", primary_key=True),
    _text("topic", primary_key=True),
    _text("host"),
    *_owing(),
    sa.CheckConstraint("told <= owed", name="told_bounded"),
    sa.Index(None, "host", "retry_at"),
)

follower = sa.Table(
    "follower",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("topic"),
    _text("callback"),
    _text("host"),
    _text("secret", required=False),
    _time("began_at"),
    _time("lease_until"),
    *_owing(),
    sa.UniqueConstraint("topic", "callback"),
    sa.CheckConstraint("told <= owed", name="told_bounded"),
    sa.Index(None, "host", "retry_at"),
    sqlite_autoincrement=True,  # the number of one that ended is nobody else's: somebody may still be telling it
)

hub_request = sa.Table(
    "hub_request",
    metadata,
    sa.Column("id", _id, primary_key=True),
    _text("ask"),
    _text("topic"),
    _text("callback"),
    _text("host"),
    _text("secret", required=False),
    sa.Column("lease_seconds", sa.Integer, nullable=False),
    _text("reason"),
    _time("asked_at"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    _time("retry_at"),
    sa.UniqueConstraint("topic", "callback"),
    _one_of("ask", Ask),
    sa.Index(None, "host", "retry_at"),
    sqlite_autoincrement=True,
)

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _time("at"),
    _text("note"),
    sa.Column("announce", sa.Integer, nullable=False),
    sa.CheckConstraint("announce IN (0, 1)", name="announce_known"),
)

feed_change = sa.Table(
    "feed_change",
    metadata,
    sa.Column("id", _id, primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), nullable=False),
    _time("due_at"),
    sa.Index(None, "due_at"),
)

feed_member = sa.Table(
    "feed_member",
    metadata,
    _text("path", primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("correction", sa.Integer, primary_key=True),
    _time("shown_at"),
    _time("gone_at", required=False),
    sa.Column("archive", sa.Integer),
    sa.Index(None, "path", "shown_at", "article", "correction"),
    sa.Index(None, "path", "archive"),
    sa.Index(
        "ix_feed_member_open",
        "path",
        "shown_at",
        "article",
        "correction",
        sqlite_where=sa.text("archive IS NULL AND gone_at IS NULL"),
        postgresql_where=sa.text("archive IS NULL AND gone_at IS NULL"),
    ),
    sa.Index(None, "article"),
)

feed_slice = sa.Table(
    "feed_slice",
    metadata,
    _text("path", primary_key=True),
    _text("kind"),
    _text("name"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("id", sa.Text),
)

ended_feed = sa.Table(
    "ended_feed",
    metadata,
    _text("path", primary_key=True),
    _text("name"),
    _time("at"),
)

feed_rules = sa.Table(
    "feed_rules",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _text("fingerprint"),
    sa.CheckConstraint("id = 1", name="only_one"),
)

unwritten_entry = sa.Table(
    "unwritten_entry",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    _text("reason"),
    _time("since"),
)


def _count(name: str) -> sa.Column[int]:
    """How many, or how many bytes."""
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


feed_day = sa.Table(
    "feed_day",
    metadata,
    _text("day", primary_key=True),
    _text("feed", primary_key=True),
    _count("polls"),
    _count("not_modified"),
    _count("sent_bytes"),
    _count("saved_by_304"),
    _count("saved_by_coding"),
    _count("readers"),
    sqlite_with_rowid=False,
)

feed_service = sa.Table(
    "feed_service",
    metadata,
    _text("day", primary_key=True),
    _text("feed", primary_key=True),
    _text("service", primary_key=True),
    _count("subscribers"),
    sqlite_with_rowid=False,
)

poller = sa.Table(
    "poller",
    metadata,
    _text("day", primary_key=True),
    _text("name", primary_key=True),
    _count("polls"),
    _count("not_modified"),
    _count("sent_bytes"),
    sqlite_with_rowid=False,
)
