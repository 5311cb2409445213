"""What `nashra doctor` sees of the published feeds: whether each passed the check when it was written last,
and is not too large for readers.

Promise: as in `examine`. Only what the feeds folder remembers of itself is read.
"""

from collections.abc import Mapping
from pathlib import Path

from publisher.feeds.manifest import load_manifest
from publisher.feeds.validate.document import SIZE_LIMIT
from publisher.jobs.examine import Finding, Health
from publisher.text.words import Words

_NAMED = 3


def examine_feeds(folder: Path, words: Words) -> Finding:
    """Whether any feed keeps its last good file because its newest document was refused, and why."""
    try:
        files = load_manifest(folder).files
    except ValueError as error:
        step = "remove that file and run nashra feeds publish: it finds the rest by itself"
        return Finding(subject="feeds", health=Health.BAD, seen=str(error), next_step=step)
    refused = {path: record.refused for path, record in sorted(files.items()) if record.refused}
    large = {path: record.size for path, record in sorted(files.items()) if record.size > SIZE_LIMIT}
    if not refused and large:
        return _tell_large(large)
    if not refused:
        seen = f"{len(files)} files, every one passed the check" if files else "none yet"
        return Finding(subject="feeds", health=Health.GOOD, seen=seen)
    told = [f"{path}: {words.say_reason(why)}" for path, why in list(refused.items())[:_NAMED]]
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return Finding(
        subject="feeds",
        health=Health.BAD,
        seen="; ".join(told) + more,
        next_step="look for what changed last in the sources or settings, then nashra feeds publish",
    )


def _tell_large(sizes: Mapping[str, int]) -> Finding:
    told = [f"{path} has {size // 1024} KB" for path, size in list(sizes.items())[:_NAMED]]
    more = f"; and {len(sizes) - _NAMED} more" if len(sizes) > _NAMED else ""
    return Finding(
        subject="feeds",
        health=Health.UNWISE,
        seen="; ".join(told) + more,
        next_step=f"some readers cut at {SIZE_LIMIT // 1024} KB: hold fewer entries, or summaries",
    )
