"""What is owed to a hub or follower: the columns that `ping` and `follower` share, and how they move.

Promise: a change is owed until it was told, given up, or its row is gone; changes that come while one is owed become
one with it, since what is told is always the feed as it is then. A row that somebody claimed is not due for others
until the claim has run out, so a crash costs a wait and at worst a second telling, which is harmless.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from publisher.store.database import to_ms

CLAIMED_FOR = timedelta(minutes=2)
"""Longer than the slowest attempt (`fetch.client.Limits.total`)."""


def is_owed(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether anything is owed to the row."""
    return table.c.owed > table.c.told


def is_due(table: sa.Table, now: datetime) -> sa.ColumnElement[bool]:
    """Whether it is owed and its turn has come."""
    return sa.and_(is_owed(table), table.c.retry_at <= to_ms(now))


def owe(table: sa.Table, now: datetime) -> Mapping[str, Any]:
    """One change more. Where one is owed already, its turn and its tries stay: a dead host is not tried more often
    because there is more to tell it.
    """
    owed, at = is_owed(table), to_ms(now)
    return {
        "owed": table.c.owed + 1,
        "since": sa.case((owed, table.c.since), else_=at),
        "retry_at": sa.case((owed, table.c.retry_at), else_=at),
        "tries": sa.case((owed, table.c.tries), else_=0),
    }


def claim(table: sa.Table, now: datetime) -> Mapping[str, Any]:
    """A try begins."""
    at = to_ms(now)
    return {"tries": table.c.tries + 1, "tried_at": at, "retry_at": to_ms(now + CLAIMED_FOR)}


def settle(table: sa.Table, owed: int, status: str, now: datetime) -> Mapping[str, Any]:
    """The change counted `owed` was told; what came meanwhile is due at once."""
    told = sa.case((table.c.told > owed, table.c.told), else_=owed)
    at = to_ms(now)
    return {"told": told, "tries": 0, "since": at, "retry_at": at, "told_at": at, "status": status}


def postpone(retry_at: datetime, status: str) -> Mapping[str, Any]:
    """Not told; again at that time."""
    return {"retry_at": to_ms(retry_at), "status": status}


def give_up(table: sa.Table, status: str) -> Mapping[str, Any]:
    """Not told, and not tried any more: the next change begins anew."""
    return {"told": table.c.owed, "tries": 0, "status": status}
