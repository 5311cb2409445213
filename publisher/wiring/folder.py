"""The data folder: the database, the keys and the published files of one Nashra, held by one process.

Promise: two processes never send from one folder. The lock is the kernel's (flock), so it ends with its process however
that dies, and no stale file has to be removed by hand.
"""

import fcntl
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from publisher.model.disk_trouble import step_for
from publisher.model.errors import NashraError

_SECRET_OCTETS = 32


class FolderError(NashraError):
    """The folder, or a file that must be in it, cannot be used."""


class FolderInUseError(FolderError):
    """Another process runs on the folder."""


class DataFolder:
    """A held folder, made where it is not there. Opened with `lock=True`, every other attempt to lock it is refused
    until `close`. Raises FolderError.
    """

    def __init__(self, path: Path, *, lock: bool) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path) if lock else None
        except OSError as error:
            raise _unusable(path, error) from error

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
        return database_of(self.path)

    @property
    def feeds(self) -> Path:
        """Where the feed files are published."""
        return feeds_of(self.path)

    @property
    def mailbox(self) -> Path:
        """Where the demonstration's mailbox keeps its messages."""
        return self.path / "mailbox"

    @property
    def secret(self) -> Path:
        """The file that every key is derived from."""
        return secret_of(self.path)

    def ensure_database(self) -> Path:
        """The SQLite file, made empty where it is not there. It will hold addresses: only its owner may read it, and
        SQLite gives the files beside it the same rights.
        """
        try:
            os.close(os.open(self.database, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise _unusable(self.database, error) from error
        return self.database

    @property
    def dkim(self) -> Path:
        """The keys that sign mail."""
        return self.path / "dkim"

    def load_secret(self) -> bytes:
        """The folder's own secret of 32 octets, made at the first start, readable by its owner only.

        Every key is derived from it: who copies the database without it can read addresses but make no token.
        """
        try:
            try:
                secret = self.secret.read_bytes()
            except FileNotFoundError:
                secret = _make_secret(self.secret)
        except OSError as error:
            raise _unusable(self.secret, error) from error
        return _checked(self.secret, secret)


def database_of(folder: Path) -> Path:
    """Where the database of a data folder is, for those who only look; nothing is made."""
    return folder / "nashra.db"


def feeds_of(folder: Path) -> Path:
    """Where the feeds of a data folder are; nothing is made."""
    return folder / "public" / "feeds"


def secret_of(folder: Path) -> Path:
    """Where the secret of a data folder is; nothing is made."""
    return folder / "secret.key"


def is_held(folder: Path) -> bool:
    """Whether a Nashra runs on a data folder. Makes nothing."""
    try:
        handle = os.open(folder / "nashra.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


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
    """Write a new secret so that a crash leaves either none or a whole one, and two who start at once get the same."""
    handle, draft = tempfile.mkstemp(
        dir=file.parent, prefix="secret.", suffix=".new"
    )  # its owner's only: 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(_SECRET_OCTETS))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):  # another process was first: its secret is the one
            os.link(draft, file)
    finally:
        Path(draft).unlink()
    _make_durable(file.parent)
    return file.read_bytes()


def _make_durable(folder: Path) -> None:
    """Bring the folder's entries to disk: mails signed with a secret that a power cut took back could not be left."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(file: Path, secret: bytes) -> bytes:
    if len(secret) != _SECRET_OCTETS:
        raise FolderError(
            f"{file} holds {len(secret)} octets instead of {_SECRET_OCTETS}.",
            next_step="Restore it from a backup: without it, links in mails already sent stop working.",
        )
    return secret


def _unusable(path: Path, error: OSError) -> FolderError:
    return FolderError(
        f"{path} cannot be used: {error.strerror}",
        next_step=step_for(error) or "give it to this account, or name another `folder` in [data]",
    )
