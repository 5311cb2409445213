"""Feed files: what a web server or CDN hands out.

Promises:
- A reader never sees a torn file: each is replaced whole by rename.
- Equal bytes keep file, date and so every validator; a change moves the date strictly forward, in whole seconds,
  because Last-Modified has no finer grain and some readers compare nothing else.
- A file and its twins have equal dates exactly when they hold the same bytes. Old twins go before the new file comes,
  and new ones are made after all files are in place: until then servers send the file itself. A crash leaves a file
  without a twin, and the next run mends it.
- A document that does not pass the gate is not published: the last good file stays (`gate.py`).
- Only files of our own manifest are ever removed.

It costs what changed: a file is known by its digest, its size and its date, and is not read again.
"""

import fcntl
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from publisher.feeds.documents import Document
from publisher.feeds.gate import check_document
from publisher.feeds.manifest import FileRecord, Manifest, load_manifest, save_manifest
from publisher.feeds.replace import STRAY, replace_file, sync_folder
from publisher.feeds.twins import CODINGS, GZIP, is_paired, twin
from publisher.feeds.validate.document import SIZE_LIMIT
from publisher.model.disk_trouble import told_disk_trouble
from publisher.model.feed import FeedListing
from publisher.model.reason import Reason

_SMALL_AGAIN = SIZE_LIMIT * 9 // 10
"""Bytes below which a feed that was too large is forgotten to have been: one at the limit is not told of every day."""
_HANDS = 4
"""Files written at once: the disk syncs several for little more than the time of one."""


class FileState(StrEnum):
    """What became of a feed's file."""

    WRITTEN = "written"
    """New, or replaced by different bytes."""
    UNCHANGED = "unchanged"
    """The same bytes as before: file, date and validators stay."""
    KEPT = "kept"
    """The new document did not pass the check; the last good file, if any, stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """One published file. `path` is below the feeds folder; `entries` counts those in the new document; `size_bytes` is
    that of the file, -1 where there is none. `outgrew`: it became larger now than some readers take.
    """

    path: str
    url: str
    format: str
    entries: int
    state: FileState
    size_bytes: int
    reason: Reason | None = None
    outgrew: bool = False


class FeedFolder:
    """The feeds folder while nobody else may write it. Use it inside `open_feed_folder`.

    In this order: `claim` the paths that may be new, `put` every document or `keep` what there is, `complete_gzip`,
    `drop` what is no more, `settle`. Safe to repeat, and to interrupt anywhere.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._records = dict(manifest.files)
        self._lacking: list[Path] = []

    def claim(self, paths: Collection[str]) -> None:
        """Say that these files are ours before they are there: a crash can leave no file that nobody owns."""
        new = {path: FileRecord() for path in paths if path not in self._records}
        if new:
            self._records |= new
            self.manifest = replace(self.manifest, files=dict(self._records))
            save_manifest(self.folder, self.manifest)

    def put(self, documents: Iterable[Document], *, now: datetime) -> tuple[FeedFile, ...]:
        """Bring these files up to their documents. `now` dates what changed."""
        with ThreadPoolExecutor(_HANDS) as hands:
            done = list(hands.map(lambda document: self._put(document, int(now.timestamp())), documents))
        for parent in {
            (self.folder / file.path).parent for file, _ in done if file.state is FileState.WRITTEN
        }:
            sync_folder(parent)
        self._records |= {file.path: record for file, record in done}
        return tuple(file for file, _ in done)

    def keep(self, paths: Iterable[str], why: Reason, *, now: datetime) -> None:
        """Leave these files as they are, since their new documents could not be written."""
        for path in paths:
            before = self._records.get(path, FileRecord())
            self._records[path] = _refuse(before, why, now.replace(microsecond=0), before.entries)

    def complete_gzip(self) -> None:
        """Make the gzip twins that the files put are lacking."""
        with ThreadPoolExecutor(_HANDS) as hands:
            list(hands.map(_make_gzip, self._lacking))
        self._lacking.clear()

    def drop(self, paths: Iterable[str]) -> None:
        """Remove files of ours; others, and what is gone already, are passed over."""
        for path in sorted(set(paths) & self._records.keys()):
            _remove(self.folder, path)
            del self._records[path]

    def settle(self, *, listings: Iterable[FeedListing], versions: Mapping[str, int]) -> None:
        """Remember what was done."""
        self.manifest = Manifest(files=dict(self._records), listings=tuple(listings), versions=dict(versions))
        save_manifest(self.folder, self.manifest)

    def is_whole(self, path: str) -> bool:
        """Whether the file is of its newest document, there as it was left, with its gzip twin."""
        record = self._records.get(path)
        return (
            record is not None
            and not record.refused
            and record.is_of(self.folder / path)
            and is_paired(self.folder / path, GZIP)
        )

    def remove_strays(self) -> None:
        """Remove what a crash left beside the files; it was never served."""
        for stray in self.folder.rglob(STRAY):
            stray.unlink()

    def _put(self, document: Document, now: int) -> tuple[FeedFile, FileRecord]:
        path = self.folder / document.path
        before = self._records.get(document.path, FileRecord())
        refused = check_document(document)
        if refused:
            record = _refuse(before, refused, datetime.fromtimestamp(now, UTC), len(document.ids))
            state = FileState.KEPT
        else:
            state, record = _bring_up(path, document, before, now)
            if state is FileState.WRITTEN or not is_paired(path, GZIP):
                self._lacking.append(path)
        file = FeedFile(
            path=document.path,
            url=document.url,
            format=document.format.name,
            entries=len(document.ids),
            state=state,
            size_bytes=record.size,
            reason=refused,
            outgrew=record.large and not before.large,
        )
        return file, record


