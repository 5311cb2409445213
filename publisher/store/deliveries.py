"""Freezing an issue, and the batches and deliveries of a frozen one.

Promise: every confirmed subscriber at the moment of freezing gets exactly one delivery row, in the one
transaction that makes the issue `sending`; before its commit nothing can be sent, after it no row can be missed.
A batch is held by a lease; leasing raises its fence, so whatever an earlier holder still writes changes nothing.
Rows that an earlier holder left at `sending` are the ambiguous ones: resent once, `uncertain` the second time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.model.backoff import DOUBT_RETRY, FIRST_RETRY
from publisher.model.delivery import FINAL_STATES, DeliveryState, Lease, Recipient
from publisher.model.issue import IssueState
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.doubts import TIME_OVER, end_doubted, is_doubted, is_waiting
from publisher.store.schema import (
    BatchState,
    batch,
    delivery,
    issue,
    rendition,
    subscriber,
    subscription,
    suppression,
)


def freeze_issue(
    tx: Transaction, issue_id: int, *, fallback: str, batch_size: int, now: datetime
) -> int | None:
    """Write the delivery rows and batches of an approved issue and make it `sending`; returns the frozen count.

    `fallback` is the variant of readers whose language has no rendition. None where the issue was not approved (any
    more): somebody else froze it. A suppressed reader gets a row too, final from the start, so that the states add up.
    """
    frozen = tx.execute(
        sa.update(issue)
        .where(issue.c.id == issue_id, issue.c.state == IssueState.APPROVED)
        .values(state=IssueState.SENDING, frozen_at=to_ms(now))
        .returning(issue.c.newsletter)
    ).first()
    if frozen is None:
        return None
    _insert_deliveries(tx, issue_id, frozen.newsletter, fallback=fallback, batch_size=batch_size, now=now)
    _insert_batches(tx, issue_id, now=now)
    total = sum(count_deliveries(tx, issue_id).values())
    tx.execute(sa.update(issue).where(issue.c.id == issue_id).values(total=total))
    return total


def load_open_batches(tx: Transaction, *, now: datetime) -> tuple[tuple[int, int], ...]:
    """(issue, ordinal) of every batch that may be leased now, oldest issue first."""
    query = (
        sa.select(batch.c.issue, batch.c.ordinal)
        .join(issue, issue.c.id == batch.c.issue)
        .where(issue.c.state == IssueState.SENDING, _leasable(now))
        .order_by(issue.c.due_at, batch.c.issue, batch.c.ordinal)
    )
    return tuple((row.issue, row.ordinal) for row in tx.execute(query))


def lease_batch(
    tx: Transaction, issue_id: int, ordinal: int, *, now: datetime, until: datetime, hold: bool
) -> Lease | None:
    """Take a batch of a sending issue if its retry time has come or its lease has ended; None otherwise.

    `hold` is the newsletter's `on_ambiguous = hold`: a delivery whose fate is not known is listed, not resent.
    """
    taken = tx.execute(
        sa.update(batch)
        .where(batch.c.issue == issue_id, batch.c.ordinal == ordinal, _leasable(now), _is_sending())
        .values(
            state=BatchState.LEASED,
            fence=batch.c.fence + 1,
            lease_until=to_ms(until),
            attempts=batch.c.attempts + 1,
        )
        .returning(batch.c.fence)
    ).first()
    if taken is None:
        return None
    _settle_ambiguous(tx, issue_id, ordinal, hold=hold, now=now)
    return Lease(issue=issue_id, ordinal=ordinal, fence=taken.fence, until=until)


def load_recipients(tx: Transaction, lease: Lease, *, now: datetime | None = None) -> tuple[Recipient, ...]:
    """The deliveries of a leased batch that are still to be made, by subscriber; of those that were deferred only what
    may be tried again by `now`, where that is given: FIRST_RETRY after a refusal, DOUBT_RETRY where the relay left a
    doubt. What a crash left in doubt is `pending`: the end of the lease was its wait.
    """
    due: sa.ColumnElement[bool] = is_waiting
    if now is not None:
        since = sa.case((is_doubted, to_ms(now - DOUBT_RETRY)), else_=to_ms(now - FIRST_RETRY))
        due = sa.and_(due, sa.or_(delivery.c.state == DeliveryState.PENDING, delivery.c.at <= since))
    query = (
        sa.select(delivery, subscriber.c.address)
        .join(subscriber, subscriber.c.id == delivery.c.subscriber)
        .where(*_in_batch(lease.issue, lease.ordinal), due)
        .order_by(delivery.c.subscriber)
    )
    return tuple(
        Recipient(
            issue=row.issue,
            subscriber=row.subscriber,
            address=_address(row.address),
            variant=row.variant,
            attempt=row.attempt + 1,
            ambiguous=row.ambiguous,
        )
        for row in tx.execute(query)
    )


def load_tries(tx: Transaction, lease: Lease) -> int:
    """How often the deferred delivery of the batch that was tried least was tried; 1 where none is deferred."""
    fewest = tx.scalar(
        sa.select(sa.func.min(delivery.c.attempt)).where(
            *_in_batch(lease.issue, lease.ordinal), delivery.c.state == DeliveryState.DEFERRED
        )
    )
    return max(1, fewest or 1)


def load_doubt_end(tx: Transaction, lease: Lease) -> datetime | None:
    """When the first of the batch's deferred doubts may be sent again; None where anything else waits as well, or none
    does.
    """
    is_put_off = sa.and_(delivery.c.state == DeliveryState.DEFERRED, is_doubted)
    waiting = tx.execute(
        sa.select(
            sa.func.min(delivery.c.at).label("first"),
            sa.func.min(sa.case((is_put_off, 1), else_=0)).label("only"),
        ).where(*_in_batch(lease.issue, lease.ordinal), is_waiting)
    ).one()
    return from_ms(waiting.first) + DOUBT_RETRY if waiting.only else None


def expire_deliveries(tx: Transaction, lease: Lease, *, now: datetime) -> int:
    """End what was not sent in time; returns how many. What carries a doubt is `uncertain` then. For a lease that still
    holds.
    """
    mine = sa.and_(*_in_batch(lease.issue, lease.ordinal), _held(lease))
    doubted = end_doubted(tx, mine, TIME_OVER, now=now)
    done = tx.execute(
        sa.update(delivery).where(mine, is_waiting).values(state=DeliveryState.EXPIRED, at=to_ms(now))
    )
    return doubted + done.rowcount


def renew_lease(tx: Transaction, lease: Lease, *, until: datetime) -> bool:
    """Hold on for longer; False where the lease was lost: stop at once."""
    done = tx.execute(sa.update(batch).where(*_is(lease)).values(lease_until=to_ms(until)))
    return done.rowcount == 1


def close_batch(tx: Transaction, lease: Lease, *, now: datetime, retry_at: datetime) -> bool:
    """Give a batch back: done when all its deliveries are final, else open again at `retry_at`.

    Returns whether the whole issue is thereby sent. A lost lease changes nothing.
    """
    left = tx.scalar(
        sa.select(sa.func.count())
        .select_from(delivery)
        .where(*_in_batch(lease.issue, lease.ordinal), delivery.c.state.not_in(FINAL_STATES))
    )
    state = BatchState.OPEN if left else BatchState.DONE
    closed = tx.execute(
        sa.update(batch).where(*_is(lease)).values(state=state, lease_until=None, retry_at=to_ms(retry_at))
    )
    return closed.rowcount == 1 and not left and finish_issue(tx, lease.issue, now=now)


def finish_issue(tx: Transaction, issue_id: int, *, now: datetime) -> bool:
    """Make an issue `sent` once every batch of it is done; False where it is not, or already was."""
    open_batches = sa.exists().where(batch.c.issue == issue_id, batch.c.state != BatchState.DONE)
    done = tx.execute(
        sa.update(issue)
        .where(issue.c.id == issue_id, issue.c.state == IssueState.SENDING, ~open_batches)
        .values(state=IssueState.SENT, sent_at=to_ms(now))
    )
    return done.rowcount == 1


def release_leases(tx: Transaction, *, now: datetime) -> int:
    """End every lease. Only for a process that holds the data folder's exclusive lock: earlier holders are dead."""
    done = tx.execute(
        sa.update(batch).where(batch.c.state == BatchState.LEASED).values(lease_until=to_ms(now) - 1)
    )
    return done.rowcount


