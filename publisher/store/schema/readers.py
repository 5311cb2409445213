"""Who reads: subscribers, what they asked for and consented to, and what they are told by themselves. Addresses live
in `subscriber` and nowhere else."""

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import ConsentKind, NoticeKind, SubscriptionStatus
from publisher.store.schema.columns import ID, instant, metadata, one_of, text

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("address"),
    text("address_key"),
    text("address_hash"),
    text("language"),
    instant("created_at"),
    sa.UniqueConstraint("address_key"),
    sa.Index(None, "address_hash"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), primary_key=True),
    text("status"),
    text("language"),
    instant("requested_at"),
    instant("confirmed_at", required=False),
    instant("ended_at", required=False),
    one_of("status", SubscriptionStatus),
    sa.Index(None, "subscriber"),
    sqlite_with_rowid=False,
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), nullable=False),
    sa.Column("newsletter", sa.ForeignKey("newsletter.id"), nullable=False),
    text("kind"),
    instant("at"),
    text("network", required=False),
    text("evidence"),
    one_of("kind", ConsentKind),
    sa.Index(None, "subscriber"),
)

suppression = sa.Table(
    "suppression",
    metadata,
    text("address_hash", primary_key=True),
    text("reason"),
    instant("at"),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("kind"),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id"), nullable=False),
    text("day"),
    text("language"),
    text("newsletters"),
    text("state", server_default=DeliveryState.PENDING),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ambiguous", sa.Integer, nullable=False, server_default="0"),
    text("reply", required=False),
    instant("at"),
    text("relay", required=False),
    instant("retry_at"),
    instant("expires_at"),
    sa.UniqueConstraint("subscriber", "kind", "day"),
    one_of("kind", NoticeKind),
    one_of("state", DeliveryState),
    sa.Index(None, "state"),
)

rate = sa.Table(
    "rate",
    metadata,
    text("bucket", primary_key=True),
    sa.Column("window", sa.BigInteger, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
