"""What `nashra doctor` sees of the published feeds: whether each passed the check when it was written last,
and is not too large for readers; and whether any ended without a word to its readers.

Promise: as in `examine`. Only what the feeds folder remembers of itself, and rows, are read.
"""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from publisher.feeds.manifest import FileRecord, load_manifest
from publisher.feeds.places import FeedPlan
from publisher.feeds.validate.document import SIZE_LIMIT
from publisher.jobs.end_feeds import load_missing, tell_settings
from publisher.jobs.examine import Finding, Health
from publisher.model.reason import Reason
from publisher.store.database import open_database
from publisher.store.ended_feeds import EndedFeed
from publisher.store.opening import load_standing, told_faults
from publisher.text.words import Words

_NAMED = 3


def examine_feeds(folder: Path, words: Words) -> Finding:
    """Whether any feed keeps its last good file because its newest document was refused, and why."""
    try:
        files = load_manifest(folder).files
    except ValueError as error:
        step = "remove that file and run nashra feeds publish: it finds the rest by itself"
        return Finding(subject="feeds", health=Health.BAD, seen=str(error), next_step=step)
    refused = {
        path: _tell_refusal(record, record.refused, words)
        for path, record in sorted(files.items())
        if record.refused
    }
    large = {path: record.size for path, record in sorted(files.items()) if record.size > SIZE_LIMIT}
    if not refused and large:
        return _tell_large(large)
    if not refused:
        seen = f"{len(files)} files, every one passed the check" if files else "none yet"
        return Finding(subject="feeds", health=Health.GOOD, seen=seen)
    told = [f"{path} {why}" for path, why in list(refused.items())[:_NAMED]]
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return Finding(
        subject="feeds",
        health=Health.BAD,
        seen="; ".join(told) + more,
        next_step="look for what changed last in the sources or settings, then nashra feeds publish",
    )


def _tell_refusal(record: FileRecord, why: Reason, words: Words) -> str:
    since = f"since {record.since:%Y-%m-%d %H:%M}Z: " if record.since else "for some time: "
    return since + words.say_reason(why)


def examine_ended(file: Path, plan: FeedPlan, now: datetime) -> tuple[Finding, ...]:
    """Each feed that was published and of which the settings say nothing any more; nothing where the database is not
    this version's.
    """
    if not file.exists():
        return ()
    standing = load_standing(file)
    if standing.damage or standing.revision != standing.wanted:
        return ()
    with told_faults(file), closing(open_database(file)) as database, database.read() as tx:
        missing = load_missing(tx, plan, now=now)
    return tuple(_tell_ended(ended) for ended in missing)


def _tell_ended(ended: EndedFeed) -> Finding:
    return Finding(
        subject=f"feed {ended.path}",
        health=Health.UNWISE,
        seen=f"left the settings: its readers get 404 since {ended.at:%Y-%m-%d %H:%M}Z",
        next_step=f"write {tell_settings(ended.path)}",
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
