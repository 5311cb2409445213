"""Which feeds there are, as the pages need them: in groups, and those that a page points at.

The list is read from the feeds folder, again when it is another one.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.feeds.addresses import FOLDER, INDEX, language_path
from publisher.feeds.manifest import MANIFEST, load_listings
from publisher.model.feed import FeedListing

log = logging.getLogger(__name__)

GROUPS = ("lang", "section", "newsletter", "topic", "author")
"""Folders of the feeds of one kind. What the settings ask for by a slug has no folder."""
OTHERS = "more"


class Listings:
    """What one folder holds. Threads may use it at once: each takes or leaves a whole list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[tuple[int, int, int] | None, tuple[FeedListing, ...]] = (None, ())
        self._is_troubled = False

    def load(self) -> tuple[FeedListing, ...]:
        """The published feeds. None, and a line in the log, where their list is damaged; those known before where
        it cannot be read: whatever the disk says, one can still subscribe, and leave.
        """
        try:
            found = self._look()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            if not self._is_troubled:
                log.error("feeds.listing.unreadable", extra={"error": error.strerror})
            self._is_troubled = True
            return self._known[1]
        self._is_troubled = False
        return found

    def _look(self) -> tuple[FeedListing, ...]:
        status = (self._folder / MANIFEST).stat()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        known, found = self._known
        if known != stamp:
            try:
                found = load_listings(self._folder)
            except ValueError:
                log.exception("feeds.listing.damaged")
                found = ()
            self._known = (stamp, found)
        return found

    def find(self, path: str) -> FeedListing | None:
        """The feed of this path."""
        return next((listing for listing in self.load() if listing.path == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Feeds of one kind, in published order: `site`, one of GROUPS, or OTHERS."""

    kind: str
    listings: tuple[FeedListing, ...]


def group_listings(listings: Iterable[FeedListing]) -> tuple[Group, ...]:
    """The feeds by kind, in the order in which a person looks for them; no group is empty."""
    found: dict[str, list[FeedListing]] = {}
    for listing in listings:
        found.setdefault(_kind(listing.path), []).append(listing)
    order = ("site", "lang", "section", "newsletter", OTHERS, "topic", "author")
    return tuple(Group(kind=kind, listings=tuple(found[kind])) for kind in order if kind in found)


def choose_discovered(
    listings: Sequence[FeedListing], languages: Iterable[str], own: str | None = None
) -> tuple[FeedListing, ...]:
    """The feeds that a page points at for readers and browsers: the whole site's first (RSS Autodiscovery: readers take
    the first), the page's `own` path, then the site's languages. Not all there are: a reader offers each as a choice.
    """
    wanted = dict.fromkeys([INDEX, *([own] if own else []), *map(language_path, languages)])
    by_path = {listing.path: listing for listing in listings}
    return tuple(by_path[path] for path in wanted if path in by_path)


def page_path(listing: FeedListing) -> str:
    """The page for people that shows this feed: its address without an ending."""
    return f"/{FOLDER}/{listing.path}"


def _kind(path: str) -> str:
    folder, slash, _ = path.partition("/")
    if path == INDEX:
        return "site"
    return folder if slash and folder in GROUPS else OTHERS
