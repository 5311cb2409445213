"""Which articles stand in which feed, as an index over the archive: the first page of any feed is one short read.

A row is an article in a feed, or one of its corrections as an entry of its own (`correction` is its number, else 0).
`shown_at` orders the feed: descending, then by article and correction, descending. A withdrawn article's rows stay
with `gone_at` while the feed still tells that it was taken back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import article, correction, feed_member, unwritten_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article, or one of its corrections, in a feed."""

    path: str
    correction: int
    shown_at: datetime
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry of a feed by what its bytes depend on. `number` is the article's store number."""

    number: int
    article_id: str
    revision: int
    corrections: int
    correction: int


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry that was taken back."""

    article_id: str
    correction: int
    at: datetime


def replace_members(tx: Transaction, number: int, members: Iterable[Member]) -> frozenset[str]:
    """Let these be all places of the article; returns the feeds it stood in before or stands in now."""
    before = tx.scalars(sa.select(feed_member.c.path).where(feed_member.c.article == number)).all()
    tx.execute(sa.delete(feed_member).where(feed_member.c.article == number))
    values = [
        {
            "path": member.path,
            "article": number,
            "correction": member.correction,
            "shown_at": to_ms(member.shown_at),
            "gone_at": to_ms(member.gone_at) if member.gone_at else None,
        }
        for member in members
    ]
    if values:
        tx.execute(sa.insert(feed_member), values)
    return frozenset((*before, *(str(value["path"]) for value in values)))


def load_paths(tx: Transaction, numbers: Collection[int]) -> frozenset[str]:
    """The feeds in which any of these articles stands."""
    query = sa.select(feed_member.c.path).where(feed_member.c.article.in_(numbers)).distinct()
    return frozenset(tx.scalars(query))


def has_members(tx: Transaction, path: str, at_least: int) -> bool:
    """Whether so many articles stand in the feed now."""
    query = (
        sa.select(feed_member.c.article).where(_stands(path), feed_member.c.correction == 0).limit(at_least)
    )
    return len(tx.execute(query).all()) == at_least


def load_window(tx: Transaction, path: str, limit: int) -> tuple[Standing, ...]:
    """The first `limit` entries of the feed, newest first, without those that cannot be written."""
    made = (
        sa.select(sa.func.count())
        .where(correction.c.article == feed_member.c.article)
        .correlate(feed_member)
        .scalar_subquery()
    )
    unwritten = sa.exists().where(unwritten_entry.c.article == feed_member.c.article).correlate(feed_member)
    query = (
        sa.select(
            feed_member.c.article,
            article.c.id,
            article.c.revision,
            made.label("made"),
            feed_member.c.correction,
        )
        .join(article, article.c.number == feed_member.c.article)
        .where(_stands(path), ~unwritten)
        .order_by(
            feed_member.c.shown_at.desc(), feed_member.c.article.desc(), feed_member.c.correction.desc()
        )
        .limit(limit)
    )
    return tuple(Standing(row[0], row[1], row[2], row[3], row[4]) for row in tx.execute(query))


def load_gone(tx: Transaction, path: str, limit: int) -> tuple[Gone, ...]:
    """The entries the feed tells were taken back, newest first."""
    query = (
        sa.select(article.c.id, feed_member.c.correction, feed_member.c.gone_at)
        .join(article, article.c.number == feed_member.c.article)
        .where(feed_member.c.path == path, feed_member.c.gone_at.is_not(None))
        .order_by(feed_member.c.gone_at.desc(), feed_member.c.article.desc(), feed_member.c.correction.desc())
        .limit(limit)
    )
    return tuple(Gone(row[0], row[1], from_ms(row[2])) for row in tx.execute(query))


def forget_paths(tx: Transaction, paths: Collection[str]) -> None:
    """Let nothing stand in these feeds: they are no more."""
    tx.execute(sa.delete(feed_member).where(feed_member.c.path.in_(paths)))


def _stands(path: str) -> sa.ColumnElement[bool]:
    return sa.and_(feed_member.c.path == path, feed_member.c.gone_at.is_(None))
