"""A feed, and an article as it stands in it (an entry: RFC 4287 section 4.1.2), free of any format."""

from dataclasses import dataclass
from datetime import UTC, datetime

from publisher.model.direction import Direction
from publisher.model.media import Enclosure, Image, Wire
from publisher.model.reason import Reason

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The `updated_at` of a feed that has no entry yet. Any fixed moment would do; the present would not: an empty
feed must have the same bytes tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What an entry is about (RFC 4287 section 4.2.2). `scheme` is the IRI of the vocabulary `term` is from: ours for
    sections and topics, so that a reader can tell the two apart, or another's.
    """

    term: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a feed. `id` is permanent. `summary` is plain text, empty where there is none. `content_html` is
    clean, absolute, and carries `dir` and `lang` on its wrapper and its first block; None in a feed of summaries.

    Dates are aware, in the site's zone, in whole seconds. `authors` are names for people, never addresses. `images`
    all have an address. `source` is whose copy it is, where it is not our own (RFC 4287 section 4.2.11).
    `correction` is the line that tells the last correction, empty where there is none; the content holds it already.
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
    categories: tuple[Category, ...] = ()
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    source: Wire | None = None
    rights: str | None = None
    correction: str = ""

    @property
    def is_corrected(self) -> bool:
        """Whether it was significantly changed after its publication."""
        return self.updated_at > self.published_at

    @property
    def image(self) -> Image | None:
        """The first picture, which stands for the entry in lists."""
        return next(iter(self.images), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An entry that was taken back: its id and when (RFC 6721 section 3)."""

    id: str
    at: datetime


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
    for people. `path` and `base_url` are as in `FeedListing`. `updated_at` is the latest of its entries and tombstones
    (RFC 4287 section 4.2.15), `BEGINNING` without any. `tombstones` are entries that left it, newest first. `icon` is
    the address of a square picture.

    `hubs` are WebSub hubs (absolute). `current`, `previous` and `next` are paths of other documents of the same feed
    as in `path` (RFC 5005 section 4): every format adds its own ending. `is_archive`: this document is one of the past.
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
    icon: str | None = None
    tombstones: tuple[Tombstone, ...] = ()
    hubs: tuple[str, ...] = ()
    is_archive: bool = False
    current: str | None = None
    previous: str | None = None
    next: str | None = None

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

    def place(self, path: str, ending: str) -> str:
        """The absolute address of another document beside this one."""
        return f"{self.base_url}/{path}{ending}"
