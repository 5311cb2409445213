"""The shelf: mail that came to the bounce address and is nothing we can act on, kept as it came for a person to read.

Promise: nothing is ever deleted from it by Nashra; a mail that is there is durable (fsync, then rename) and whole,
but for one too large: of that the head is kept, under a name that says how large it was, with where the whole lies in
its first line. The same octets are one file, whose name is their hash. These are other people's words: files are
readable by their owner only, and their addresses are in no table.
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

_STEM = re.compile(r"([0-9a-f]{64})(?:\.of(\d{1,15}))?")
"""The hash of the octets, and how large the mail was where they are only its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedMail:
    """A line of the list: `name` finds the mail again, `at` is when it came; the fields are decoded and cleaned,
    so they carry no address. `size_bytes` is the whole mail's, also where `is_cut`: only its head is here.
    """

    name: str
    at: datetime
    sender: str
    subject: str
    size_bytes: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much is on a shelf: the files, and their octets together."""

    mails: int
    size_bytes: int


class Shelf:
    """A folder of kept mails, made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, raw: bytes) -> str:
        """Put a mail there, durably; returns its name. Raises OSError where the disk refuses."""
        return self._keep(raw, "")

    def keep_head(self, head: bytes, *, size_bytes: int, place: str) -> str:
        """Put the first octets of a mail there that has `size_bytes`, with the place where it is whole. As `keep`."""
        said = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in place)
        field = f"X-Nashra-Cut: the first {len(head)} of {size_bytes} octets; the whole is in {said}\r\n"
        return self._keep(field.encode() + head, f".of{size_bytes}")

    def _keep(self, raw: bytes, mark: str) -> str:
        name = hashlib.sha256(raw).hexdigest()
        path = self._folder / f"{name}{mark}.eml"
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
        found = [self._entry(path) for path in self._files()]
        return tuple(sorted(found, key=lambda mail: (mail.at, mail.name)))

    def weigh(self) -> Weight:
        """How much is kept, without reading it; a mail that a person deletes meanwhile may be counted or not."""
        sizes = []
        for path in self._files():
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
        return Weight(mails=len(sizes), size_bytes=sum(sizes))

    def read(self, name: str) -> bytes | None:
        """One mail by its name or the beginning of it (at least six digits); None where that names none or several."""
        if not re.fullmatch(r"[0-9a-f]{6,64}", name):
            return None
        found = list(self._folder.glob(f"{name}*.eml"))
        return found[0].read_bytes() if len(found) == 1 else None

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob("*.eml") if _STEM.fullmatch(path.stem)]

    def _entry(self, path: Path) -> ShelvedMail:
        state = path.stat()
        name, _, whole = path.stem.partition(".of")
        with path.open("rb") as file:
            mail = open_mail(file.read(32_768).partition(b"\r\n\r\n")[0])
        fields = ("", "") if mail is None else (decoded_field(mail, "From"), decoded_field(mail, "Subject"))
        return ShelvedMail(
            name=name,
            at=datetime.fromtimestamp(state.st_mtime, UTC),
            sender=clean_reply_text(fields[0]),
            subject=clean_reply_text(fields[1]),
            size_bytes=int(whole) if whole else state.st_size,
            is_cut=bool(whole),
        )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
