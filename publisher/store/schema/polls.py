"""How often feeds were asked for, by day; no address of a reader."""

import sqlalchemy as sa

from publisher.store.schema.columns import amount, metadata, text

feed_day = sa.Table(
    "feed_day",
    metadata,
    text("day", primary_key=True),
    text("feed", primary_key=True),
    amount("polls"),
    amount("not_modified"),
    amount("sent_bytes"),
    amount("saved_by_304"),
    amount("saved_by_coding"),
    amount("readers"),
    sqlite_with_rowid=False,
)

feed_service = sa.Table(
    "feed_service",
    metadata,
    text("day", primary_key=True),
    text("feed", primary_key=True),
    text("service", primary_key=True),
    amount("subscribers"),
    sqlite_with_rowid=False,
)

poller = sa.Table(
    "poller",
    metadata,
    text("day", primary_key=True),
    text("name", primary_key=True),
    amount("polls"),
    amount("not_modified"),
    amount("sent_bytes"),
    sqlite_with_rowid=False,
)
