"""Pausing an issue in mid-send, letting it go on, and cancelling it.

Promise: once a pause or a cancellation has committed, nothing more of the issue is begun: the ledger reads the issue's
state in the very transaction of each intent, and the database puts the two in one order. What is in flight then is
settled as what it came to, so a pause never makes a copy. A cancelled issue's rows end too: what waited is `expired`,
what nobody can know, `uncertain`.
"""

from datetime import datetime

import sqlalchemy as sa

from publisher.model.delivery import FINAL_STATES, DeliveryState
from publisher.model.issue import IssueState
from publisher.store.database import Transaction, to_ms
from publisher.store.doubts import CANCELLED, build_reply, end_doubted, is_waiting
from publisher.store.intent_order import wait_for_intents
from publisher.store.issues import move_issue
from publisher.store.schema import BatchState, batch, delivery, issue

CANCELLED_REPLY = f"not sent: {CANCELLED}"


def pause_issue(tx: Transaction, issue_id: int) -> bool:
    """Hold a sending issue; False where it is not sending. Who holds a batch stops at its next message. Like
    `cancel_sending` the first of its transaction (`store.intent_order`).
    """
    wait_for_intents(tx)
    return move_issue(tx, issue_id, IssueState.SENDING, IssueState.PAUSED)


def resume_issue(tx: Transaction, issue_id: int, *, now: datetime) -> bool:
    """Let a paused issue go on at once; False where it is not paused."""
    if not move_issue(tx, issue_id, IssueState.PAUSED, IssueState.SENDING):
        return False
    tx.execute(
        sa.update(batch)
        .where(batch.c.issue == issue_id, batch.c.state == BatchState.OPEN)
        .values(retry_at=to_ms(now))
    )
    return True


def cancel_sending(tx: Transaction, issue_id: int, *, now: datetime) -> int | None:
    """Stop a sending or paused issue for good; returns how many readers will not get it (whoever may have it already is
    not among them), None where it was neither.

    Batches that somebody holds are closed by `close_cancelled` once they were given back.
    """
    wait_for_intents(tx)
    was = (IssueState.SENDING, IssueState.PAUSED)
    if not any(move_issue(tx, issue_id, before, IssueState.CANCELLED) for before in was):
        return None
    expired = _expire(tx, delivery.c.issue == issue_id, now)
    _close_batches(tx, now)
    return expired


def close_cancelled(tx: Transaction, *, now: datetime) -> int:
    """End what is left of cancelled issues whose batches nobody holds any more; returns how many batches.

    A row still at `sending` was left by a crash. It cannot be sent once more, and nobody knows whether it was.
    """
    left = tx.execute(
        sa.select(batch.c.issue, batch.c.first, batch.c.last)
        .join(issue, issue.c.id == batch.c.issue)
        .where(issue.c.state == IssueState.CANCELLED, batch.c.state != BatchState.DONE, _free(now))
    ).all()
    for row in left:
        here = sa.and_(delivery.c.issue == row.issue, delivery.c.subscriber.between(row.first, row.last))
        _expire(tx, here, now)
        tx.execute(
            sa.update(delivery)
            .where(here, delivery.c.state == DeliveryState.SENDING)
            .values(
                state=DeliveryState.UNCERTAIN,
                ambiguous=delivery.c.ambiguous + 1,
                reply=build_reply(CANCELLED),
                at=to_ms(now),
            )
        )
    if left:
        _close_batches(tx, now)
    return len(left)


def _expire(tx: Transaction, where: sa.ColumnElement[bool], now: datetime) -> int:
    """End what waits; returns how many readers certainly do not get it."""
    end_doubted(tx, where, CANCELLED, now=now)
    done = tx.execute(
        sa.update(delivery)
        .where(where, is_waiting)
        .values(state=DeliveryState.EXPIRED, reply=CANCELLED_REPLY, at=to_ms(now))
    )
    return done.rowcount


def _close_batches(tx: Transaction, now: datetime) -> None:
    """Cancelled issues' free batches in which every row is final are done."""
    cancelled = sa.exists().where(issue.c.id == batch.c.issue, issue.c.state == IssueState.CANCELLED)
    unfinished = sa.exists().where(
        delivery.c.issue == batch.c.issue,
        delivery.c.subscriber.between(batch.c.first, batch.c.last),
        delivery.c.state.not_in(FINAL_STATES),
    )
    tx.execute(
        sa.update(batch)
        .where(batch.c.state != BatchState.DONE, _free(now), cancelled, ~unfinished)
        .values(state=BatchState.DONE, lease_until=None)
    )


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Nobody holds it: given back, or the lease has ended."""
    return sa.or_(batch.c.state == BatchState.OPEN, batch.c.lease_until < to_ms(now))
