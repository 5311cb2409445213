"""The named places where a sender kills itself, watched from outside: at its SQL, its commits and its socket.

Nothing in the product knows of them. What is being committed is read from the statements (from the changes, where the
ledger writes a page in one), where a mail transaction stands from the octets that are written; so the points hold
whatever the code in between looks like. The harness arms
a point through a small shared file: its number and how many passes are left; the passing that brings it to zero ends
the process by SIGKILL.
"""

import asyncio
import mmap
import os
import re
import signal
import sqlite3
import struct
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import SQLAlchemyError

from publisher.mail.conversation import Conversation
from publisher.mail.relay import Lane
from publisher.model.delivery import Sent
from publisher.store.ledger_page import LedgerPage
from publisher.store.ledger_statements import VALUES

_FORM = struct.Struct("=ii")


class Point(StrEnum):
    """A place to die. The value of a commit's point is what is committed, and on which side."""

    SLOT_BEFORE = "slot-before-commit"
    """The issue's row is written, not committed."""
    COMPOSE_BEFORE = "compose-before-commit"
    """Renditions are written, not committed."""
    COMPOSE_AFTER = "compose-after-commit"
    """The issue is approved, nobody was told."""
    FREEZE_MIDDLE = "freeze-rows-written"
    """The deliveries are written, the batches are not."""
    FREEZE_BEFORE = "freeze-before-commit"
    """All of the freeze is written, not committed."""
    FREEZE_AFTER = "freeze-after-commit"
    """Frozen; no batch was submitted."""
    LEASE_BEFORE = "lease-before-commit"
    """A batch is taken, not committed."""
    LEASE_AFTER = "lease-after-commit"
    """A batch is taken; nothing of it was begun."""
    INTENT_BEFORE = "intent-before-commit"
    """W0: `sending` is written, not committed."""
    INTENT_AFTER = "intent-after-commit"
    """W1: `sending` is durable, MAIL is not written."""
    DATA_BEFORE = "before-data"
    """W1: the envelope may be there, DATA is not written."""
    BODY_MIDDLE = "mid-body"
    """W1: half of the message is written."""
    DOT_BEFORE = "before-dot"
    """W1: all but the final dot is written."""
    DOT_AFTER = "after-dot"
    """W2: the final dot is written, its answer was not read."""
    ANSWER_AFTER = "after-2xx"
    """W3: the answer was read, nothing of it was written down."""
    SETTLE_BEFORE = "settle-before-commit"
    """W3: the outcome is written, not committed."""
    SETTLE_AFTER = "settle-after-commit"
    """W4: the outcome is durable."""
    CLOSE_BEFORE = "close-batch-before-commit"
    """A batch is given back, not committed."""
    CLOSE_AFTER = "close-batch-after-commit"
    """A batch is given back."""


EARLY = (
    Point.SLOT_BEFORE,
    Point.COMPOSE_BEFORE,
    Point.COMPOSE_AFTER,
    Point.FREEZE_MIDDLE,
    Point.FREEZE_BEFORE,
    Point.FREEZE_AFTER,
)
"""Points that are passed once, before the first mail."""

BATCHWISE = (Point.LEASE_BEFORE, Point.LEASE_AFTER, Point.CLOSE_BEFORE, Point.CLOSE_AFTER)
"""Points that are passed once a batch; all others once a message."""

NO_COPY = (
    Point.INTENT_AFTER,
    Point.DATA_BEFORE,
    Point.BODY_MIDDLE,
    Point.DOT_BEFORE,
    Point.SETTLE_AFTER,
)
"""Points at which the lane that comes there has nothing that the relay may have taken without our knowledge."""

_WRITTEN = {"intent": "NEW.state = 'sending'", "settle": "OLD.state = 'sending'"}
"""How a change of a page shows in the row."""

_WHAT = (
    (re.compile(r"\s*INSERT INTO issue\b", re.IGNORECASE), "slot"),
    (re.compile(r"\s*INSERT INTO rendition\b", re.IGNORECASE), "compose"),
    (re.compile(r"\s*INSERT INTO delivery\b", re.IGNORECASE), "freeze"),
    (re.compile(r"\s*UPDATE batch SET\b(?:(?!WHERE).)*\bfence\s*=", re.IGNORECASE | re.DOTALL), "lease"),
    (
        re.compile(r"\s*UPDATE batch SET\b(?:(?!WHERE).)*\bretry_at\s*=", re.IGNORECASE | re.DOTALL),
        "close-batch",
    ),
    (re.compile(r"\s*UPDATE delivery SET\b(?:(?!WHERE).)*\breply\s*=", re.IGNORECASE | re.DOTALL), "settle"),
    (
        re.compile(r"\s*UPDATE delivery SET\b(?:(?!WHERE).)*\battempt\s*=", re.IGNORECASE | re.DOTALL),
        "intent",
    ),
)


class Trigger:
    """The shared file. The harness arms it; the sender counts down."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_FORM.pack(0, 0))
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._memory = mmap.mmap(handle, _FORM.size)
        os.close(handle)
        self._numbers = {point.value: number for number, point in enumerate(Point, 1)}

    def arm(self, point: Point, passes: int) -> None:
        """Kill at that passing."""
        self._memory[:] = _FORM.pack(self._numbers[point], passes)

    def disarm(self) -> None:
        """Nothing happens any more."""
        self._memory[:] = _FORM.pack(0, 0)

    def passing(self, name: str) -> bool:
        """Whether this is the passing to die at; names that are no point are never it."""
        armed, left = _FORM.unpack_from(self._memory)
        if not armed or armed != self._numbers.get(name):
            return False
        self._memory[:] = _FORM.pack(armed if left > 1 else 0, left - 1)
        return bool(left <= 1)


def die() -> None:
    """At once: no handler, no finally, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


