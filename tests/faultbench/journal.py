"""The relay's diary: one line for each thing it decided, on its way to the kernel before the sender hears of it.

A line: nanoseconds (monotonic), connection, verdict, stage, kind or `-`, recipient, Message-ID, how often this
message's dot has come, SHA-256 of the message without dot-stuffing, the body hash that its DKIM signature states
(RFC 6376 section 3.5). `write(2)` suffices: the relay is never killed.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.faultbench.cells import CLEAN, Kind, Stage


class Verdict(StrEnum):
    """What the relay decided."""

    ACCEPTED = "accepted"
    """Took the message: from now on it is delivered, whatever the sender hears."""
    TEMPORARY = "temporary"
    """Did not take it, for now."""
    PERMANENT = "permanent"
    """Did not take it, for good."""
    NOTHING = "nothing"
    """Did not take it, and said nothing that means anything."""


TRUSTED = "trusted"
"""Stands for a Message-ID: the sender went on where the relay was none to trust."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the journal. Absent values are empty."""

    at_ns: int
    connection: int
    verdict: Verdict
    stage: Stage
    kind: Kind | None
    recipient: str
    message_id: str
    attempt: int
    digest: str
    body_hash: str = ""

    @property
    def is_unclean_dot(self) -> bool:
        """A dot (or a body) whose sender cannot know from the answer how it went."""
        at_risk = self.stage in (Stage.DOT, Stage.BODY)
        return at_risk and self.kind is not None and (self.stage is Stage.BODY or self.kind not in CLEAN)


def render_entry(entry: Entry) -> bytes:
    """One line."""
    fields = (
        entry.at_ns, entry.connection, entry.verdict, entry.stage, entry.kind or "-", entry.recipient or "-",
        entry.message_id or "-", entry.attempt, entry.digest or "-", entry.body_hash or "-",
    )  # fmt: skip
    return " ".join(map(str, fields)).encode() + b"\n"


def parse_entry(line: str) -> Entry:
    """The other direction."""
    at_ns, connection, verdict, stage, kind, recipient, message_id, attempt, digest, body_hash = line.split()
    return Entry(
        at_ns=int(at_ns),
        connection=int(connection),
        verdict=Verdict(verdict),
        stage=Stage(stage),
        kind=None if kind == "-" else Kind(kind),
        recipient="" if recipient == "-" else recipient,
        message_id="" if message_id == "-" else message_id,
        attempt=int(attempt),
        digest="" if digest == "-" else digest,
        body_hash="" if body_hash == "-" else body_hash,
    )


class JournalWriter:
    """A held file that is only added to."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, entry: Entry) -> None:
        """One write(2)."""
        os.write(self._handle, render_entry(entry))

    def close(self) -> None:
        """Done."""
        os.close(self._handle)


class JournalReader:
    """Follows a journal while it is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._rest = b""
        self.accepted = 0
        """How many messages were taken so far, copies included."""
        self.lines = 0

    def follow(self) -> None:
        """Count what is new."""
        data = self._rest + self._file.read()
        whole, newline, self._rest = data.rpartition(b"\n")
        self.lines += whole.count(b"\n") + len(newline)
        self.accepted += whole.count(b" accepted ")

    def close(self) -> None:
        """Done."""
        self._file.close()


def read_journal(path: Path) -> Iterator[Entry]:
    """All of it, in order."""
    with path.open(encoding="ascii") as lines:
        for line in lines:
            yield parse_entry(line)
