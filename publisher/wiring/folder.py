"""The data folder: the database, the keys and the published files of one Nashra, held by one process.

Promise: two processes never send from one folder. The lock is the kernel's (flock), so it ends with its process however
that dies, and no stale file has to be removed by hand.
"""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Self

from publisher.model.errors import NashraError

_SECRET_OCTETS = 32


class FolderInUseError(NashraError):
    """Another process runs on the folder."""


class DataFolder:
    """A held folder. Where it is opened with `lock=True`, every other attempt to lock it is refused until `close`."""

    def __init__(self, path: Path, *, lock: bool) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(path) if lock else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the next process in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "nashra.db"

    @property
    def feeds(self) -> Path:
        """Where the feed files are published."""
        return self.path / "public" / "feeds"

    @property
    def mailbox(self) -> Path:
        """Where the demonstration's mailbox keeps its messages."""
        return self.path / "mailbox"

    def load_secret(self) -> bytes:
        """The folder's own secret of 32 octets, made at the first start, readable by its owner only.

        Every key is derived from it: who copies the database without it can read addresses but make no token.
        """
        file = self.path / "secret.key"
        try:
            return _checked(file, file.read_bytes())
        except FileNotFoundError:
            return _make_secret(file)


def _lock(path: Path) -> int:
    handle = os.open(path / "nashra.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        os.close(handle)
        raise FolderInUseError(
            f"Another Nashra (process {holder or 'unknown'}) already runs on {path}.",
            next_step="Stop that one first, or give this one a folder of its own.",
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def _make_secret(file: Path) -> bytes:
    """Write a new secret so that a crash leaves either none or a whole one."""
    secret = secrets.token_bytes(_SECRET_OCTETS)
    draft = file.with_suffix(f".{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        secret = file.read_bytes()
    finally:
        draft.unlink()
    return _checked(file, secret)


def _checked(file: Path, secret: bytes) -> bytes:
    if len(secret) != _SECRET_OCTETS:
        raise NashraError(
            f"{file} holds {len(secret)} octets instead of {_SECRET_OCTETS}.",
            next_step="Restore it from a backup: without it, links in mails already sent stop working.",
        )
    return secret
