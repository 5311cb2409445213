"""The outbox of pings: what others' hubs are to be told, one row for each hub and topic."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from publisher.model.push import Ping
from publisher.store.database import Transaction, from_ms
from publisher.store.owing import claim, give_up, is_due, postpone, settle
from publisher.store.schema import ping


def claim_pings(tx: Transaction, host: str, *, now: datetime, limit: int) -> Sequence[Ping]:
    """Begin a try of what is due to hubs at `host`, the longest owed first. Nobody else gets them for two minutes."""
    query = (
        sa.select(ping)
        .where(ping.c.host == host, is_due(ping, now))
        .order_by(ping.c.since, ping.c.topic)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(query).all()
    for row in rows:
        tx.execute(sa.update(ping).filter_by(hub=row.hub, topic=row.topic).values(**claim(ping, now)))
    return tuple(
        Ping(hub=row.hub, topic=row.topic, owed=row.owed, tries=row.tries + 1, since=from_ms(row.since))
        for row in rows
    )


def settle_ping(tx: Transaction, told: Ping, *, status: str, now: datetime) -> None:
    """The hub took it."""
    tx.execute(_of(told).values(**settle(ping, told.owed, status, now)))


def postpone_ping(tx: Transaction, untold: Ping, *, status: str, retry_at: datetime | None) -> None:
    """The hub did not take it: again at that time, or None to give this change up."""
    values = give_up(ping, status) if retry_at is None else postpone(retry_at, status)
    tx.execute(_of(untold).values(**values))


def _of(one: Ping) -> sa.Update:
    return sa.update(ping).filter_by(hub=one.hub, topic=one.topic)
