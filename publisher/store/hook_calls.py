"""Webhook calls that were answered, so that a recorded one cannot be played again, at any node.

Kept a little longer than a signature's timestamp is accepted: what is older is refused by its age.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from publisher.store.database import Transaction, to_ms
from publisher.store.schema import hook_call
from publisher.store.upsert import insert_unless_taken

KEPT = timedelta(hours=26)


def save_call(tx: Transaction, key: str, *, now: datetime) -> bool:
    """Note a call by what makes it unique; False where it was made before. Forgets calls older than `KEPT`."""
    tx.execute(sa.delete(hook_call).where(hook_call.c.at < to_ms(now - KEPT)))
    return insert_unless_taken(tx, hook_call, key=key, at=to_ms(now))