def count_deliveries(tx: Transaction, issue_id: int) -> Mapping[DeliveryState, int]:
    """How many deliveries of an issue stand in each state; states with none are left out."""
    query = (
        sa.select(delivery.c.state, sa.func.count().label("total"))
        .where(delivery.c.issue == issue_id)
        .group_by(delivery.c.state)
    )
    return {DeliveryState(row.state): row.total for row in tx.execute(query)}


def _insert_deliveries(
    tx: Transaction, issue_id: int, newsletter_id: int, *, fallback: str, batch_size: int, now: datetime
) -> None:
    place = sa.func.row_number().over(order_by=subscription.c.subscriber)
    variant = sa.func.coalesce(rendition.c.variant, fallback)
    state = sa.case(
        (suppression.c.address_hash.is_not(None), DeliveryState.SUPPRESSED.value),
        else_=DeliveryState.PENDING.value,
    )
    written_in = sa.and_(rendition.c.issue == issue_id, rendition.c.variant == subscription.c.language)
    rows = (
        sa.select(
            sa.literal(issue_id), subscription.c.subscriber, (place - 1) // batch_size, state, variant,
            sa.literal(to_ms(now), sa.BigInteger),
        )
        .join(subscriber, subscriber.c.id == subscription.c.subscriber)
        .outerjoin(suppression, suppression.c.address_hash == subscriber.c.address_hash)
        .outerjoin(rendition, written_in)
        .where(subscription.c.newsletter == newsletter_id, subscription.c.status == "confirmed")
        .order_by(subscription.c.subscriber)
    )  # fmt: skip
    columns = ["issue", "subscriber", "batch", "state", "variant", "at"]
    tx.execute(sa.insert(delivery).from_select(columns, rows))


