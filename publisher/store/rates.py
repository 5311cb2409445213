"""How often something may happen in a window of time, counted in the database so that every node counts together.

A window is a fixed stretch of the clock (an hour counted from midnight UTC), so at worst twice the limit passes around
the turn of one. Buckets name networks by keyed hash only; rows of past windows are pruned.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import rate
from publisher.store.upsert import insert_unless_taken


def claim_turn(tx: Transaction, bucket: str, *, limit: int, window: timedelta, now: datetime) -> bool:
    """Count one more in the window of `now`. False, and nothing counted, where `limit` was reached."""
    return _claim(tx, bucket, _begin(now, window), limit)


def claim_earliest(
    tx: Transaction, bucket: str, *, limit: int, window: timedelta, now: datetime, ahead: int
) -> datetime | None:
    """Count one more in the first window that has room, from that of `now` to `ahead` windows after it.

    Returns when that turn begins: `now` itself in the present window, else the window's beginning; None where all
    of them are full.
    """
    begin, step = _begin(now, window), window // timedelta(milliseconds=1)
    query = sa.select(rate.c.window).where(
        rate.c.bucket == bucket, rate.c.window >= begin, rate.c.count >= limit
    )
    full = set(tx.execute(query).scalars())
    for start in range(begin, begin + (ahead + 1) * step, step):
        if start not in full and _claim(tx, bucket, start, limit):
            return max(now, from_ms(start))
    return None


def prune_rates(tx: Transaction, *, before: datetime) -> int:
    """Forget the windows that began before that moment; returns how many."""
    return tx.execute(sa.delete(rate).where(rate.c.window < to_ms(before))).rowcount


def _begin(now: datetime, window: timedelta) -> int:
    length = window // timedelta(milliseconds=1)
    return to_ms(now) // length * length


def _claim(tx: Transaction, bucket: str, start: int, limit: int) -> bool:
    insert_unless_taken(tx, rate, bucket=bucket, window=start, count=0)
    room = sa.update(rate).where(rate.c.bucket == bucket, rate.c.window == start, rate.c.count < limit)
    return tx.execute(room.values(count=rate.c.count + 1)).rowcount == 1
