"""How a delivery that waits ends where it is not sent (any more).

Promise: one that carries a doubt is `uncertain` then, never `expired` or `suppressed`: an earlier attempt came as far
as the final dot, and nobody knows whether it arrived. Its reply keeps what was said before, and says why it ended.
The database refuses anything else (migration 0008).
"""

from datetime import datetime

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, explain_doubt
from publisher.store.database import Transaction, to_ms
from publisher.store.schema import delivery

CANCELLED = "the issue was cancelled"
TIME_OVER = "the issue's time was over"
GONE = "the reader had left or may not be mailed"

is_waiting = delivery.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED))
is_doubted = delivery.c.ambiguous > 0


def end_doubted(tx: Transaction, where: sa.ColumnElement[bool], then: str, *, now: datetime) -> int:
    """End those of the waiting deliveries that carry a doubt, because of `then`; returns how many."""
    done = tx.execute(
        sa.update(delivery)
        .where(where, is_waiting, is_doubted)
        .values(state=DeliveryState.UNCERTAIN, reply=build_reply(then), at=to_ms(now))
    )
    return done.rowcount


def build_reply(then: str) -> sa.ColumnElement[str]:
    """What is kept of a delivery in doubt that ends because of `then`: all that was said, in order."""
    return sa.func.coalesce(delivery.c.reply + "; ", "") + explain_doubt(then)
