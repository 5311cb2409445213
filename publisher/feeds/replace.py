"""Replacing a file so that no reader ever sees half of it, and a crash leaves the old one or the new one."""

import os
from pathlib import Path

STRAY = ".*.tmp"
"""What a crash can leave behind: never served, removed by the next run."""


def replace_file(path: Path, data: bytes, *, mtime: int | None = None, sync_name: bool = True) -> None:
    """Put `data` at `path` durably: written beside it, synced, renamed over it, the folder synced.

    `mtime` is in whole seconds since 1970 and is there before the name is. Only one writer at a time may replace
    a given path. Without `sync_name` a power cut may leave the old file, until the caller has synced the folder.
    """
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        if mtime is not None:
            os.utime(file.fileno(), (mtime, mtime))
        os.fsync(file.fileno())
    beside.replace(path)
    if sync_name:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
