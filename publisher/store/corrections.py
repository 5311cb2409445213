"""Corrections of articles: only ever added, in the order in which the newsroom made them.

Promise: `updated` of an article moves when a row is added here and at no other time.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from publisher.model.correction import Correction, StatedCorrection
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.feed_changes import note_change
from publisher.store.schema import article, correction

_FEW = 500
"""Articles asked for by their numbers; beyond that all corrections are read, which are few."""


def load_corrections(tx: Transaction, articles: Collection[int]) -> Mapping[int, tuple[Correction, ...]]:
    """The corrections of these articles (store numbers), in order; an article without any is not in it."""
    query = sa.select(correction).order_by(correction.c.article, correction.c.number)
    if len(articles) <= _FEW:
        query = query.where(correction.c.article.in_(articles))
    found: dict[int, tuple[Correction, ...]] = {}
    for row in tx.execute(query):
        made = Correction(number=row.number, at=from_ms(row.at), note=row.note, announce=bool(row.announce))
        found[row.article] = (*found.get(row.article, ()), made)
    return found


def add_corrections(
    tx: Transaction, number: int, stated: Collection[StatedCorrection], *, now: datetime
) -> int:
    """Add those that are not known yet; returns how many. One is known by its words and, where it states one, by its
    moment. Without a moment it is dated `now`.
    """
    known = load_corrections(tx, [number]).get(number, ())
    new = [item for item in stated if not any(_is_same(item, other) for other in known)]
    for place, item in enumerate(new, start=len(known) + 1):
        tx.execute(
            sa.insert(correction).values(
                article=number,
                number=place,
                at=to_ms(item.at or now),
                note=item.note,
                announce=int(item.announce),
            )
        )
    return len(new)


def correct_article(tx: Transaction, article_id: str, stated: StatedCorrection, *, now: datetime) -> bool:
    """Add a correction to the article of this id and have the feeds follow; False where it was made before."""
    number, published_at = tx.execute(
        sa.select(article.c.number, article.c.published_at).where(article.c.id == article_id)
    ).one()
    if not add_corrections(tx, number, [stated], now=now):
        return False
    note_change(tx, number, due_at=max(now, from_ms(published_at)))
    return True


def _is_same(stated: StatedCorrection, known: Correction) -> bool:
    return stated.note == known.note and (stated.at is None or to_ms(stated.at) == to_ms(known.at))
