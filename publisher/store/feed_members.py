"""Which articles stand in which feed, as an index over the archive: the first page of any feed is one short read.

A row is an article in a feed, or one of its corrections as an entry of its own (`correction` is its number, else 0).
`shown_at` orders the feed: descending, then by article and correction, descending. A withdrawn article's rows stay
with `gone_at` while the feed still tells that it was taken back. `archive` is the number of the archive of its feed
that an entry stands in for good; empty while it is in the feed itself or has just left it (`model/archive.py`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.archive import archive_path
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
    """Let these be all places of the article; returns the feeds, and archives of feeds, it stood in before or stands
    in now. An entry stays in its archive.
    """
    rows = tx.execute(sa.select(feed_member).where(feed_member.c.article == number)).mappings().all()
    before = {(row["path"], row["correction"]): row["archive"] for row in rows}
    values = [
        {
            "path": member.path,
            "article": number,
            "correction": member.correction,
            "shown_at": to_ms(member.shown_at),
            "gone_at": to_ms(member.gone_at) if member.gone_at else None,
            "archive": before.get((member.path, member.correction)),
        }
        for member in members
    ]
    if rows and not _are_equal(rows, values):
        tx.execute(sa.delete(feed_member).where(feed_member.c.article == number))
        rows = []
    if values and not rows:
        tx.execute(sa.insert(feed_member), values)
    return frozenset(
        [
            *(path for path, _ in before),
            *(archive_path(path, archive) for (path, _), archive in before.items() if archive),
            *(str(value["path"]) for value in values),
        ]
    )


def _are_equal(rows: Sequence[sa.RowMapping], values: Sequence[Mapping[str, object]]) -> bool:
    """Whether the rows say what these values say; order does not matter."""
    return len(rows) == len(values) and {frozenset(row.items()) for row in rows} == {
        frozenset(value.items()) for value in values
    }


def load_paths(tx: Transaction, numbers: Collection[int]) -> frozenset[str]:
    """The feeds, and archives of feeds, in which any of these articles stands."""
    places = sa.select(feed_member.c.path, feed_member.c.archive).where(feed_member.c.article.in_(numbers))
    rows = tx.execute(places.distinct()).all()
    archives = (archive_path(row.path, row.archive) for row in rows if row.archive)
    return frozenset([*(row.path for row in rows), *archives])


def has_members(tx: Transaction, path: str, at_least: int) -> bool:
    """Whether so many articles stand in the feed now."""
    query = (
        sa.select(feed_member.c.article).where(_stands(path), feed_member.c.correction == 0).limit(at_least)
    )
    return len(tx.execute(query).all()) == at_least


def load_window(tx: Transaction, path: str, limit: int) -> tuple[Standing, ...]:
    """The first `limit` entries of the feed that are in no archive, newest first, and can be written."""
    return _load(tx, _is_open(path), limit=limit)


def load_recent(tx: Transaction, path: str, *, skip: int) -> tuple[Standing, ...]:
    """The entries of the feed that are in no archive, without the first `skip`, in the same order."""
    return _load(tx, _is_open(path), skip=skip)


def load_archived(tx: Transaction, path: str, number: int) -> tuple[Standing, ...]:
    """The entries of one archive of the feed, in the same order."""
    return _load(tx, sa.and_(_stands(path), feed_member.c.archive == number))


def _load(
    tx: Transaction, where: sa.ColumnElement[bool], *, limit: int | None = None, skip: int = 0
) -> tuple[Standing, ...]:
    made = (
        sa.select(sa.func.count())
        .where(correction.c.article == feed_member.c.article)
        .correlate(feed_member)
        .scalar_subquery()
    )
    query = (
        sa.select(
            feed_member.c.article,
            article.c.id,
            article.c.revision,
            made.label("made"),
            feed_member.c.correction,
        )
        .join(article, article.c.number == feed_member.c.article)
        .where(where, ~_is_unwritten())
        .order_by(
            feed_member.c.shown_at.desc(), feed_member.c.article.desc(), feed_member.c.correction.desc()
        )
        .limit(limit)
        .offset(skip)
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


def count_open(tx: Transaction, path: str, *, at_most: int) -> int:
    """How many entries `load_window` would give, counted up to `at_most`: a long past costs nothing."""
    found = sa.select(feed_member.c.article).where(_is_open(path), ~_is_unwritten()).limit(at_most).subquery()
    return tx.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def archive_oldest(tx: Transaction, path: str, number: int, *, size: int) -> None:
    """Let the oldest `size` entries of the feed that are in no archive stand in archive `number` from now on."""
    chosen = (
        sa.select(feed_member.c.article, feed_member.c.correction)
        .where(_is_open(path), ~_is_unwritten())
        .order_by(feed_member.c.shown_at, feed_member.c.article, feed_member.c.correction)
        .limit(size)
        .subquery()
    )
    entry = sa.tuple_(feed_member.c.article, feed_member.c.correction)
    is_chosen = entry.in_(sa.select(chosen.c.article, chosen.c.correction))
    tx.execute(sa.update(feed_member).where(feed_member.c.path == path, is_chosen).values(archive=number))


def forget_archives(tx: Transaction) -> None:
    """Let no entry stand in an archive: there are none any more."""
    tx.execute(sa.update(feed_member).where(feed_member.c.archive.is_not(None)).values(archive=None))


def _is_unwritten() -> sa.Exists:
    return sa.exists().where(unwritten_entry.c.article == feed_member.c.article).correlate(feed_member)


def _is_open(path: str) -> sa.ColumnElement[bool]:
    return sa.and_(_stands(path), feed_member.c.archive.is_(None))


def _stands(path: str) -> sa.ColumnElement[bool]:
    return sa.and_(feed_member.c.path == path, feed_member.c.gone_at.is_(None))
