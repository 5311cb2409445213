"""Feed files in memory, each answer to a reader made ready once, read again when the file is another one.

A file that cannot be read just now (no descriptor left, a disk that fails) is served as it was last read.

A file and its compressed forms never differ: a twin on disk is taken only if it is the very bytes that were read,
compressed; without a gzip twin one is made here. What was asked for least recently goes where memory is full.
"""

import errno
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.feeds.twins import BROTLI, CODINGS, GZIP, twin
from publisher.web.feed_delta import History
from publisher.web.representation import Representation, Terms, build_representations

log = logging.getLogger(__name__)

Stamp = tuple[tuple[int, int, int] | None, ...]
"""Inode, time of change in nanoseconds and size of a file and of its twins: another file has another stamp."""

FRESH_SECONDS = 1.0
"""How long a file is served without looking whether it is another: a look costs as much as an answer."""
CAPACITY_BYTES = 256 * 2**20
TELL_AGAIN_SECONDS = 3600.0
"""A trouble of the disk is logged once, and once an hour while it lasts: every poll meets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """A feed file as it was when it had this stamp. `offered` are the codings there are, best first; in
    `representations` the plain form is None's. `history` is shared by all states of the file that were in memory.
    """

    stamp: Stamp
    offered: tuple[str, ...]
    representations: Mapping[str | None, Representation]
    history: History

    @property
    def size_bytes(self) -> int:
        """What it takes of memory, nearly."""
        return sum(len(found.full.body) for found in self.representations.values())


@dataclass(slots=True)
class _Kept:
    feed: ServedFeed
    looked_at: float


class FeedMemory:
    """What was read of one folder. One event loop uses it."""

    def __init__(
        self,
        folder: Path,
        *,
        terms: Terms | None = None,
        fresh_seconds: float = FRESH_SECONDS,
        capacity_bytes: int = CAPACITY_BYTES,
    ) -> None:
        self._folder = folder
        self._terms = terms or Terms()
        self._fresh_seconds = fresh_seconds
        self._capacity = capacity_bytes
        self._size = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._told_at: dict[int | None, float] = {}

    def load(self, name: str) -> ServedFeed | None:
        """The feed file of this name below the folder, as it is now or was within `fresh_seconds`; None where there
        is none. Raises OSError where it cannot be read and is not in memory.

        `name` has passed the check of its shape: it cannot lead out of the folder.
        """
        kept = self._kept.get(name)
        now = time.monotonic()
        if kept is not None and now - kept.looked_at < self._fresh_seconds:
            return kept.feed
        path = self._folder / name
        try:
            stamp = _stamp(path)
            if kept is not None and kept.feed.stamp == stamp:
                kept.looked_at = now
                self._kept.move_to_end(name)
                return kept.feed
            history = kept.feed.history if kept is not None else History()
            feed = _read(path, name, terms=self._terms, history=history)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._forget(name)
            return None
        except OSError as error:
            self._tell(name, error, now)
            if kept is None:
                raise
            kept.looked_at = now
            return kept.feed
        self._keep(name, _Kept(feed, now))
        return feed

    def _tell(self, name: str, error: OSError, now: float) -> None:
        told_at = self._told_at.get(error.errno)
        if told_at is None or now - told_at >= TELL_AGAIN_SECONDS:
            self._told_at[error.errno] = now
            code = errno.errorcode.get(error.errno or 0, "")
            log.error("feed cannot be read", extra={"path": name, "error": code or str(error)})

    def _keep(self, name: str, kept: _Kept) -> None:
        self._forget(name)
        self._kept[name] = kept
        self._size += kept.feed.size_bytes
        while self._size > self._capacity and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    def _forget(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            self._size -= kept.feed.size_bytes


def _read(path: Path, name: str, *, terms: Terms, history: History) -> ServedFeed:
    """Bytes and date of one and the same file, though another may take its name meanwhile: then the stamp, taken
    before, is not that of the new one, and the next look reads again.
    """
    stamp = _stamp(path)
    with path.open("rb") as file:
        modified = int(os.fstat(file.fileno()).st_mtime)
        data = file.read()
    forms: dict[str | None, bytes] = {None: data}
    for coding in CODINGS:
        compressed = _read_twin(path, data, coding is BROTLI)
        if compressed is not None:
            forms[coding.name] = compressed
    representations = build_representations(name, forms, modified=modified, terms=terms)
    offered = tuple(coding.name for coding in CODINGS if coding.name in forms)
    history.turn_to(representations[None].etag, data)
    return ServedFeed(stamp=stamp, offered=offered, representations=representations, history=history)


def _read_twin(path: Path, data: bytes, is_brotli: bool) -> bytes | None:
    """The twin, if it holds these bytes; else gzip made now, but no brotli: that takes half a second."""
    coding = BROTLI if is_brotli else GZIP
    try:
        compressed = twin(path, coding).read_bytes()
        if coding.decompress(compressed) == data:
            return compressed
    except (OSError, ValueError):
        pass
    return None if is_brotli else GZIP.compress(data)


def _stamp(path: Path) -> Stamp:
    return (_stamp_of(path.stat()), *(_stamp_of_twin(twin(path, coding)) for coding in CODINGS))


def _stamp_of_twin(path: Path) -> tuple[int, int, int] | None:
    try:
        return _stamp_of(path.stat())
    except OSError:  # a twin that cannot be had is none: the file itself is what counts
        return None


def _stamp_of(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_size
