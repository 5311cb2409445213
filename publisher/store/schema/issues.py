"""Newsletters, their issues, and who is sent them: batches carry the lease, deliveries the truth."""

from enum import StrEnum

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store.schema.columns import ID, instant, metadata, one_of, text


class BatchState(StrEnum):
    """How a batch of an issue stands."""

    OPEN = "open"
    """May be leased once its `retry_at` has come."""
    LEASED = "leased"
    """A worker holds it until `lease_until`."""
    DONE = "done"
    """Every delivery in it is final."""


newsletter = sa.Table(
    "newsletter",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("slug"),
    instant("begun_at"),
    sa.UniqueConstraint("slug"),
)

issue = sa.Table(
    "issue",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), nullable=False),
    text("slot"),
    instant("due_at"),
    instant("not_after"),
    text("state", server_default=IssueState.DUE),
    sa.Column("number", sa.Integer),
    text("reason", required=False),
    instant("composed_at", required=False),
    instant("frozen_at", required=False),
    instant("sent_at", required=False),
    sa.Column("total", sa.Integer),
    sa.UniqueConstraint("newsletter", "slot"),
    sa.UniqueConstraint("newsletter", "number"),
    one_of("state", IssueState),
)

issue_article = sa.Table(
    "issue_article",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("included", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer),
    text("reason"),
    sa.Column("corrections", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("included IN (0, 1)", name="included_known"),
    sa.Index(None, "article"),
)

rendition = sa.Table(
    "rendition",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    text("variant", primary_key=True),
    text("subject"),
    text("preheader"),
    text("html"),
    text("text"),
)

batch = sa.Table(
    "batch",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    text("state", server_default=BatchState.OPEN),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    instant("lease_until", required=False),
    instant("retry_at"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    one_of("state", BatchState),
    sa.Index(None, "state", "retry_at"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("issue", sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("batch", sa.Integer, nullable=False),
    text("state", server_default=DeliveryState.PENDING),
    text("variant"),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ambiguous", sa.Integer, nullable=False, server_default="0"),
    text("reply", required=False),
    instant("at"),
    text("relay", required=False),
    one_of("state", DeliveryState),
    sa.CheckConstraint("ambiguous BETWEEN 0 AND 2", name="ambiguous_bounded"),
    sa.Index(None, "subscriber"),
    sqlite_with_rowid=False,
)
