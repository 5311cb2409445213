"""How every feed stands: what is published of it, what is held back and why, what ended.

Nothing is published by looking: it is told from the rows, and from what the feeds folder remembers of its files.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from publisher.feeds.addresses import FOLDER
from publisher.feeds.formats import FORMATS
from publisher.feeds.manifest import FileRecord, load_manifest
from publisher.feeds.places import FeedPlan, SliceKind
from publisher.jobs.end_feeds import load_missing
from publisher.jobs.newsroom import Newsroom
from publisher.model.errors import NashraError
from publisher.model.reason import Reason
from publisher.store.ended_feeds import EndedFeed
from publisher.store.feed_slices import KnownSlice, load_slices
from publisher.store.unwritten import LeftOut, load_left_out


class FeedState(StrEnum):
    """How a feed stands."""

    GOOD = "good"
    """All of it is published as it should be."""
    HELD_BACK = "held back"
    """A document did not pass the check: readers have the last good one."""
    UNPUBLISHED = "unpublished"
    """The next publication writes it."""
    ENDED = "ended"
    """It left the settings, and readers get 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStanding:
    """A file of a feed, or of its past. `entries` counts those of its newest document, published or refused;
    `size_bytes` and `changed_at` are of the file, None where there is none. `since` is when the first document was
    `refused`, None where none is, or where an earlier release refused it.
    """

    url: str
    entries: int
    size_bytes: int | None
    changed_at: datetime | None
    refused: Reason | None
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStanding:
    """A feed; `url` is its RSS. `documents` are its own, in the order of the formats, then those of its past that are
    held back; `left_out` the articles that would stand in it if they could be written. `ended_at` is None while the
    settings name it.
    """

    path: str
    url: str
    state: FeedState
    documents: tuple[DocumentStanding, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    ended_at: datetime | None = None


def list_feeds(room: Newsroom) -> tuple[FeedStanding, ...]:
    """Every feed by kind and path, then what ended. Raises NashraError where the folder's memory is damaged."""
    plan = room.feed_plan
    try:
        files = load_manifest(room.feeds_folder).files
    except ValueError as error:
        step = "remove that file and run nashra feeds publish: it finds the rest by itself"
        raise NashraError(str(error), next_step=step) from error
    with room.database.read() as tx:
        slices, left_out = load_slices(tx), load_left_out(tx)
        missing = load_missing(tx, plan, now=room.now())
    ended = {feed.path for feed in missing}
    return (
        *_list_living(plan, [found for found in slices if found.path not in ended], files, left_out),
        *(_tell_ended(feed, plan) for feed in missing),
    )


def _list_living(
    plan: FeedPlan,
    slices: Sequence[KnownSlice],
    files: Mapping[str, FileRecord],
    left_out: Collection[LeftOut],
) -> Iterator[FeedStanding]:
    """Those that there are, and those of the settings that the next publication begins."""
    past: dict[str, list[str]] = {}
    feeds: dict[str, str] = {place.path: place.kind for place in plan.standing}
    for found in slices:
        if SliceKind(found.kind).is_page:
            past.setdefault(found.name, []).append(found.path)
        elif not plan.site.moves.is_gone(found.path):
            feeds.setdefault(found.path, found.kind)
    kinds = list(SliceKind)
    for path, _ in sorted(feeds.items(), key=lambda item: (kinds.index(SliceKind(item[1])), item[0])):
        own = _documents(plan, files, [path])
        documents = (*own, *(page for page in _documents(plan, files, past.get(path, ())) if page.refused))
        yield FeedStanding(
            path=path,
            url=_url(plan, path + FORMATS[0].ending),
            state=_judge(documents),
            documents=documents,
            left_out=tuple(found for found in left_out if found.path == path),
        )


def _documents(
    plan: FeedPlan, files: Mapping[str, FileRecord], paths: Collection[str]
) -> tuple[DocumentStanding, ...]:
    names = [path + format_.ending for path in paths for format_ in FORMATS]
    return tuple(_tell_document(_url(plan, name), files[name]) for name in names if name in files)


def _tell_document(url: str, record: FileRecord) -> DocumentStanding:
    is_there = record.size >= 0
    return DocumentStanding(
        url=url,
        entries=record.entries,
        size_bytes=record.size if is_there else None,
        changed_at=datetime.fromtimestamp(record.mtime_ns // 10**9, UTC) if is_there else None,
        refused=record.refused,
        since=record.since,
    )


def _judge(documents: Collection[DocumentStanding]) -> FeedState:
    if any(document.refused for document in documents):
        return FeedState.HELD_BACK
    if not documents or any(document.size_bytes is None for document in documents):
        return FeedState.UNPUBLISHED
    return FeedState.GOOD


def _tell_ended(feed: EndedFeed, plan: FeedPlan) -> FeedStanding:
    url = _url(plan, feed.path + FORMATS[0].ending)
    return FeedStanding(path=feed.path, url=url, state=FeedState.ENDED, ended_at=feed.at)


def _url(plan: FeedPlan, name: str) -> str:
    return f"{plan.site.base_url.rstrip('/')}/{FOLDER}/{name}"