@contextmanager
def open_feed_folder(folder: Path) -> Iterator[FeedFolder]:
    """Hold the folder. Several writers wait for each other. Raises DiskError."""
    with only_writer(folder):
        yield FeedFolder(folder, load_manifest(folder))


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder, made where it is not there, against other threads and processes; the lock ends with its holder,
    whatever happens. Raises DiskError, also for what the disk says while it is held.
    """
    with told_disk_trouble(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _refuse(before: FileRecord, why: Reason, now: datetime, entries: int) -> FileRecord:
    """The file stays; `since` is when the first document in a row was refused."""
    return replace(before, entries=entries, refused=why, since=before.since if before.refused else now)


def _bring_up(path: Path, document: Document, before: FileRecord, now: int) -> tuple[FileState, FileRecord]:
    """Write the file unless it holds the same bytes. It is read only where nothing is known of it."""
    digest = hashlib.sha256(document.data).hexdigest()
    is_known = before.is_of(path)
    if is_known and before.sha256 == digest:
        return FileState.UNCHANGED, replace(before, entries=len(document.ids), refused=None, since=None)
    last = path.stat().st_mtime_ns // 10**9 if path.exists() else None
    if last is not None and not is_known and path.read_bytes() == document.data:
        return FileState.UNCHANGED, _record(path, digest, document, before)
    path.parent.mkdir(parents=True, exist_ok=True)
    for coding in CODINGS:
        twin(path, coding).unlink(missing_ok=True)
    replace_file(path, document.data, mtime=now if last is None else max(now, last + 1), sync_name=False)
    return FileState.WRITTEN, _record(path, digest, document, before)


def _record(path: Path, digest: str, document: Document, before: FileRecord) -> FileRecord:
    status = path.stat()
    large = status.st_size > (_SMALL_AGAIN if before.large else SIZE_LIMIT)
    return FileRecord(digest, status.st_size, status.st_mtime_ns, len(document.ids), large=large)


def _make_gzip(path: Path) -> None:
    data, mtime = path.read_bytes(), path.stat().st_mtime_ns // 10**9
    replace_file(twin(path), GZIP.compress(data), mtime=mtime)


def _remove(folder: Path, path: str) -> None:
    """Remove one of our files and its twins; what is gone already is fine."""
    target = folder / path
    if folder.resolve() not in target.resolve().parents:
        raise ValueError(f"{path!r} in the manifest of {folder} is outside the folder")
    for file in (*(twin(target, coding) for coding in CODINGS), target):
        file.unlink(missing_ok=True)
    if target.parent.is_dir():
        sync_folder(target.parent)
