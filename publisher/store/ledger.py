"""The ledger: durable intents and outcomes of all lanes, committed together.

Promise: no durable intent, no send. A lane may begin a message only after `begin` answered GRANTED, and that
answer comes after the commit that wrote `sending`; the same transaction checks again that the reader is still
subscribed, not suppressed, and that the lane's lease holds. Outcomes and the next intents of all lanes share one
commit (group commit), by one writer thread. A database that is locked, full or read-only makes lanes wait, not lose:
what was recorded stays in the queue and is tried again until it is durable; after a crash it is ambiguous by its
`sending` row.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
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
from publisher.store.prepared import Prepared
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


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _promise() -> Future[Any]:
    """One that cannot be called off: an asker who was cancelled must not upset the answers of the others."""
    promise: Future[Any] = Future()
    promise.set_running_or_notify_cancel()
    return promise


class _Kind(StrEnum):
    BEGIN = "begin"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One change to make and the promise to answer for it. `loop` is where the asker runs, if in one."""

    kind: _Kind
    values: Mapping[str, Any]
    loop: asyncio.AbstractEventLoop | None = field(default_factory=_running_loop)
    done: Future[Any] = field(default_factory=_promise)


class _NotAllError(Exception):
    """Of several entries written in one call not all matched: which did must be found one by one."""


class Ledger:
    """A held writer thread. `begin` and `settle` may be called from any thread or loop; what one caller gives in order
    is written in order.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._statements = _Statements(database.engine.dialect)
        self._entries: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._giving_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def begin(self, lease: Lease, recipient: Recipient) -> Future[Grant]:
        """Write the intent of one attempt; the answer comes once it is durable."""
        entry = _Entry(_Kind.BEGIN, _identify(lease, recipient))
        self._entries.put(entry)
        return entry.done

    def settle(self, lease: Lease, recipient: Recipient, settlement: Settlement) -> Future[bool]:
        """Write the outcome of one attempt; False where the lease was lost and nothing was written."""
        came_to = {
            "to_state": str(settlement.state),
            "to_ambiguous": settlement.ambiguous,
            "to_reply": settlement.reply,
            "to_relay": settlement.relay,
        }
        entry = _Entry(_Kind.SETTLE, _identify(lease, recipient) | came_to)
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
        singly = False
        while True:
            try:
                with self._database.write() as tx:
                    answers = self._statements.write(tx, entries, now=to_ms(self._now()), singly=singly)
            except _NotAllError:
                singly = True
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
                _answer(list(zip(entries, answers, strict=True)))
                return

    def _commit_one_by_one(self, entries: list[_Entry], error: IntegrityError) -> None:
        """A constraint refused one of several: that one fails, the others are kept."""
        if len(entries) == 1:
            _fail(entries, error)
            return
        for entry in entries:
            self._commit([entry])


def _answer(answered: Sequence[tuple[_Entry, Grant | bool]]) -> None:
    """Each asker, in her own loop; a loop is woken once for all of a commit, since each waking costs both threads."""
    loops = {entry.loop for entry, _ in answered}
    for loop in loops:
        mine = [(entry, answer) for entry, answer in answered if entry.loop is loop]
        try:
            if loop is not None:
                loop.call_soon_threadsafe(_set_results, mine)
                continue
        except RuntimeError:  # the loop is closed: nobody waits there, but others may hold the promise
            log.debug("an asker's loop is closed")
        _set_results(mine)


def _set_results(answered: Sequence[tuple[_Entry, Grant | bool]]) -> None:
    for entry, answer in answered:
        entry.done.set_result(answer)


def _fail(entries: list[_Entry], error: SQLAlchemyError) -> None:
    for entry in entries:
        entry.done.set_exception(error)


class _Statements:
    """The three statements of the ledger."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._begin = Prepared(_build_begin(), dialect)
        self._stop = Prepared(_build_stop(), dialect)
        self._settle = Prepared(_build_settle(), dialect)
        self._is_postgres = dialect.name == "postgresql"

    def write(
        self, tx: Transaction, entries: Sequence[_Entry], *, now: int, singly: bool
    ) -> list[Grant | bool]:
        """Write the entries and answer each. Outcomes come first: a delivery that was deferred may be begun again.
        All of a kind in one call, which tells only how many matched; where not all did, raises _NotAllError.
        """
        if self._is_postgres and any(entry.kind is _Kind.BEGIN for entry in entries):
            # Else a reader could be told that she has left before an intent that read her as subscribed is durable, and
            # the mail be begun after it. SQLite has one writer at a time and needs nothing.
            tx.exec_driver_sql("LOCK TABLE subscription, suppression IN SHARE MODE")
        answers: dict[int, Grant | bool] = {}
        for kind in (_Kind.SETTLE, _Kind.BEGIN):
            mine = [(place, {**e.values, "now": now}) for place, e in enumerate(entries) if e.kind is kind]
            if singly:
                answers |= {place: self._write_one(tx, kind, row) for place, row in mine}
            elif mine:
                statement = self._settle if kind is _Kind.SETTLE else self._begin
                if statement.run(tx, [row for _, row in mine]) != len(mine):
                    raise _NotAllError
                answers |= {place: kind is _Kind.SETTLE or Grant.GRANTED for place, _ in mine}
        return [answers[place] for place in range(len(entries))]

    def _write_one(self, tx: Transaction, kind: _Kind, row: Mapping[str, Any]) -> Grant | bool:
        if kind is _Kind.SETTLE:
            return self._settle.run(tx, [row]) == 1
        if self._begin.run(tx, [row]) == 1:
            return Grant.GRANTED
        return Grant.SUPPRESSED if self._stop.run(tx, [row]) == 1 else Grant.LOST