def install(trigger_file: Path, durability_file: Path) -> None:
    """Watch this process."""
    trigger = Trigger(trigger_file)
    _watch_sql(trigger, durability_file)
    _watch_pages(trigger, durability_file)
    _watch_socket(trigger)
    _watch_outcome(trigger)


def _classify(statement: str, known: dict[str, str]) -> str:
    if statement not in known:
        known[statement] = next((name for pattern, name in _WHAT if pattern.match(statement)), "")
    return known[statement]


def _watch_sql(trigger: Trigger, durability_file: Path) -> None:
    known: dict[str, str] = {}
    asked: set[str] = set()

    def before(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        what = _classify(statement, known)
        if what:
            connection.connection.info.setdefault("faultbench", set()).add(what)

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _classify(statement, known) == "freeze" and trigger.passing(Point.FREEZE_MIDDLE):
            die()

    commit: Any = DefaultDialect.do_commit

    def do_commit(dialect: Any, connection: Any) -> None:
        written = connection.info.pop("faultbench", ())
        if "intent" in written and "intent" not in asked:
            asked.add("intent")
            _note_durability(dialect, connection, durability_file)
        for what in written:
            if trigger.passing(f"{what}-before-commit"):
                die()
        commit(dialect, connection)
        for what in written:
            if trigger.passing(f"{what}-after-commit"):
                die()

    event.listen(sa.Engine, "before_cursor_execute", before)
    event.listen(sa.Engine, "after_cursor_execute", after)
    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _watch_pages(trigger: Trigger, durability_file: Path) -> None:
    """A page is one statement, so the place between its writing and its commit is inside of it: a trigger of this
    connection, made for that one page, dies when the row is written.
    """
    write = LedgerPage.write
    to_state = VALUES.index("to_state")
    asked: set[str] = set()

    def watched(self: LedgerPage, changes: Any) -> None:
        written = sorted({"intent" if change[to_state] is None else "settle" for change in changes})
        doomed = [what for what in written if trigger.passing(f"{what}-before-commit")]
        try:
            connection = self._open()
            if "intent" in written and "intent" not in asked:
                asked.add("intent")
                _note_durability(self._engine.dialect, connection, durability_file)
            for what in doomed:
                _die_when_written(connection, what)
        except (sqlite3.Error, SQLAlchemyError):  # the disk fails: so will the page, in its own way
            self.close()
        try:
            write(self, changes)
        finally:
            for what in doomed:  # nothing of the page was written, since a change matched no row
                trigger.arm(Point(f"{what}-before-commit"), 1)
        for what in written:
            if trigger.passing(f"{what}-after-commit"):
                die()

    LedgerPage.write = watched  # type: ignore[method-assign]


def _die_when_written(connection: sqlite3.Connection, what: str) -> None:
    name = f"faultbench_{what}"
    connection.create_function(name, 0, die)
    connection.execute(f"DROP TRIGGER IF EXISTS temp.{name}")
    connection.execute(
        f"CREATE TEMP TRIGGER {name} AFTER UPDATE ON main.delivery WHEN {_WRITTEN[what]} BEGIN SELECT {name}(); END"
    )


def _note_durability(dialect: Any, connection: Any, file: Path) -> None:
    """What the connection that commits intents says of its own durability; a power cut cannot be tried here."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous" if dialect.name == "sqlite" else "SHOW synchronous_commit")
    (value,) = cursor.fetchone()
    cursor.close()
    with file.open("a", encoding="ascii") as out:
        out.write(f"{dialect.name} {value}\n")


class _Watched:
    """A transport that dies of what is written. The talk has set its buffer to hold nothing, so each write leaves the
    process at once, on every loop.
    """

    def __init__(self, transport: asyncio.Transport, trigger: Trigger) -> None:
        self._transport = transport
        self._trigger = trigger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """As the transport, but for the passing to die at."""
        passing, write = self._trigger.passing, self._transport.write
        if data[-6:] == b"DATA\r\n" and len(data) < 2000 and passing(Point.DATA_BEFORE):
            die()
        if len(data) > 2000 and passing(Point.BODY_MIDDLE):
            write(data[: len(data) // 2])
            die()
        ends = data == b".\r\n" or data[-5:] == b"\r\n.\r\n"
        if ends and passing(Point.DOT_BEFORE):
            write(data[:-3])
            die()
        write(data)
        if ends and passing(Point.DOT_AFTER):
            die()


def _watch_socket(trigger: Trigger) -> None:
    begin = Conversation.__init__

    def watched(self: Conversation, transport: asyncio.Transport) -> None:
        begin(self, cast("asyncio.Transport", _Watched(transport, trigger)))

    Conversation.__init__ = watched  # type: ignore[method-assign]


def _watch_outcome(trigger: Trigger) -> None:
    deliver = Lane.deliver

    async def watched(self: Lane, message: Any) -> Any:
        outcome = await deliver(self, message)
        if isinstance(outcome, Sent) and trigger.passing(Point.ANSWER_AFTER):
            die()
        return outcome

    Lane.deliver = watched  # type: ignore[method-assign]
