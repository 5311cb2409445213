"""What an article carries beside its words: pictures, recordings, where wire copy came from, tags."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article, or what is left of it: a saved page keeps caption and credit, not the file.

    `src` is an absolute http(s) URL or None. A picture is never shown without its `credit` where one is known.
    `thumbnail` is the address of a small form of it. `size_bytes` is the file's length; None where nobody knows.
    """

    src: str | None = None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with the article, such as its audio (RFC 4287 section 4.2.7.2, RSS 2.0 `enclosure`).

    `url` is absolute http(s). `size_bytes` is the true length, more than 0, or None: never a guess. `file` is the
    path of the local file that was measured, below the source's folder; None where the file is elsewhere.
    """

    url: str
    media_type: str
    size_bytes: int | None = None
    duration_seconds: int | None = None
    title: str | None = None
    file: str | None = None


class EmbedKind(StrEnum):
    """What a player or frame in the text shows."""

    VIDEO = "video"
    """A film: it plays at its address."""
    AUDIO = "audio"
    """A recording: it plays at its address."""
    PAGE = "page"
    """Anything else of another house: a map, a chart, a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """What stood in the text as a player or a frame. `url` is where it can be seen: absolute http(s). `title` is what
    the document calls it. `poster` is its still picture where one is known without asking anybody; absolute http(s).
    """

    kind: EmbedKind
    url: str
    title: str | None = None
    poster: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Whose copy the article is, where it was taken over from another house (RFC 4287 section 4.2.11).

    `name` is the house as people know it, `url` the article's page there, `feed` the address of their feed, `id` the
    permanent id of that feed, `updated_at` when their copy was last changed.
    """

    name: str
    url: str | None = None
    feed: str | None = None
    id: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic the newsroom gave the article. `scheme` is the IRI of another's vocabulary it is from, such as IPTC's."""

    name: str
    scheme: str | None = None
