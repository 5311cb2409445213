"""Where articles stand in feeds, and what has yet to be published."""

import sqlalchemy as sa

from publisher.store.schema.columns import ID, instant, metadata, text

feed_change = sa.Table(
    "feed_change",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), nullable=False),
    instant("due_at"),
    sa.Index(None, "due_at"),
)

feed_member = sa.Table(
    "feed_member",
    metadata,
    text("path", primary_key=True),
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("correction", sa.Integer, primary_key=True),
    instant("shown_at"),
    instant("gone_at", required=False),
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
    text("path", primary_key=True),
    text("kind"),
    text("name"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("id", sa.Text, index=True),
)

ended_feed = sa.Table(
    "ended_feed",
    metadata,
    text("path", primary_key=True),
    text("name"),
    instant("at"),
)

feed_rules = sa.Table(
    "feed_rules",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    text("fingerprint"),
    sa.CheckConstraint("id = 1", name="only_one"),
)

unwritten_entry = sa.Table(
    "unwritten_entry",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    text("reason"),
    instant("since"),
)
