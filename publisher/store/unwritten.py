"""Articles held out of every feed because they cannot be written, and why. A change of the article tries anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.feed import FailedEntry
from publisher.model.reason import Reason
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.encoding import decode_reason, encode_value
from publisher.store.schema import article, feed_member, unwritten_entry
from publisher.store.upsert import insert_unless_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An article (by its id) that is missing from the feed at `path`, why, and since when."""

    path: str
    article: str
    reason: Reason
    since: datetime


def hold_out(tx: Transaction, reasons: Mapping[int, Reason], *, now: datetime) -> None:
    """Hold these articles (store numbers) out of the feeds."""
    for number, why in reasons.items():
        insert_unless_taken(tx, unwritten_entry, article=number, reason=encode_value(why), since=to_ms(now))


def let_in(tx: Transaction, numbers: Collection[int]) -> None:
    """Try these articles again: as many as one statement can name."""
    tx.execute(sa.delete(unwritten_entry).where(unwritten_entry.c.article.in_(numbers)))


def load_held_out(tx: Transaction) -> tuple[FailedEntry, ...]:
    """Every article held out, by store number."""
    query = (
        sa.select(article.c.id, unwritten_entry.c.reason)
        .join(article, article.c.number == unwritten_entry.c.article)
        .order_by(article.c.number)
    )
    return tuple(FailedEntry(id=row.id, reason=decode_reason(row.reason)) for row in tx.execute(query))


def load_left_out(tx: Transaction) -> tuple[LeftOut, ...]:
    """Every feed that an article is held out of, with the article; by path, then by store number."""
    places = sa.select(feed_member.c.path, feed_member.c.article).where(feed_member.c.gone_at.is_(None))
    place = places.distinct().subquery()
    query = (
        sa.select(place.c.path, article.c.id, unwritten_entry.c.reason, unwritten_entry.c.since)
        .join(place, place.c.article == unwritten_entry.c.article)
        .join(article, article.c.number == unwritten_entry.c.article)
        .order_by(place.c.path, article.c.number)
    )
    return tuple(
        LeftOut(path=row.path, article=row.id, reason=decode_reason(row.reason), since=from_ms(row.since))
        for row in tx.execute(query)
    )