def _insert_batches(tx: Transaction, issue_id: int, *, now: datetime) -> None:
    rows = (
        sa.select(
            delivery.c.issue,
            delivery.c.batch,
            sa.func.min(delivery.c.subscriber),
            sa.func.max(delivery.c.subscriber),
            sa.literal(to_ms(now), sa.BigInteger),
        )
        .where(delivery.c.issue == issue_id)
        .group_by(delivery.c.issue, delivery.c.batch)
    )
    columns = ["issue", "ordinal", "first", "last", "retry_at"]
    tx.execute(sa.insert(batch).from_select(columns, rows))


def _settle_ambiguous(tx: Transaction, issue_id: int, ordinal: int, *, hold: bool, now: datetime) -> None:
    again = sa.and_(sa.literal(not hold), delivery.c.ambiguous == 0)
    tx.execute(
        sa.update(delivery)
        .where(*_in_batch(issue_id, ordinal), delivery.c.state == DeliveryState.SENDING)
        .values(
            state=sa.case((again, DeliveryState.PENDING.value), else_=DeliveryState.UNCERTAIN.value),
            ambiguous=delivery.c.ambiguous + 1,
            at=to_ms(now),
        )
    )


def _leasable(now: datetime) -> sa.ColumnElement[bool]:
    at = to_ms(now)
    return sa.or_(
        sa.and_(batch.c.state == BatchState.OPEN, batch.c.retry_at <= at),
        sa.and_(batch.c.state == BatchState.LEASED, batch.c.lease_until < at),
    )


def _is_sending() -> sa.ColumnElement[bool]:
    """Nobody paused or cancelled the issue, and it is not finished."""
    return sa.exists().where(issue.c.id == batch.c.issue, issue.c.state == IssueState.SENDING)


def _in_batch(issue_id: int, ordinal: int) -> Sequence[sa.ColumnElement[bool]]:
    """A batch is one range of the delivery table's key; the range is read from the batch row."""
    this = sa.and_(batch.c.issue == issue_id, batch.c.ordinal == ordinal)
    first = sa.select(batch.c.first).where(this).scalar_subquery()
    last = sa.select(batch.c.last).where(this).scalar_subquery()
    return (delivery.c.issue == issue_id, delivery.c.subscriber >= first, delivery.c.subscriber <= last)


def _is(lease: Lease) -> Sequence[sa.ColumnElement[bool]]:
    return (
        batch.c.issue == lease.issue,
        batch.c.ordinal == lease.ordinal,
        batch.c.fence == lease.fence,
        batch.c.state == BatchState.LEASED,
    )


def _held(lease: Lease) -> sa.ColumnElement[bool]:
    return sa.exists().where(*_is(lease))


def _address(text: str) -> EmailAddress:
    local, _, domain = text.rpartition("@")
    return EmailAddress(local, domain)
