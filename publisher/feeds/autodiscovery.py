"""Links by which a browser or a reader finds the feeds of a page (RSS Advisory Board, RSS Autodiscovery 1.0)."""

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.feeds.formats import FORMATS, Format
from publisher.model.feed import FeedListing


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """For `<link rel="alternate" type=… title=… href=…>`, or for a person to click on."""

    title: str
    href: str
    type: str


def autodiscovery_links(listings: Iterable[FeedListing]) -> tuple[FeedLink, ...]:
    """One link for each feed, in their order (the whole site's first), in the format every reader knows.

    Not one for each format: readers show every link as another feed to choose from.
    """
    return tuple(_link(listing, FORMATS[0]) for listing in listings)


def format_links(listing: FeedListing) -> tuple[tuple[str, FeedLink], ...]:
    """Every format of one feed, `(name, link)`, for the page that lists the feeds."""
    return tuple((format_.name, _link(listing, format_)) for format_ in FORMATS)


def _link(listing: FeedListing, format_: Format) -> FeedLink:
    return FeedLink(title=listing.title, href=listing.url(format_.ending), type=format_.media_type)
