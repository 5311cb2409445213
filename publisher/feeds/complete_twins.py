"""Making the brotli twins that publication left out, a little at a time.

Promise: a twin is put in place only while its file is still the one that was compressed, and with that file's date. It
is safe beside a publication, and to interrupt anywhere.
"""

import time
from collections.abc import Callable
from pathlib import Path

from publisher.feeds.files import only_writer
from publisher.feeds.manifest import load_manifest
from publisher.feeds.replace import replace_file
from publisher.feeds.twins import BROTLI, is_paired, twin


def complete_twins(
    folder: Path, *, at_most_seconds: float | None = None, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Make missing brotli twins, those of the files longest unchanged first; returns how many were made.

    No file is begun after `at_most_seconds` (None: however long it takes), nor once it `is_stopping`.
    """
    lacking = [folder / path for path in load_manifest(folder).files if not is_paired(folder / path, BROTLI)]
    dated = sorted((path.stat().st_mtime_ns, path) for path in lacking if path.exists())
    begun, made = time.monotonic(), 0
    for date, path in dated:
        is_late = at_most_seconds is not None and time.monotonic() - begun >= at_most_seconds
        if is_late or is_stopping():
            break
        made += _make(folder, path, date)
    return made


def _make(folder: Path, path: Path, date: int) -> bool:
    """Compress outside the lock: a publication does not wait for it."""
    try:
        compressed = BROTLI.compress(path.read_bytes())
    except FileNotFoundError:
        return False
    with only_writer(folder):
        if not path.exists() or path.stat().st_mtime_ns != date:
            return False
        replace_file(twin(path, BROTLI), compressed, mtime=date // 10**9)
    return True
