"""Who is told of changed feeds: hubs, and the followers of our own."""

import sqlalchemy as sa

from publisher.model.push import Ask
from publisher.store.schema.columns import ID, instant, metadata, one_of, text


def _owing() -> list[sa.Column[int] | sa.Column[str]]:
    """How many changes there were and how many of them were told; since when one is owed, and how trying goes.

    `status` is what the last try came to, without addresses.
    """
    return [
        sa.Column("owed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("told", sa.Integer, nullable=False, server_default="0"),
        instant("since"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        instant("retry_at"),
        text("status", required=False),
        instant("tried_at", required=False),
        instant("told_at", required=False),
    ]


announced = sa.Table(
    "announced",
    metadata,
    text("topic", primary_key=True),
    sa.Column("modified_at", sa.BigInteger, nullable=False),
)

ping = sa.Table(
    "ping",
    metadata,
    text("hub", primary_key=True),
    text("topic", primary_key=True),
    text("host"),
    *_owing(),
    sa.CheckConstraint("told <= owed", name="told_bounded"),
    sa.Index(None, "host", "retry_at"),
)

follower = sa.Table(
    "follower",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("topic"),
    text("callback"),
    text("host"),
    text("secret", required=False),
    instant("began_at"),
    instant("lease_until"),
    *_owing(),
    sa.UniqueConstraint("topic", "callback"),
    sa.CheckConstraint("told <= owed", name="told_bounded"),
    sa.Index(None, "host", "retry_at"),
    sqlite_autoincrement=True,  # the number of one that ended is nobody else's: somebody may still be telling it
)

hub_request = sa.Table(
    "hub_request",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("ask"),
    text("topic"),
    text("callback"),
    text("host"),
    text("secret", required=False),
    sa.Column("lease_seconds", sa.Integer, nullable=False),
    text("reason"),
    instant("asked_at"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    instant("retry_at"),
    sa.UniqueConstraint("topic", "callback"),
    one_of("ask", Ask),
    sa.Index(None, "host", "retry_at"),
    sqlite_autoincrement=True,
)
