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
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from publisher.model.delivery import DeliveryState, Lease, Recipient
from publisher.store.database import Database, Transaction, to_ms
from publisher.store.intent_order import lock_for_intents
from publisher.store.ledger_page import Change, LedgerPage, PageRefusedError
from publisher.store.ledger_statements import VALUES, bound, build_begin, build_settle, build_stop
from publisher.store.prepared import Prepared
from publisher.store.promise import Promise

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 256
"""Entries in one commit, or a few more; far above the number of lanes, so it bounds memory, not speed."""
_PAUSE = timedelta(seconds=0.5)
"""Between two tries of a commit that the database refused for now."""
_NO_OUTCOME = (None, None, None, None)


class Grant(StrEnum):
    """What `begin` answers."""

    GRANTED = "granted"
    """The intent is durable: send."""
    SUPPRESSED = "suppressed"
    """The reader left or must not be mailed: the delivery is final (`uncertain` where it carries a doubt), do not send.
    """
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


class _Kind(StrEnum):
    BEGIN = "begin"
    SETTLE = "settle"


class _Entry(NamedTuple):
    """One change to make and the promise to answer for it. `values` are all but `now`, the moment of the commit."""

    kind: _Kind
    values: Change
    done: Promise[Any]


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
        self._page = LedgerPage(database.engine) if database.engine.dialect.name == "sqlite" else None
        self._entries: queue.SimpleQueue[list[_Entry] | None] = queue.SimpleQueue()
        self._outcomes: dict[asyncio.AbstractEventLoop | None, list[_Entry]] = {}
        self._giving_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def begin(self, lease: Lease, recipient: Recipient) -> Promise[Grant]:
        """Write the intent of one attempt; the answer comes once it is durable."""
        promise: Promise[Grant] = Promise()
        entry = _Entry(_Kind.BEGIN, (*_identify(lease, recipient), *_NO_OUTCOME), promise)
        self._entries.put([*self._outcomes.pop(promise.loop, ()), entry])
        return promise

    def settle(self, lease: Lease, recipient: Recipient, settlement: Settlement) -> Promise[bool]:
        """Write the outcome of one attempt; False where the lease was lost and nothing was written."""
        came_to = (settlement.state.value, settlement.ambiguous, settlement.reply, settlement.relay)
        promise: Promise[bool] = Promise()
        self._give_soon(_Entry(_Kind.SETTLE, (*_identify(lease, recipient), *came_to), promise))
        return promise

    def _give_soon(self, outcome: _Entry) -> None:
        """A lane that has settled begins the next at once, mostly: both go to the thread together, and into the same
        commit; else the outcome would have one of its own, and the intent wait for two. It waits for no other turn
        of the loop.
        """
        loop = outcome.done.loop
        if loop is None:
            self._entries.put([outcome])
            return
        waiting = self._outcomes.setdefault(loop, [])
        waiting.append(outcome)
        if len(waiting) == 1:
            loop.call_soon(self._give, loop)

    def _give(self, loop: asyncio.AbstractEventLoop | None) -> None:
        outcomes = self._outcomes.pop(loop, None)
        if outcomes:
            self._entries.put(outcomes)

    def close(self, patience: timedelta = timedelta(seconds=30)) -> None:
        """Commit what was given so far and end the thread; what cannot be committed in time stays ambiguous."""
        for loop in list(self._outcomes):
            self._give(loop)
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
                if self._page is not None:
                    self._page.close()
                return

    def _take(self) -> tuple[list[_Entry], bool]:
        """Wait for one entry, then take all that came meanwhile; None among them means: this is the end."""
        given = self._entries.get()
        entries: list[_Entry] = []
        while given is not None:
            entries += given
            if len(entries) >= _MOST_AT_ONCE:
                return entries, False
            try:
                given = self._entries.get_nowait()
            except queue.Empty:
                return entries, False
        return entries, True

    def _commit(self, entries: list[_Entry]) -> None:
        if not self._commit_at_once(entries):
            self._commit_with_care(entries)

    def _commit_at_once(self, entries: list[_Entry]) -> bool:
        """All in one statement, where the database has such a one; False where nothing was written."""
        if self._page is None:
            return False
        now = to_ms(self._now())
        outcomes_first = sorted(entries, key=lambda entry: entry.kind is _Kind.BEGIN)
        try:
            self._page.write([(*entry.values, now) for entry in outcomes_first])
        except PageRefusedError:
            return False
        _answer([(entry, entry.kind is _Kind.SETTLE or Grant.GRANTED) for entry in entries])
        return True

    def _commit_with_care(self, entries: list[_Entry]) -> None:
        """Until it is durable, or some of it can never be: then one by one."""
        singly = False
        while True:
            try:
                with self._database.write() as tx:
                    answers = self._statements.write(tx, entries, now=to_ms(self._now()), singly=singly)
            except _NotAllError:
                singly = True
            except (IntegrityError, DataError) as error:
                self._commit_one_by_one(entries, error)
                return
            except SQLAlchemyError as error:
                log.warning(
                    "ledger waits: the database refuses to write", extra={"error": type(error).__name__}
                )
                if self._giving_up.wait(_PAUSE.total_seconds()):
                    _fail(entries, error)
                    return
            except Exception as error:  # a value the driver cannot take: the thread outlives it
                self._commit_one_by_one(entries, error)
                return
            else:
                _answer(list(zip(entries, answers, strict=True)))
                return

    def _commit_one_by_one(self, entries: list[_Entry], error: Exception) -> None:
        """A constraint or the driver refused one of several: that one fails, the others are kept."""
        if len(entries) == 1:
            _fail(entries, error)
            return
        for entry in entries:
            self._commit_with_care([entry])


