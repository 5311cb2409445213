"""A feed, and an article as it stands in it (an entry: RFC 4287 section 4.1.2), free of any format."""

from dataclasses import dataclass
from datetime import datetime

from publisher.model.article import Image
from publisher.model.direction import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a feed. `id` is permanent. `summary` is plain text. `content_html` is clean, absolute, and carries
    `dir` and `lang` on its wrapper and its first block; None in a feed of summaries.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published stream. `entries` are in order: published descending, then store number descending.

    `path` is the address below the feeds folder without its ending (`index`, `ar/politics`); each format adds
    its own. `updated_at` is the latest `updated_at` of its entries, or the site's beginning where it is empty.
    `base_url` is absolute, without a trailing slash: the address under which the feeds folder is served.
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
