"""Pauses that feedback asks for. The engine reads them and obeys; here they are only kept."""

from datetime import datetime

import sqlalchemy as sa

from publisher.model.feedback import Pause, PauseReason
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import pause
from publisher.store.upsert import insert_unless_taken


def save_pause(tx: Transaction, asked: Pause, *, now: datetime) -> bool:
    """Ask for a pause; a longer one of the same scope stays. Whether it is new: nothing of the scope was paused."""
    values = {"until": to_ms(asked.until), "reason": asked.reason, "at": to_ms(now)}
    if insert_unless_taken(tx, pause, scope=asked.scope, **values):
        return True
    was_over = tx.scalar(sa.select(pause.c.until).filter_by(scope=asked.scope)) or 0
    tx.execute(
        sa.update(pause)
        .filter_by(scope=asked.scope)
        .where(pause.c.until < to_ms(asked.until))
        .values(**values)
    )
    return int(was_over) <= to_ms(now)


def load_pauses(tx: Transaction, *, now: datetime) -> tuple[Pause, ...]:
    """What is paused now, by scope."""
    query = sa.select(pause).where(pause.c.until > to_ms(now)).order_by(pause.c.scope)
    return tuple(
        Pause(scope=row.scope, until=from_ms(row.until), reason=PauseReason(row.reason))
        for row in tx.execute(query)
    )
