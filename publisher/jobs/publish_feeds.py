"""Bring the feed files up to the stored articles, feed by feed: those that the folder is behind with, and no others.

Promise: what the database says is in the files when this ends, and if it does not end, the next run ends it: the folder
remembers the version of each feed only when all its files are in place. The folder is held from the reading of the rows
to the last file, so that an older state never replaces a newer one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from publisher.feeds.addresses import FOLDER
from publisher.feeds.files import FeedFile, FeedFolder, FileState, open_feed_folder
from publisher.feeds.formats import FORMATS
from publisher.feeds.manifest import load_manifest
from publisher.feeds.places import FeedPlan, SliceKind
from publisher.feeds.slices import Slice
from publisher.jobs.close_archives import close_archives
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.place_articles import place_articles, rules_fingerprint
from publisher.jobs.write_documents import Written, write_documents
from publisher.jobs.write_pages import write_page
from publisher.model.archive import recent_path
from publisher.model.feed import FailedEntry, FeedListing
from publisher.model.site import Site
from publisher.store.feed_changes import has_due_change
from publisher.store.feed_members import load_paths
from publisher.store.feed_slices import KnownSlice, count_up, load_fingerprint, load_slices
from publisher.store.unwritten import hold_out, load_held_out

_KINDS = tuple(SliceKind)
_AT_ONCE = 20
"""Feeds whose documents are in memory at once."""


class Extent(Enum):
    """How far a publication looks."""

    BEHIND = auto()
    """At the feeds that changed since the folder's last publication."""
    DAMAGED = auto()
    """Also at those whose files are not as they were left: after a start."""
    ALL = auto()
    """At every feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFeeds:
    """Every file there is, those that were not looked at as unchanged; every feed, the whole site's first; and the
    articles that are held out of all of them.
    """

    files: tuple[FeedFile, ...]
    listings: tuple[FeedListing, ...]
    failed: tuple[FailedEntry, ...]


def publish_feeds(room: Newsroom, *, extent: Extent = Extent.BEHIND) -> PublishedFeeds:
    """Publish. Repeating it with the same articles changes nothing."""
    plan = room.feed_plan
    done: dict[str, FeedFile] = {}
    with open_feed_folder(room.feeds_folder) as folder:
        place_articles(room)
        if extent is not Extent.BEHIND:
            folder.remove_strays()
        while True:
            with room.database.read() as tx:
                slices = load_slices(tx)
            behind = [found for found in slices if _is_behind(folder, found, extent)]
            if close_archives(room, plan, behind):
                continue
            if not behind and folder.manifest.versions.keys() == {found.path for found in slices}:
                break
            done |= _keep_told(done, _bring_up(room, plan, folder, slices, behind))
            extent = Extent.BEHIND  # what changed meanwhile, or took the place of an entry held out
    with room.database.read() as tx:
        failed = load_held_out(tx)
    return PublishedFeeds(
        files=tuple(_list_files(room.site, folder, done)), listings=folder.manifest.listings, failed=failed
    )


def _keep_told(before: Mapping[str, FeedFile], after: Mapping[str, FeedFile]) -> dict[str, FeedFile]:
    """What was put again, still said to have outgrown readers where that came earlier in this publication."""
    return {
        path: replace(file, outgrew=file.outgrew or (path in before and before[path].outgrew))
        for path, file in after.items()
    }


def is_behind(room: Newsroom) -> bool:
    """Whether there is anything to publish: a change whose moment has come, a feed whose files are of another version,
    or other settings.
    """
    versions = load_manifest(room.feeds_folder).versions
    with room.database.read() as tx:
        return (
            has_due_change(tx, now=room.now())
            or load_fingerprint(tx) != rules_fingerprint(room.feed_plan)
            or {found.path: found.version for found in load_slices(tx)} != versions
        )


def _is_behind(folder: FeedFolder, found: KnownSlice, extent: Extent) -> bool:
    if extent is Extent.ALL or folder.manifest.versions.get(found.path) != found.version:
        return True
    return extent is Extent.DAMAGED and not all(
        folder.is_whole(found.path + format_.ending) for format_ in FORMATS
    )


def _bring_up(
    room: Newsroom,
    plan: FeedPlan,
    folder: FeedFolder,
    slices: Sequence[KnownSlice],
    behind: Sequence[KnownSlice],
) -> dict[str, FeedFile]:
    """Write the feeds that are behind, remove those that are no more; the files put, by path."""
    folder.claim([found.path + format_.ending for found in behind for format_ in FORMATS])
    there = {found.path for found in slices}
    listings = {listing.path: listing for listing in folder.manifest.listings}
    ended = (folder.manifest.versions.keys() | listings.keys()) - there
    done: dict[str, FeedFile] = {}
    for found in _groups(behind):
        group = _write(room, plan, found)
        listings |= {written.listing.path: written.listing for written in group if written.listing}
        documents = [document for written in group for document in written.documents]
        done |= {file.path: file for file in folder.put(documents, now=room.now())}
        for piece, written in zip(found, group, strict=True):
            if written.broken:
                paths = [piece.path + format_.ending for format_ in FORMATS]
                folder.keep(paths, written.broken, now=room.now())
    folder.complete_gzip()
    folder.drop(path + format_.ending for path in ended for format_ in FORMATS)
    order = sorted(slices, key=lambda found: _place_in_list(plan, found))
    folder.settle(
        listings=[listings[found.path] for found in order if found.path in listings],
        versions={found.path: found.version for found in slices},
    )
    return done


def _groups(behind: Sequence[KnownSlice]) -> Iterator[Sequence[KnownSlice]]:
    """A few at a time, the past first: no document names one that is not there yet, and an entry on its way into the
    past is met twice for a moment, and never missed.
    """
    turns: tuple[list[KnownSlice], list[KnownSlice], list[KnownSlice]] = ([], [], [])
    for found in behind:
        turns[_TURN.get(SliceKind(found.kind), 2)].append(found)
    for turn in turns:
        for start in range(0, len(turn), _AT_ONCE):
            yield turn[start : start + _AT_ONCE]


_TURN = {SliceKind.ARCHIVE: 0, SliceKind.RECENT: 1}


def _write(room: Newsroom, plan: FeedPlan, group: Sequence[KnownSlice]) -> list[Written]:
    """The documents of these feeds. An entry that cannot be written is held out first, and the next takes its place."""
    while True:
        with room.database.read() as tx:
            pieces = [_to_slice(found) for found in group]
            written = [
                (write_page if piece.kind.is_page else write_documents)(tx, room, plan, piece)
                for piece in pieces
            ]
        failed = {number: why for item in written for number, why in item.failed.items()}
        if not failed:
            return written
        with room.database.write() as tx:
            hold_out(tx, failed, now=room.now())
            paths = load_paths(tx, failed.keys())
            count_up(tx, paths | {recent_path(path) for path in paths})


def _to_slice(found: KnownSlice) -> Slice:
    return Slice(kind=SliceKind(found.kind), path=found.path, name=found.name, id=found.id)


def _place_in_list(plan: FeedPlan, found: KnownSlice) -> tuple[int, int, str]:
    """Kinds in their order; what the settings name in their order, then by path."""
    named = [place.path for place in plan.standing]
    at = named.index(found.path) if found.path in named else len(named)
    return _KINDS.index(SliceKind(found.kind)), at, found.path


def _list_files(site: Site, folder: FeedFolder, done: Mapping[str, FeedFile]) -> Iterator[FeedFile]:
    """Every feed's files in the order of the list, then those of their past."""
    listed = [listing.path for listing in folder.manifest.listings]
    past = sorted(folder.manifest.versions.keys() - set(listed))
    base_url = f"{site.base_url.rstrip('/')}/{FOLDER}"
    for format_, path in ((each, feed + each.ending) for feed in (*listed, *past) for each in FORMATS):
        if path in done:
            yield done[path]
        elif record := folder.manifest.files.get(path):
            yield FeedFile(
                path=path,
                url=f"{base_url}/{path}",
                format=format_.name,
                entries=record.entries,
                state=FileState.KEPT if record.refused else FileState.UNCHANGED,
                size_bytes=record.size,
                reason=record.refused,
            )
