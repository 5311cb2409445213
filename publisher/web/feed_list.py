"""`/feeds`: what feeds there are, with their addresses, for people."""

from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.autodiscovery import FeedLink, format_links
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing
from publisher.web.context import listings_of
from publisher.web.listings import group_listings, page_path
from publisher.web.pages import SHORT, render_page
from publisher.web.security import COPY_POLICY

NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}
"""What people call the formats."""
SHOWN = 30
"""Feeds on one page: with more it would be heavier than LOOK allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed: its page for people, the address to copy, and all its formats, `(name, link)`."""

    title: str
    language: str
    direction: Direction
    page: str
    address: str
    links: tuple[tuple[str, FeedLink], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGroup:
    """Feeds of one kind under one heading. `kind` names its words in the catalogue, `web.feeds.kind.<kind>`."""

    kind: str
    feeds: tuple[FeedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedListPage:
    """The feeds, the whole site's first. `number` of `pages` counts from 1."""

    template: ClassVar[str] = "web/feeds.html"
    groups: tuple[FeedGroup, ...]
    number: int
    pages: int


def show_feed_list(request: Request) -> Response:
    """All feeds; `?page=2` those that do not fit. 404 for a page there is none of."""
    listings = listings_of(request).load()
    pages = max(1, -(-len(listings) // SHOWN))
    number = _read_number(request.query_params.get("page", "1"), pages)
    ordered = iter(
        [(group.kind, listing) for group in group_listings(listings) for listing in group.listings]
    )
    shown = list(islice(ordered, (number - 1) * SHOWN, number * SHOWN))
    groups = tuple(
        FeedGroup(kind=kind, feeds=tuple(build_row(listing) for other, listing in shown if other == kind))
        for kind in dict.fromkeys(kind for kind, _ in shown)
    )
    page = FeedListPage(groups=groups, number=number, pages=pages)
    response = render_page(request, page, cache=SHORT)
    response.headers["Content-Security-Policy"] = COPY_POLICY
    return response


def build_row(listing: FeedListing) -> FeedRow:
    """What is shown of one feed."""
    links = tuple((NAMES.get(name, name), link) for name, link in format_links(listing))
    return FeedRow(
        title=listing.title,
        language=listing.language,
        direction=listing.direction,
        page=page_path(listing),
        address=links[0][1].href,
        links=links,
    )


def _read_number(text: str, pages: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= pages:
        raise HTTPException(404)
    return number
