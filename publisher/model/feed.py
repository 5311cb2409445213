"""A feed, and an article as it stands in it (an entry: RFC 4287 section 4.1.2), free of any format."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from publisher.model.article import Image
from publisher.model.direction import Direction
from publisher.model.reason import Reason

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The `updated_at` of a feed that has no entry yet. Any fixed moment would do; the present would not: an empty
feed must have the same bytes tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a feed. `id` is permanent. `summary` is plain text, empty where there is none. `content_html` is
    clean, absolute, and carries `dir` and `lang` on its wrapper and its first block; None in a feed of summaries.

    Dates are aware, in the site's zone, in whole seconds. `authors` are names for people, never addresses.
    """

    id: str
    url: str | None
    title: str
    summary: str
    content_html: str | None
    language: str
    direction: Direction
    published_at: datetime
    updated_at: datetime
    authors: tuple[str, ...] = ()
    section: str | None = None
    image: Image | None = None
    rights: str | None = None
    publisher: str | None = None

    @property
    def is_corrected(self) -> bool:
        """Whether it was significantly changed after its publication."""
        return self.updated_at > self.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEntry:
    """An article kept out of every feed because it could not be written, by its id and why. Nothing else stops."""

    id: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedListing:
    """What a page needs to name a feed and link to it.

    `path` is the address below the feeds folder without its ending (`index`, `lang/ar`); each format adds its own.
    `base_url` is the address under which that folder is served: absolute, no trailing slash.
    """

    path: str
    title: str
    language: str
    direction: Direction
    base_url: str

    def url(self, ending: str) -> str:
        """The absolute address of one format of it; `ending` includes its dot."""
        return f"{self.base_url}/{self.path}{ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published stream. `entries` are in order: published descending, then store number descending.

    `id` is an absolute IRI, the same in every format. `title` and `description` are never empty. `home` is the page
    for people. `path` and `base_url` are as in `FeedListing`. `updated_at` is the latest of its entries (`latest`).
    """

    id: str
    path: str
    title: str
    description: str
    home: str
    base_url: str
    language: str
    direction: Direction
    updated_at: datetime
    entries: tuple[Entry, ...]
    rights: str | None = None
    author: str | None = None

    @property
    def listing(self) -> FeedListing:
        """The feed without its entries."""
        return FeedListing(
            path=self.path,
            title=self.title,
            language=self.language,
            direction=self.direction,
            base_url=self.base_url,
        )

    def url(self, ending: str) -> str:
        """The absolute address of one format of the feed: its self link (RFC 4287 section 4.2.7.2)."""
        return self.listing.url(ending)


def latest(entries: Iterable[Entry]) -> datetime:
    """When a feed of these entries was last updated (RFC 4287 section 4.2.15); `BEGINNING` for none."""
    return max((entry.updated_at for entry in entries), default=BEGINNING)
