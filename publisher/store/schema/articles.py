"""Articles as they were stored, their corrections, and what is held back."""

import sqlalchemy as sa

from publisher.model.article import ArticleState
from publisher.store.schema.columns import ID, instant, metadata, one_of, text

article = sa.Table(
    "article",
    metadata,
    sa.Column("number", ID, primary_key=True),
    text("id"),
    text("source"),
    text("key"),
    text("url", required=False),
    text("page_key", required=False, index=True),
    text("state", server_default=ArticleState.LIVE),
    sa.Column("revision", sa.Integer, nullable=False),
    text("language"),
    text("section", required=False),
    instant("published_at"),
    instant("accepted_at"),
    instant("revised_at"),
    instant("withdrawn_at", required=False),
    sa.UniqueConstraint("id"),
    sa.UniqueConstraint("source", "key"),
    sa.UniqueConstraint("url"),
    one_of("state", ArticleState),
)

article_revision = sa.Table(
    "article_revision",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    instant("at"),
    text("content_hash"),
    text("parsed"),
)

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("article", sa.ForeignKey("article.number"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    instant("at"),
    text("note"),
    sa.Column("announce", sa.Integer, nullable=False),
    sa.CheckConstraint("announce IN (0, 1)", name="announce_known"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    text("source", primary_key=True),
    text("key", primary_key=True),
    text("reason"),
    instant("since"),
)
