"""Feed files: what a web server or CDN hands out.

Promises:
- A reader never sees a torn file: each is replaced whole by rename.
- Equal bytes keep file, date and so every validator; a change moves the date strictly forward, in whole seconds,
  because Last-Modified has no finer grain and some readers compare nothing else.
- A file and its twins have equal dates exactly when they hold the same bytes. The file goes first; a crash before its
  gzip twin leaves unequal dates, and the next run mends it. An old brotli twin goes before the new file comes, and the
  new one is made later (`complete_twins.py`): until then servers send gzip.
- A document that does not read back is not published: the last good file stays.
- Only files of our own manifest are ever removed.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from publisher.feeds.documents import Document, check_document
from publisher.feeds.manifest import Manifest, load_manifest, save_manifest
from publisher.feeds.replace import STRAY, replace_file, sync_folder
from publisher.feeds.twins import BROTLI, CODINGS, GZIP, is_paired, twin
from publisher.model.feed import FeedListing
from publisher.model.reason import Reason


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
    """One published file. `path` is below the feeds folder; `entries` counts those in the new document."""

    path: str
    url: str
    format: str
    entries: int
    state: FileState
    reason: Reason | None = None


def write_feeds(
    folder: Path, documents: Sequence[Document], listings: Sequence[FeedListing], *, now: datetime
) -> tuple[FeedFile, ...]:
    """Bring the folder up to these documents and remove our files of feeds that are no more.

    Safe to repeat and to interrupt anywhere. Several writers wait for each other. `now` dates what changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        _remove_strays(folder)
        before = load_manifest(folder)
        ours = frozenset(document.path for document in documents)
        # First what may be ours, then the files: a crash between can leave no file that nobody owns.
        save_manifest(folder, Manifest(files=before.files | ours, listings=before.listings))
        files = tuple(_publish(folder, document, now=now) for document in documents)
        for path in sorted(before.files - ours):
            _remove(folder, path)
        save_manifest(folder, Manifest(files=ours, listings=tuple(listings)))
    return files


def _publish(folder: Path, document: Document, *, now: datetime) -> FeedFile:
    path = folder / document.path
    refused = check_document(document)
    state = FileState.KEPT if refused else _bring_up(path, document.data, now=int(now.timestamp()))
    return FeedFile(
        path=document.path,
        url=document.url,
        format=document.format.name,
        entries=len(document.ids),
        state=state,
        reason=refused,
    )


def _bring_up(path: Path, data: bytes, *, now: int) -> FileState:
    """Write what differs: nothing, the twin alone (after a crash), or both."""
    last = int(path.stat().st_mtime) if path.exists() else None
    if last is not None and path.read_bytes() == data:
        if not is_paired(path, GZIP):
            replace_file(twin(path), GZIP.compress(data), mtime=last)
        return FileState.UNCHANGED
    mtime = now if last is None else max(now, last + 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    twin(path, BROTLI).unlink(missing_ok=True)
    replace_file(path, data, mtime=mtime)
    replace_file(twin(path), GZIP.compress(data), mtime=mtime)
    return FileState.WRITTEN


def _remove(folder: Path, path: str) -> None:
    """Remove one of our files and its twins; what is gone already is fine."""
    target = folder / path
    if folder.resolve() not in target.resolve().parents:
        raise ValueError(f"{path!r} in the manifest of {folder} is outside the folder")
    for file in (*(twin(target, coding) for coding in CODINGS), target):
        file.unlink(missing_ok=True)
    if target.parent.is_dir():
        sync_folder(target.parent)


def _remove_strays(folder: Path) -> None:
    for stray in folder.rglob(STRAY):
        stray.unlink()


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder against other threads and processes; the lock ends with its holder, whatever happens."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
