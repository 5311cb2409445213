"""Freezing against the fastest way to write the same rows: from memory, by the driver's own `executemany`."""

import time
from typing import Any

import sqlalchemy as sa

from publisher.store.deliveries import freeze_issue
from publisher.store.schema import delivery
from tests.bench.engine import Engine, approve_next

_COLUMNS = ("issue", "subscriber", "batch", "state", "variant", "at")


def load_frozen(engine: Engine, issue_id: int) -> list[tuple[Any, ...]]:
    """The rows that freezing wrote, without the issue."""
    columns = [delivery.c[name] for name in _COLUMNS[1:]]
    with engine.room.database.read() as tx:
        return [tuple(row) for row in tx.execute(sa.select(*columns).where(delivery.c.issue == issue_id))]


def time_freeze(engine: Engine) -> float:
    """Seconds, commit included, with batches and counts."""
    issue_id = approve_next(engine)
    room = engine.room
    begun = time.perf_counter()
    with room.database.write() as tx:
        freeze_issue(tx, issue_id, fallback="ar", batch_size=room.batch_size, now=room.now())
    return time.perf_counter() - begun


def time_executemany(engine: Engine, rows: list[tuple[Any, ...]]) -> float:
    """Seconds, commit included; the rows are made before."""
    issue_id = approve_next(engine)
    ready = [(issue_id, *row) for row in rows]
    statement = f"INSERT INTO delivery ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
    begun = time.perf_counter()
    with engine.room.database.write() as tx:
        tx.exec_driver_sql(statement, ready)
    return time.perf_counter() - begun