def _answer(answered: Sequence[tuple[_Entry, Grant | bool | Exception]]) -> None:
    """Each asker, in her own loop; a loop is woken once for all of a commit, since each waking costs both threads."""
    for loop in {entry.done.loop for entry, _ in answered}:
        mine = [(entry, answer) for entry, answer in answered if entry.done.loop is loop]
        if loop is None:
            _set_results(mine)
            continue
        try:
            loop.call_soon_threadsafe(_set_results, mine)
        except RuntimeError:
            log.debug("an asker's loop is closed: nobody waits there any more")


def _set_results(answered: Sequence[tuple[_Entry, Grant | bool | Exception]]) -> None:
    for entry, answer in answered:
        if isinstance(answer, Exception):
            entry.done.break_off(answer)
        else:
            entry.done.fulfil(answer)


def _fail(entries: list[_Entry], error: Exception) -> None:
    _answer([(entry, error) for entry in entries])


class _Statements:
    """The three statements of the ledger."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._begin = Prepared(build_begin(bound), dialect)
        self._stop = Prepared(build_stop(bound), dialect)
        self._settle = Prepared(build_settle(bound), dialect)

    def write(
        self, tx: Transaction, entries: Sequence[_Entry], *, now: int, singly: bool
    ) -> list[Grant | bool]:
        """Write the entries and answer each. Outcomes come first: a delivery that was deferred may be begun again.
        All of a kind in one call, which tells only how many matched; where not all did, raises _NotAllError.
        """
        if any(entry.kind is _Kind.BEGIN for entry in entries):
            lock_for_intents(tx)
        answers: dict[int, Grant | bool] = {}
        for kind in (_Kind.SETTLE, _Kind.BEGIN):
            mine = [
                (place, dict(zip(VALUES, (*e.values, now), strict=True)))
                for place, e in enumerate(entries)
                if e.kind is kind
            ]
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


def _identify(lease: Lease, recipient: Recipient) -> Change:
    """Which delivery, which attempt, and under which lease: the first of VALUES."""
    return (
        recipient.issue,
        recipient.subscriber,
        recipient.attempt,
        recipient.attempt - 1,
        lease.issue,
        lease.ordinal,
        lease.fence,
    )
