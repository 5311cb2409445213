"""The ledger: durable intents and outcomes of all lanes, committed together.

Promise: no durable intent, no send. A lane may begin a message only after `begin` answered GRANTED, and that
answer comes after the commit that wrote `sending`; the same transaction checks again that the reader is still
subscribed, not suppressed, and that the lane's lease holds. Outcomes and the next intents of all lanes share one
commit (group commit), by one writer thread. A database that is locked, full or read-only makes lanes wait, not lose:
what was recorded stays in the queue and is tried again until it is durable; after a crash it is ambiguous by its
`sending` row.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from publisher.model.delivery import DeliveryState, Lease, Recipient
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.database import Database, Transaction, to_ms
from publisher.store.schema import BatchState, batch, delivery, issue, subscriber, subscription, suppression

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 256
"""Entries in one commit; far above the number of lanes, so it bounds memory, not speed."""
_PAUSE = timedelta(seconds=0.5)
"""Between two tries of a commit that the database refused for now."""


class Grant(StrEnum):
    """What `begin` answers."""

    GRANTED = "granted"
    """The intent is durable: send."""
    SUPPRESSED = "suppressed"
    """The reader left or must not be mailed: the delivery is final, do not send."""
    LOST = "lost"
    """The lease is no longer ours, the issue was paused or cancelled, or the delivery is not waiting any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of an attempt: the delivery's next state, the count of doubts, the relay's reply (no addresses), and
    the name of the relay that gave it.
    """

    state: DeliveryState
    ambiguous: int
    reply: str
    relay: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One change to make and the promise to answer for it."""

    apply: Callable[[Transaction], Any]
    done: Future[Any] = field(default_factory=Future)


class Ledger:
    """A held writer thread. `begin` and `settle` may be called from any thread or loop; order of calls is kept."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._entries: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._giving_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def begin(self, lease: Lease, recipient: Recipient) -> Future[Grant]:
        """Write the intent of one attempt; the answer comes once it is durable."""
        entry = _Entry(lambda tx: _begin(tx, lease, recipient, self._now()))
        self._entries.put(entry)
        return entry.done

    def settle(self, lease: Lease, recipient: Recipient, settlement: Settlement) -> Future[bool]:
        """Write the outcome of one attempt; False where the lease was lost and nothing was written."""
        entry = _Entry(lambda tx: _settle(tx, lease, recipient, settlement, self._now()))
        self._entries.put(entry)
        return entry.done

    def close(self, patience: timedelta = timedelta(seconds=30)) -> None:
        """Commit what was given so far and end the thread; what cannot be committed in time stays ambiguous."""
        self._entries.put(None)
        self._thread.join(timeout=patience.total_seconds())
        self._giving_up.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            entries, closing = self._take()
            if entries:
                self._commit(entries)
            if closing:
                return

    def _take(self) -> tuple[list[_Entry], bool]:
        """Wait for one entry, then take all that came meanwhile; None among them means: this is the end."""
        first = self._entries.get()
        entries: list[_Entry] = []
        while first is not None and len(entries) < _MOST_AT_ONCE:
            entries.append(first)
            try:
                first = self._entries.get_nowait()
            except queue.Empty:
                return entries, False
        if first is not None:
            entries.append(first)
        return entries, first is None

    def _commit(self, entries: list[_Entry]) -> None:
        while True:
            try:
                with self._database.write() as tx:
                    answers = [entry.apply(tx) for entry in entries]
            except IntegrityError as error:
                self._commit_one_by_one(entries, error)
                return
            except SQLAlchemyError as error:
                log.warning(
                    "ledger waits: the database refuses to write", extra={"error": type(error).__name__}
                )
                if self._giving_up.wait(_PAUSE.total_seconds()):
                    _fail(entries, error)
                    return
            else:
                for entry, answer in zip(entries, answers, strict=True):
                    entry.done.set_result(answer)
                return

    def _commit_one_by_one(self, entries: list[_Entry], error: IntegrityError) -> None:
        """A constraint refused one of several: that one fails, the others are kept."""
        if len(entries) == 1:
            _fail(entries, error)
            return
        for entry in entries:
            self._commit([entry])


def _fail(entries: list[_Entry], error: SQLAlchemyError) -> None:
    for entry in entries:
        entry.done.set_exception(error)


def _begin(tx: Transaction, lease: Lease, recipient: Recipient, now: datetime) -> Grant:
    granted = tx.execute(
        sa.update(delivery)
        .where(*_waiting(recipient), _goes_on(lease), _subscribed(), ~_suppressed())
        .values(state=DeliveryState.SENDING, attempt=recipient.attempt, at=to_ms(now))
    )
    if granted.rowcount == 1:
        return Grant.GRANTED
    stopped = tx.execute(
        sa.update(delivery)
        .where(*_waiting(recipient), _goes_on(lease))
        .values(state=DeliveryState.SUPPRESSED, at=to_ms(now))
    )
    return Grant.SUPPRESSED if stopped.rowcount == 1 else Grant.LOST


def _settle(
    tx: Transaction, lease: Lease, recipient: Recipient, settlement: Settlement, now: datetime
) -> bool:
    written = tx.execute(
        sa.update(delivery)
        .where(
            delivery.c.issue == recipient.issue,
            delivery.c.subscriber == recipient.subscriber,
            delivery.c.state == DeliveryState.SENDING,
            delivery.c.attempt == recipient.attempt,
            _held(lease),
        )
        .values(
            state=settlement.state,
            ambiguous=settlement.ambiguous,
            reply=settlement.reply,
            relay=settlement.relay,
            at=to_ms(now),
        )
    )
    return written.rowcount == 1


def _waiting(recipient: Recipient) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        delivery.c.issue == recipient.issue,
        delivery.c.subscriber == recipient.subscriber,
        delivery.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED)),
        delivery.c.attempt == recipient.attempt - 1,
    )


def _held(lease: Lease) -> sa.ColumnElement[bool]:
    return sa.exists().where(*_is(lease))


def _goes_on(lease: Lease) -> sa.ColumnElement[bool]:
    """The lease holds and nobody paused or cancelled the issue. Only for intents: what was begun is still settled."""
    return sa.exists().where(*_is(lease), issue.c.id == batch.c.issue, issue.c.state == IssueState.SENDING)


def _is(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        batch.c.issue == lease.issue,
        batch.c.ordinal == lease.ordinal,
        batch.c.fence == lease.fence,
        batch.c.state == BatchState.LEASED,
    )


def _subscribed() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        issue.c.id == delivery.c.issue,
        subscription.c.newsletter == issue.c.newsletter,
        subscription.c.subscriber == delivery.c.subscriber,
        subscription.c.status == SubscriptionStatus.CONFIRMED,
    )


def _suppressed() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        subscriber.c.id == delivery.c.subscriber,
        suppression.c.address_hash == subscriber.c.address_hash,
    )