def _identify(lease: Lease, recipient: Recipient) -> dict[str, Any]:
    """Which delivery, which attempt, and under which lease. The names are no column's, as SQLAlchemy keeps those."""
    return {
        "of_issue": recipient.issue,
        "of_subscriber": recipient.subscriber,
        "this_attempt": recipient.attempt,
        "last_attempt": recipient.attempt - 1,
        "lease_issue": lease.issue,
        "lease_ordinal": lease.ordinal,
        "lease_fence": lease.fence,
    }


def _build_begin() -> sa.Update:
    return (
        sa.update(delivery)
        .where(*_waiting(), _goes_on(), _subscribed(), ~_suppressed())
        .values(
            state=DeliveryState.SENDING,
            attempt=sa.bindparam("this_attempt", type_=sa.Integer),
            at=sa.bindparam("now", type_=sa.BigInteger),
        )
    )


def _build_stop() -> sa.Update:
    return (
        sa.update(delivery)
        .where(*_waiting(), _goes_on())
        .values(state=DeliveryState.SUPPRESSED, at=sa.bindparam("now", type_=sa.BigInteger))
    )


def _build_settle() -> sa.Update:
    return (
        sa.update(delivery)
        .where(
            *_this_delivery(),
            delivery.c.state == DeliveryState.SENDING,
            delivery.c.attempt == sa.bindparam("this_attempt", type_=sa.Integer),
            _held(),
        )
        .values(
            state=sa.bindparam("to_state", type_=sa.Text),
            ambiguous=sa.bindparam("to_ambiguous", type_=sa.Integer),
            reply=sa.bindparam("to_reply", type_=sa.Text),
            relay=sa.bindparam("to_relay", type_=sa.Text),
            at=sa.bindparam("now", type_=sa.BigInteger),
        )
    )


def _this_delivery() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        delivery.c.issue == sa.bindparam("of_issue", type_=sa.BigInteger),
        delivery.c.subscriber == sa.bindparam("of_subscriber", type_=sa.BigInteger),
    )


def _waiting() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_this_delivery(),
        sa.or_(delivery.c.state == DeliveryState.PENDING, delivery.c.state == DeliveryState.DEFERRED),
        delivery.c.attempt == sa.bindparam("last_attempt", type_=sa.Integer),
    )


def _held() -> sa.ColumnElement[bool]:
    return sa.exists().where(*_is())


def _goes_on() -> sa.ColumnElement[bool]:
    """The lease holds and nobody paused or cancelled the issue. Only for intents: what was begun is still settled."""
    return sa.exists().where(*_is(), issue.c.id == batch.c.issue, issue.c.state == IssueState.SENDING)


def _is() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        batch.c.issue == sa.bindparam("lease_issue", type_=sa.BigInteger),
        batch.c.ordinal == sa.bindparam("lease_ordinal", type_=sa.Integer),
        batch.c.fence == sa.bindparam("lease_fence", type_=sa.Integer),
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
