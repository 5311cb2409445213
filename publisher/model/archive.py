"""A feed's past: its documents, and how they hang together (RFC 5005 section 4).

    index  --prev-archive-->  index/recent  -->  index/archive/3  -->  index/archive/2  -->  index/archive/1

The feed itself has its newest entries. What left it stands in `recent` until there is enough to close another archive.
Every entry is in exactly one of them, so walking back from the feed meets each article once. An archive is closed when
another follows it: from then on nothing published later changes it.
"""

import re
from dataclasses import dataclass

SIZE = 50
"""Entries of an archive: as many as a feed has, so that no document is larger than a reader expects."""
RESERVE = 10
"""Entries that stay in `recent` when an archive is closed: so many may be withdrawn before the feed itself is short."""
FOLDER = "archive"
_ARCHIVE = re.compile(rf".+/{FOLDER}/([1-9][0-9]*)")
"""A section may be called "Archive": the folder alone says nothing."""


def recent_path(path: str) -> str:
    """Where the entries stand that left the feed at `path` and are in no archive yet."""
    return f"{path}/recent"


def archive_path(path: str, number: int) -> str:
    """Where an archive of the feed at `path` is; they are counted from 1, the oldest."""
    return f"{path}/{FOLDER}/{number}"


def archive_number(page: str) -> int | None:
    """The number of the archive at `page`; None for `recent`, and for a feed."""
    found = _ARCHIVE.fullmatch(page)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The documents before and after one, by path; None where there is none."""

    previous: str | None
    next: str | None


def find_neighbours(path: str, number: int | None, *, archives: int) -> Neighbours:
    """Those of archive `number` of the feed at `path`, or of `recent` (None), where there are so many archives.

    `recent` is the one after the last archive until another takes its place: every link always leads somewhere.
    """
    if number is None:
        return Neighbours(previous=archive_path(path, archives) if archives else None, next=None)
    return Neighbours(
        previous=archive_path(path, number - 1) if number > 1 else None,
        next=archive_path(path, number + 1) if number < archives else recent_path(path),
    )


def count_closable(open_entries: int, *, shown: int) -> int:
    """How many archives can be closed of a feed that shows `shown` entries and has so many in no archive."""
    return max(0, (open_entries - shown - RESERVE) // SIZE)
