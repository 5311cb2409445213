"""Messages as the demonstration mailbox keeps them: `<name>.eml`, byte for byte, and its envelope in `<name>.json`.

Read with the standard library's parser, on purpose: the pages show what a program that is not ours makes of the mail.
"""

import email.parser
import email.policy
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

_NAME = re.compile(r"([0-9]{8}T[0-9]{6}\.[0-9]{6})Z-[0-9]{7,}-[0-9]{7,}", re.ASCII)
_HEADER_OCTETS = 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxEntry:
    """A line of the list. `id` names the message; `at` is when it came (aware); the fields are decoded."""

    id: str
    at: datetime
    sender: str
    to: str
    subject: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A whole message. `headers` are the raw header lines with their folds, `raw` the very bytes delivered, `path`
    where they lie; `text` and `html` are the decoded parts, None where there is none. `date` is its Date field.
    """

    id: str
    at: datetime
    sender: str
    to: str
    subject: str
    date: datetime | None
    envelope_from: str
    envelope_to: tuple[str, ...]
    text: str | None
    html: str | None
    headers: str
    raw: bytes
    path: Path


def load_entry(folder: Path, name: str) -> MailboxEntry:
    """Read the header of one message. Raises ValueError for a name that is none of ours, OSError if it is gone."""
    path = folder / f"{name}.eml"
    with path.open("rb") as file:
        parsed = _parse(file.read(_HEADER_OCTETS).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    return MailboxEntry(
        id=name,
        at=_arrival(name),
        sender=_field(parsed, "From"),
        to=_field(parsed, "To"),
        subject=_field(parsed, "Subject"),
        size_bytes=path.stat().st_size,
    )


def load_message(folder: Path, name: str) -> StoredMessage | None:
    """Read one message; None where the name is none of ours or nothing lies there."""
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    raw = path.read_bytes()
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    parsed = _parse(raw)
    return StoredMessage(
        id=name,
        at=_arrival(name),
        sender=_field(parsed, "From"),
        to=_field(parsed, "To"),
        subject=_field(parsed, "Subject"),
        date=getattr(parsed.get("Date"), "datetime", None),
        envelope_from=record["from"],
        envelope_to=tuple(record["to"]),
        text=_words(parsed, "plain"),
        html=_words(parsed, "html"),
        headers=raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace"),
        raw=raw,
        path=path,
    )


def _arrival(name: str) -> datetime:
    """When a message came, by its name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no stored message")
    return datetime.strptime(match[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)


def _parse(octets: bytes) -> EmailMessage:
    return email.parser.BytesParser(policy=email.policy.default).parsebytes(octets)


def _field(parsed: EmailMessage, name: str) -> str:
    return str(parsed.get(name, ""))


def _words(parsed: EmailMessage, kind: str) -> str | None:
    part = parsed.get_body((kind,))
    content = None if part is None else part.get_content()
    return content if isinstance(content, str) else None
