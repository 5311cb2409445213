"""Close archives: what left a feed gathers in `recent` until there is enough for another archive (RFC 5005).

It costs what changed: only feeds that are about to be written are looked at, and of each no more entries than a feed
and its `recent` ever hold.
"""

from collections.abc import Iterable

from publisher.feeds.places import FeedPlan, SliceKind
from publisher.feeds.slices import entry_limit
from publisher.jobs.newsroom import Newsroom
from publisher.model.archive import RESERVE, SIZE, archive_path, count_closable, recent_path
from publisher.store.database import Transaction
from publisher.store.feed_members import archive_oldest, count_open
from publisher.store.feed_slices import KnownSlice, begin_slice, count_of, count_up, load_slice

_AT_ONCE = 20
"""Archives closed in one transaction: mail must not wait for the first publication of a long past."""


def close_archives(room: Newsroom, plan: FeedPlan, feeds: Iterable[KnownSlice]) -> bool:
    """Close what can be closed of these feeds; whether anything was. Repeating it changes nothing."""
    kept = [found.path for found in feeds if plan.keeps_past(SliceKind(found.kind))]
    closed = False
    for path in kept:
        while _close_some(room, path, shown=entry_limit(plan, path)):
            closed = True
    return closed


def _close_some(room: Newsroom, path: str, *, shown: int) -> bool:
    with room.database.read() as tx:
        if not _is_wanting(tx, path, shown):
            return False
    with room.database.write() as tx:
        most = shown + RESERVE + _AT_ONCE * SIZE
        entries = count_open(tx, path, at_most=most)
        last = count_of(tx, kind=SliceKind.ARCHIVE, name=path)
        changed = {path, recent_path(path), archive_path(path, last)}
        _begin(tx, recent_path(path), SliceKind.RECENT, of=path)
        for number in range(last + 1, last + 1 + count_closable(entries, shown=shown)):
            archive_oldest(tx, path, number, size=SIZE)
            _begin(tx, archive_path(path, number), SliceKind.ARCHIVE, of=path)
        count_up(tx, changed)
    return True


def _begin(tx: Transaction, path: str, kind: SliceKind, *, of: str) -> None:
    if begin_slice(tx, path=path, kind=kind, name=of):
        return
    there = load_slice(tx, path)
    if there is None or (there.kind, there.name) != (kind, of):
        raise ValueError(f"{path!r} is a feed of its own, so the past of {of!r} cannot stand there")


def _is_wanting(tx: Transaction, path: str, shown: int) -> bool:
    """Whether an archive can be closed, or the feed lacks the document that what left it stands in."""
    entries = count_open(tx, path, at_most=shown + RESERVE + SIZE)
    has_recent = count_of(tx, kind=SliceKind.RECENT, name=path) > 0
    return count_closable(entries, shown=shown) > 0 or (entries > shown and not has_recent)
