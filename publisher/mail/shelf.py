"""The shelf: mail that came to the bounce address and is nothing we can act on, kept as it came for a person to read.

Promise: nothing is ever deleted from it by Nashra; a mail that is there is whole and durable (fsync, then rename).
The same octets are one file, whose name is their hash. These are other people's words: files are readable by their
owner only, and their addresses are in no table.
"""

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from publisher.mail.bounce.opened import decoded_field, open_mail
from publisher.mail.reply import clean_reply_text

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedMail:
    """A line of the list: `name` finds the mail again, `at` is when it came; the fields are decoded and cleaned,
    so they carry no address.
    """

    name: str
    at: datetime
    sender: str
    subject: str
    size_bytes: int


class Shelf:
    """A folder of kept mails, made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, raw: bytes) -> str:
        """Put a mail there, durably; returns its name. Raises OSError where the disk refuses."""
        name = hashlib.sha256(raw).hexdigest()
        path = self._path(name)
        if path.exists():
            return name
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{name}.{os.getpid()}.part"
        with suppress(FileNotFoundError):
            part.unlink()
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync(self._folder)
        return name

    def list_mails(self) -> tuple[ShelvedMail, ...]:
        """What is kept, oldest first."""
        found = [self._entry(path) for path in self._folder.glob("*.eml") if _NAME.fullmatch(path.stem)]
        return tuple(sorted(found, key=lambda mail: (mail.at, mail.name)))

    def read(self, name: str) -> bytes | None:
        """One mail by its name or the beginning of it (at least six digits); None where that names none or several."""
        if not re.fullmatch(r"[0-9a-f]{6,64}", name):
            return None
        found = list(self._folder.glob(f"{name}*.eml"))
        return found[0].read_bytes() if len(found) == 1 else None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.eml"

    def _entry(self, path: Path) -> ShelvedMail:
        state = path.stat()
        with path.open("rb") as file:
            mail = open_mail(file.read(32_768).partition(b"\r\n\r\n")[0])
        fields = ("", "") if mail is None else (decoded_field(mail, "From"), decoded_field(mail, "Subject"))
        return ShelvedMail(
            name=path.stem,
            at=datetime.fromtimestamp(state.st_mtime, UTC),
            sender=clean_reply_text(fields[0]),
            subject=clean_reply_text(fields[1]),
            size_bytes=state.st_size,
        )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
