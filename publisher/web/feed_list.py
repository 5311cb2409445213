"""`/feeds`: what feeds there are, with their addresses, for people."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.autodiscovery import FeedLink, format_links
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing
from publisher.web.context import context_of
from publisher.web.pages import SHORT, load_feed_listings, render_page

NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}
"""What people call the formats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed in all its formats, `(name, link)`."""

    title: str
    language: str
    direction: Direction
    links: tuple[tuple[str, FeedLink], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedListPage:
    """The feeds, the whole site's first."""

    template: ClassVar[str] = "web/feeds.html"
    feeds: tuple[FeedRow, ...]


def show_feed_list(request: Request) -> Response:
    """All feeds."""
    listings = load_feed_listings(context_of(request))
    page = FeedListPage(feeds=tuple(_row(listing) for listing in listings))
    return render_page(request, page, cache=SHORT)


def _row(listing: FeedListing) -> FeedRow:
    links = tuple((NAMES.get(name, name), link) for name, link in format_links(listing))
    return FeedRow(title=listing.title, language=listing.language, direction=listing.direction, links=links)
