"""Feed files in memory, read again when the file is another one.

A file and its compressed form never differ: the twin on disk is for other servers, here gzip is made from the very
bytes that were read. The folder's own files bound the memory.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from publisher.feeds.formats import BY_ENDING
from publisher.feeds.twins import GZIP

Stamp = tuple[int, int, int]
"""Inode, time of change in nanoseconds, size: another file has another stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """A feed in one content coding (RFC 9110 section 8.4). `encoding` is None for the plain form.

    `etag` is strong: the hash of the bytes, named apart for each coding (section 8.8.3.3).
    """

    data: bytes
    etag: str
    modified_at: datetime
    last_modified: str
    content_type: str
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """A feed file as it was when it had this stamp."""

    stamp: Stamp
    identity: Representation
    gzip: Representation


class FeedMemory:
    """What was read of one folder. One event loop uses it; a request costs a `stat`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._feeds: dict[str, ServedFeed] = {}

    def load(self, name: str) -> ServedFeed | None:
        """The feed file of this name below the folder, as it is now; None where there is none.

        `name` has passed the check of its shape: it cannot lead out of the folder.
        """
        path = self._folder / name
        known = self._feeds.get(name)
        try:
            if known and known.stamp == _stamp(path.stat()):
                return known
            self._feeds[name] = _read(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._feeds.pop(name, None)
            return None
        return self._feeds[name]


def _read(path: Path) -> ServedFeed:
    """Bytes and stamp of one and the same file, though another may take its name meanwhile."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        data = file.read()
    modified_at = datetime.fromtimestamp(int(status.st_mtime), UTC)
    digest = hashlib.sha256(data).hexdigest()[:32]
    last_modified = format_datetime(modified_at, usegmt=True)
    content_type = f"{BY_ENDING[path.suffix].media_type}; charset=utf-8"
    identity = Representation(
        data=data,
        etag=f'"{digest}"',
        modified_at=modified_at,
        last_modified=last_modified,
        content_type=content_type,
    )
    gzip = Representation(
        data=GZIP.compress(data),
        etag=f'"{digest}-gzip"',
        modified_at=modified_at,
        last_modified=last_modified,
        content_type=content_type,
        encoding="gzip",
    )
    return ServedFeed(stamp=_stamp(status), identity=identity, gzip=gzip)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_mtime_ns, status.st_size
