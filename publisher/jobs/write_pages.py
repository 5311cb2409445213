"""The documents of a feed's past: what has just left it, and its archives (RFC 5005 section 4).

Each has the feed's own id and title, says that it is an archive, and names the feed and its neighbours. It names no
hub: nobody is told of the past.
"""

from dataclasses import replace

from publisher.feeds.places import FeedPlan, SliceKind
from publisher.feeds.slices import Slice, build_feed, entry_limit, is_full
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.write_documents import Written, collect_entries, stitch
from publisher.model.archive import archive_number, find_neighbours
from publisher.model.feed import Feed
from publisher.store.database import Transaction
from publisher.store.feed_members import load_archived, load_recent
from publisher.store.feed_slices import count_of, load_slice


def write_page(tx: Transaction, room: Newsroom, plan: FeedPlan, piece: Slice) -> Written:
    """Write one document of the past as it stands in the snapshot `tx`; `piece.name` is the path of its feed."""
    path, number = piece.name, archive_number(piece.path)
    known = load_slice(tx, path)
    if known is None:  # it ends with its feed; nothing of it stays
        return Written(documents=(), listing=None)
    if number is None:
        standing = load_recent(tx, path, skip=entry_limit(plan, path))
    else:
        standing = load_archived(tx, path, number)
    fragments, failed = collect_entries(tx, room, plan, standing, full=is_full(plan, path))
    beside = find_neighbours(path, number, archives=count_of(tx, kind=SliceKind.ARCHIVE, name=path))

    def build() -> Feed:
        feed = build_feed(
            plan,
            Slice(kind=SliceKind(known.kind), path=path, name=known.name, id=known.id),
            room.words,
            languages=[fragment.language for fragment in fragments],
            updated_at=max((fragment.updated_at for fragment in fragments), default=None),
        )
        return replace(
            feed,
            path=piece.path,
            hubs=(),
            is_archive=True,
            current=path,
            previous=beside.previous,
            next=beside.next,
        )

    return stitch(build, fragments, failed, is_listed=False)
