"""A file beside the feeds, such as their list, with the promises of `files.py`: replaced whole, equal bytes keep their
date, a change moves it forward, twins have the date of the file they hold.

It changes so seldom that both twins are made at once.
"""

from datetime import datetime
from pathlib import Path

from publisher.feeds.files import only_writer
from publisher.feeds.replace import replace_file
from publisher.feeds.twins import CODINGS, is_paired, twin


def put_side_file(folder: Path, name: str, data: bytes, *, now: datetime) -> bool:
    """Bring the file up to these bytes; whether it changed. Safe to repeat and to interrupt anywhere."""
    path = folder / name
    with only_writer(folder):
        last = int(path.stat().st_mtime) if path.exists() else None
        is_changed = last is None or path.read_bytes() != data
        if is_changed:
            for coding in CODINGS:
                twin(path, coding).unlink(missing_ok=True)
            seconds = int(now.timestamp())
            last = seconds if last is None else max(seconds, last + 1)
            replace_file(path, data, mtime=last)
        for coding in CODINGS:
            if not is_paired(path, coding):
                replace_file(twin(path, coding), coding.compress(data), mtime=last)
    return is_changed
