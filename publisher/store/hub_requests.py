"""Requests to our hub that wait for their callback's word, and denials that wait to be told.

One for each topic and callback: a later request takes an earlier one's place, under a number of its own, so that a
verification that was under way for the earlier one changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from publisher.model.push import Ask, HubRequest
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.owing import CLAIMED_FOR
from publisher.store.schema import hub_request


def insert_request(
    tx: Transaction,
    ask: Ask,
    *,
    topic: str,
    callback: str,
    host: str,
    now: datetime,
    secret: str | None = None,
    lease: timedelta = timedelta(0),
    reason: str = "",
) -> None:
    """Take a request down, in place of any other of this topic and callback."""
    tx.execute(sa.delete(hub_request).filter_by(topic=topic, callback=callback))
    tx.execute(
        sa.insert(hub_request).values(
            ask=ask,
            topic=topic,
            callback=callback,
            host=host,
            secret=secret,
            lease_seconds=int(lease.total_seconds()),
            reason=reason,
            asked_at=to_ms(now),
            retry_at=to_ms(now),
        )
    )


def claim_requests(tx: Transaction, host: str, *, now: datetime, limit: int) -> Sequence[HubRequest]:
    """Begin a try of those that are due at `host`, the oldest first. Nobody else gets them for two minutes."""
    query = (
        sa.select(hub_request)
        .where(hub_request.c.host == host, hub_request.c.retry_at <= to_ms(now))
        .order_by(hub_request.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(query).all()
    claimed = sa.update(hub_request).where(hub_request.c.id.in_([row.id for row in rows]))
    tx.execute(claimed.values(tries=hub_request.c.tries + 1, retry_at=to_ms(now + CLAIMED_FOR)))
    return tuple(
        HubRequest(
            id=row.id,
            ask=Ask(row.ask),
            topic=row.topic,
            callback=row.callback,
            secret=row.secret,
            lease=timedelta(seconds=row.lease_seconds),
            reason=row.reason,
            tries=row.tries + 1,
            asked_at=from_ms(row.asked_at),
        )
        for row in rows
    )


def finish_request(tx: Transaction, request: HubRequest) -> bool:
    """It is answered. False where a later request took its place: then nothing follows from this one."""
    return tx.execute(sa.delete(hub_request).filter_by(id=request.id)).rowcount == 1


def postpone_request(tx: Transaction, request: HubRequest, *, retry_at: datetime) -> None:
    """Ask the callback again at that time."""
    tx.execute(sa.update(hub_request).filter_by(id=request.id).values(retry_at=to_ms(retry_at)))


def count_requests(tx: Transaction, host: str | None = None) -> int:
    """How many wait, at one host only where it is named."""
    query = sa.select(sa.func.count()).select_from(hub_request)
    return tx.execute(query if host is None else query.where(hub_request.c.host == host)).scalar_one()
