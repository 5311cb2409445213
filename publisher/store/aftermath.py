"""After the send: how each delivery of an issue stands, and a person's choice to try again.

Promise: only a person brings a final delivery back, and only `failed` and `uncertain` ones. A reader whose fate is not
known gets at most one more copy by each such choice: a new doubt ends as `uncertain` again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store.audience import is_erased
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.issues import move_issue
from publisher.store.schema import BatchState, batch, delivery, subscriber

LEFT = "left as it is by a person"
_ONE_DOUBT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How one delivery stands: `at` is when it came to this, `relay` and `reply` who said what then (addresses masked,
    at most 500 letters). `address` is None where the reader was erased.
    """

    subscriber: int
    address: str | None
    state: DeliveryState
    attempt: int
    at: datetime
    relay: str | None
    reply: str | None


def load_fates(tx: Transaction, issue_id: int, states: Collection[DeliveryState]) -> Iterator[Fate]:
    """Every delivery of the issue in one of these states, by subscriber; streamed."""
    query = (
        sa.select(delivery, subscriber.c.address)
        .join(subscriber, subscriber.c.id == delivery.c.subscriber)
        .where(delivery.c.issue == issue_id, delivery.c.state.in_(list(states)))
        .order_by(delivery.c.subscriber)
    )
    for row in tx.execute(query.execution_options(yield_per=1000)):
        yield Fate(
            subscriber=row.subscriber,
            address=None if is_erased(row.address) else row.address,
            state=DeliveryState(row.state),
            attempt=row.attempt,
            at=from_ms(row.at),
            relay=row.relay,
            reply=row.reply,
        )


def reopen_failed(tx: Transaction, issue_id: int, *, now: datetime) -> int:
    """Let every failed delivery wait again; returns how many. Who must not be mailed any more is found at her turn."""
    return _reopen(tx, issue_id, DeliveryState.FAILED, now)


def reopen_uncertain(tx: Transaction, issue_id: int, *, now: datetime) -> int:
    """Let every uncertain delivery wait for one more copy; returns how many."""
    return _reopen(tx, issue_id, DeliveryState.UNCERTAIN, now, ambiguous=_ONE_DOUBT)


def leave_uncertain(tx: Transaction, issue_id: int) -> int:
    """Note on every uncertain delivery that a person decided to leave it; returns how many were not noted before."""
    noted = sa.func.coalesce(delivery.c.reply + "; ", "") + LEFT
    done = tx.execute(
        sa.update(delivery)
        .where(
            delivery.c.issue == issue_id,
            delivery.c.state == DeliveryState.UNCERTAIN,
            sa.func.coalesce(delivery.c.reply, "").not_like(f"%{LEFT}"),
        )
        .values(reply=noted)
    )
    return done.rowcount


def _reopen(tx: Transaction, issue_id: int, state: DeliveryState, now: datetime, **values: int) -> int:
    these = sa.and_(delivery.c.issue == issue_id, delivery.c.state == state)
    ordinals = set(tx.execute(sa.select(delivery.c.batch).where(these).distinct()).scalars())
    if not ordinals:
        return 0
    done = tx.execute(
        sa.update(delivery).where(these).values(state=DeliveryState.PENDING, at=to_ms(now), **values)
    )
    # A batch that somebody holds reads its rows once: what waits again is found when it was given back.
    tx.execute(
        sa.update(batch)
        .where(batch.c.issue == issue_id, batch.c.ordinal.in_(ordinals), batch.c.state != BatchState.LEASED)
        .values(state=BatchState.OPEN, retry_at=to_ms(now))
    )
    move_issue(tx, issue_id, IssueState.SENT, IssueState.SENDING)
    return done.rowcount
