"""Articles whose place in the feeds must be decided anew: an outbox, written in the transaction of the change itself.

Promise: no change is lost on its way to the feeds. A row stays until the transaction that has decided; what a crash
left is found at the next tick. A future-dated article waits here until its moment.
"""

from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction, to_ms
from publisher.store.schema import article, feed_change

AT_ONCE = 500
"""How many articles are taken in one transaction: mail must not wait for feeds."""


def note_change(tx: Transaction, number: int, *, due_at: datetime) -> None:
    """Have the article (its store number) looked at once `due_at` has come."""
    tx.execute(sa.insert(feed_change).values(article=number, due_at=to_ms(due_at)))


def note_all(tx: Transaction, *, now: datetime) -> None:
    """Have every article looked at, once: now, or when its date has come."""
    tx.execute(sa.delete(feed_change).where(feed_change.c.due_at <= to_ms(now)))
    moment = sa.literal(to_ms(now), sa.BigInteger)
    due_at = sa.case((article.c.published_at > moment, article.c.published_at), else_=moment)
    tx.execute(sa.insert(feed_change).from_select(["article", "due_at"], sa.select(article.c.number, due_at)))


def has_due_change(tx: Transaction, *, now: datetime) -> bool:
    """Whether any article is to be looked at now."""
    query = sa.select(feed_change.c.id).where(feed_change.c.due_at <= to_ms(now)).limit(1)
    return tx.execute(query).first() is not None


def take_due_changes(tx: Transaction, *, now: datetime) -> tuple[int, ...]:
    """Take the articles to be looked at now off the list, `AT_ONCE` rows at most: their numbers, each once."""
    query = (
        sa.select(feed_change.c.id, feed_change.c.article)
        .where(feed_change.c.due_at <= to_ms(now))
        .order_by(feed_change.c.due_at, feed_change.c.id)
        .limit(AT_ONCE)
    )
    rows = tx.execute(query).all()
    tx.execute(sa.delete(feed_change).where(feed_change.c.id.in_([row.id for row in rows])))
    return tuple(sorted({row.article for row in rows}))
