"""Mail as it lies in a Maildir that a relay delivered to."""

import email
import email.policy
import re
from dataclasses import dataclass
from pathlib import Path

_ADDED = re.compile(rb"(?:(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*)+")
"""What mail servers put on top on the way (RFC 5321 section 4.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One mail. `added` is what was put on top on the way, `payload` what was handed over, with CRLF again."""

    added: str
    payload: bytes

    @property
    def to(self) -> str:
        """The recipient of its envelope."""
        return self._field("Delivered-To")

    @property
    def return_path(self) -> str:
        """The sender of its envelope, without brackets."""
        return self._field("Return-Path").strip("<>")

    @property
    def protocol(self) -> str:
        """How it came to the relay (`with` in Received: RFC 5321 section 4.4, RFC 6531 section 4.3)."""
        match = re.search(r"\swith (\S+) id ", self.added)
        return "" if match is None else match[1]

    @property
    def message_id(self) -> str:
        """With its brackets."""
        match = re.search(rb"^Message-ID: (\S+)\r$", self.payload, re.MULTILINE)
        return "" if match is None else match[1].decode("ascii")

    @property
    def is_list_mail(self) -> bool:
        """A digest, not a notice."""
        return b"\r\nList-Id: " in self.payload

    @property
    def is_confirmation(self) -> bool:
        """Asks for the button to be pressed; of the notices, only a welcome can be left."""
        return b"\r\nList-Unsubscribe: " not in self.payload

    def find_link(self) -> str:
        """The page of a confirmation notice, as its plain text gives it."""
        body = email.message_from_bytes(self.payload, policy=email.policy.default).get_body(("plain",))
        found = re.search(r"https://\S+/confirm/\S+", body.get_content() if body else "")
        if found is None:
            raise ValueError("no link to confirm")
        return found.group()

    def as_received(self, *, address: str, name: str) -> bytes:
        """As the reader's own mail server would have it from a relay of that address and name."""
        hop = (
            f"Return-Path: <{self.return_path}>\r\n"
            f"Received: from {name} ({name} [{address}])\r\n"
            f"\tby mx.readers.example (Postfix) with ESMTPS id 4RjA5x2BqLz1\r\n"
            f"\tfor <{self.to}>; {self._date()}\r\n"
        )
        return hop.encode("utf-8") + self.payload

    def _field(self, name: str) -> str:
        match = re.search(rf"^{name}: (.*)$", self.added, re.MULTILINE)
        return "" if match is None else match[1]

    def _date(self) -> str:
        match = re.search(r";\s*([^;]+?)(?: \(\w+\))?\n(?![ \t])", self.added)
        return "" if match is None else match[1]


def read_maildir(folder: Path) -> tuple[Arrived, ...]:
    """Everything that is new there, in the order it came; names do not tell that within one second."""
    new = folder / "new"
    files = sorted(new.iterdir(), key=lambda file: file.stat().st_mtime_ns) if new.is_dir() else []
    return tuple(_read(file.read_bytes()) for file in files)


def _read(raw: bytes) -> Arrived:
    match = _ADDED.match(raw)
    start = match.end() if match else 0
    return Arrived(added=raw[:start].decode("utf-8"), payload=raw[start:].replace(b"\n", b"\r\n"))
