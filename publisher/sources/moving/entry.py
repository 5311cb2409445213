"""One entry of a former system's feed or export, as it says itself: nothing is judged yet."""

from dataclasses import dataclass

from publisher.model.media import Enclosure, Image, Tag
from publisher.model.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerEntry:
    """What stands there, empty where nothing does.

    `place` tells a person where it is (`item 3`, `post 17`). `guid` is the id to the letter. `content` is HTML, or
    plain text where `is_plain`; `summary` may be either. `is_autop`: its paragraphs are parted by empty lines, as
    WordPress keeps them. `language` is the entry's own, `feed_language` that of the whole. `base` resolves relative
    addresses. `published` and `updated` are as written. `left_out` is why it is none of the articles readers
    had: a draft, a page.
    """

    place: str
    guid: str = ""
    url: str = ""
    title: str = ""
    published: str = ""
    updated: str = ""
    content: str = ""
    summary: str = ""
    is_plain: bool = False
    is_autop: bool = False
    language: str = ""
    feed_language: str = ""
    base: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[Tag, ...] = ()
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    left_out: Reason | None = None


@dataclass(frozen=True, slots=True)
class Onward:
    """Where the feed goes on with older entries: an address as written (RFC 5005 `prev-archive` and `next`, JSON Feed
    `next_url`).
    """

    address: str


class UnreadableError(Exception):
    """The document is not what we read, or is broken; `reason` says what and where. Nothing of it may be brought."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.key)
        self.reason = why
