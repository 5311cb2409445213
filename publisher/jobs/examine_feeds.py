"""What `nashra doctor` sees of the published feeds: whether each passed the check when it was written last, is there
and is not too large for readers; whether any waits to be published, or ended without a word to its readers.

Promise: as in `examine`. Only what the feeds folder remembers of itself, and rows, are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from publisher.feeds.manifest import MANIFEST, FileRecord, load_manifest
from publisher.feeds.places import FeedPlan
from publisher.feeds.validate.document import SIZE_LIMIT
from publisher.jobs.end_feeds import NAMED, load_missing, tell_settings
from publisher.jobs.examine import Finding, Health
from publisher.model.disk_trouble import DiskError
from publisher.model.reason import Reason
from publisher.store.database import Transaction, open_database
from publisher.store.ended_feeds import EndedFeed
from publisher.store.feed_slices import load_slices
from publisher.store.opening import StoreError, load_standing, told_faults
from publisher.text.words import Words

_NAMED = 3


def examine_feeds(folder: Path, words: Words, *, known: int = 0) -> Finding:
    """Whether any feed keeps its last good file because its newest document was refused, and why; whether every file is
    there as it was left; whether one is too large. `known` of them the database has (`count_known`).
    """
    try:
        files = load_manifest(folder).files
    except ValueError as error:
        step = "remove that file and run nashra feeds publish: it finds the rest by itself"
        return Finding(subject="feeds", health=Health.BAD, seen=str(error), next_step=step)
    if known and not files:
        return _tell_none(known)
    refused = {
        path: _tell_refusal(record, record.refused, words)
        for path, record in sorted(files.items())
        if record.refused
    }
    lost = sorted(
        path for path, record in files.items() if not record.refused and not record.is_of(folder / path)
    )
    large = {path: record.size for path, record in sorted(files.items()) if record.size > SIZE_LIMIT}
    if not refused and lost:
        return _tell_lost(lost)
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


def count_known(file: Path) -> int:
    """How many feeds were begun, by rows; 0 where the database says nothing, or nothing that can be read."""
    try:
        with _rows(file) as tx:
            return len(load_slices(tx)) if tx else 0
    except (StoreError, DiskError):  # told by `examine_database`
        return 0


def _tell_refusal(record: FileRecord, why: Reason, words: Words) -> str:
    since = f"since {record.since:%Y-%m-%d %H:%M}Z: " if record.since else "for some time: "
    return since + words.say_reason(why)


def examine_ended(file: Path, plan: FeedPlan, now: datetime) -> tuple[Finding, ...]:
    """The feeds that were published and of which the settings say nothing any more, the first few each with what to
    write; nothing where the database is not this version's.
    """
    with _rows(file) as tx:
        missing = load_missing(tx, plan, now=now) if tx else ()
    told = tuple(map(_tell_ended, missing[:NAMED]))
    return (*told, _tell_more_ended(len(missing) - NAMED)) if len(missing) > NAMED else told


def examine_waiting(file: Path, folder: Path) -> tuple[Finding, ...]:
    """How many feeds changed since the folder's last complete publication, and when that was; nothing where there is
    none, or where the database is not this version's.
    """
    memory = folder / MANIFEST
    with _rows(file) as tx:
        if tx is None or not memory.exists():
            return ()
        try:
            versions = load_manifest(folder).versions
        except ValueError:  # told by `examine_feeds`
            return ()
        waiting = [found.path for found in load_slices(tx) if versions.get(found.path) != found.version]
    return (_tell_waiting(waiting, since=memory.stat().st_mtime),) if waiting else ()


@contextmanager
def _rows(file: Path) -> Iterator[Transaction | None]:
    """What stands in the database; None where it is not there or of another version."""
    standing = load_standing(file) if file.exists() else None
    if standing is None or standing.damage or standing.revision != standing.wanted:
        yield None
        return
    with told_faults(file), closing(open_database(file)) as database, database.read() as tx:
        yield tx


def _tell_ended(ended: EndedFeed) -> Finding:
    return Finding(
        subject=f"feed {ended.path}",
        health=Health.UNWISE,
        seen=f"left the settings: its readers get 404 since {ended.at:%Y-%m-%d %H:%M}Z",
        next_step=f"write {tell_settings(ended.path)}",
    )


def _tell_more_ended(count: int) -> Finding:
    return Finding(
        subject="feeds ended",
        health=Health.UNWISE,
        seen=f"{count} more left the settings, and their readers get 404",
        next_step="nashra feeds list names each with what to write",
    )


def _tell_waiting(paths: Sequence[str], since: float) -> Finding:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Finding(
        subject="feeds behind",
        health=Health.UNWISE,
        seen=f"{paths[0]}{more} changed and the files do not show it; the last complete publication was at "
        f"{datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M}Z",
        next_step="nashra serve publishes within seconds; if this stays, nashra feeds publish says why",
    )


def _tell_none(known: int) -> Finding:
    return Finding(
        subject="feeds",
        health=Health.BAD,
        seen=f"{known} were published, and none of their files is there: readers get 404",
        next_step="run nashra feeds publish: it writes them again, or says what keeps it from doing so",
    )


def _tell_lost(paths: Sequence[str]) -> Finding:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Finding(
        subject="feeds",
        health=Health.BAD,
        seen=f"{paths[0]}{more} missing, or not as Nashra left it",
        next_step="run nashra feeds publish: it writes them again, or says what keeps it from doing so",
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
