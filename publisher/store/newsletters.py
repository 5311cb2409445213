"""Newsletters as the store knows them: a small number for each slug, and when it began.

The settings say what a newsletter is; its row only ties issues and subscriptions together. A newsletter that
leaves the settings keeps its row, its issues and its readers.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction, to_ms
from publisher.store.schema import newsletter
from publisher.store.upsert import insert_unless_taken


def ensure_newsletters(tx: Transaction, slugs: Iterable[str], *, begun_at: datetime) -> dict[str, int]:
    """Give every slug a row; returns slug → id of all newsletters.

    A new newsletter begins at `begun_at`: slots before it are never issued.
    """
    known = load_newsletter_ids(tx)
    for slug in slugs:
        if slug not in known:  # else every start would use up a number of PostgreSQL's sequence
            insert_unless_taken(tx, newsletter, slug=slug, begun_at=to_ms(begun_at))
    return load_newsletter_ids(tx)


def load_newsletter_ids(tx: Transaction) -> dict[str, int]:
    """Slug → id of every newsletter ever begun."""
    return {row.slug: row.id for row in tx.execute(sa.select(newsletter.c.slug, newsletter.c.id))}
