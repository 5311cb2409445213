"""`/feeds/{path}`: a feed for people: what it is, its address to copy, and its entries as a reader shows them.

It reads the very file that readers get (its JSON form), so it can show nothing else. Pictures stay out: they are at
other houses, and a page of ours asks nobody but us.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.addresses import is_path
from publisher.feeds.formats import JSON
from publisher.model.direction import Direction
from publisher.model.disk_trouble import logged_as
from publisher.text.direction import language_direction
from publisher.text.house_date import format_datetime
from publisher.text.listing import join_names
from publisher.text.words import Words
from publisher.web.context import WebContext, context_of, listings_of
from publisher.web.entry_text import render_entry_text
from publisher.web.feed_list import FeedRow, build_row
from publisher.web.pages import SHORT, page_language, render_page, words_of
from publisher.web.security import COPY_POLICY

log = logging.getLogger(__name__)

SHOWN = 10
WHOLE = 2
"""Entries shown, and how many of them with their text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry as a reader lays it out: title and summary in the entry's own direction. `content` is its text, marked
    safe: it was cleaned when it was published and again here; None where it is not shown, or the feed has none.
    """

    title: str
    url: str | None
    language: str
    direction: Direction
    date: str
    published_at: str
    authors: str
    summary: str
    content: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPreviewPage:
    """One feed. `more` counts the entries that are not shown."""

    template: ClassVar[str] = "web/feed_preview.html"
    feed: FeedRow
    entries: tuple[ShownEntry, ...]
    more: int


def show_feed_preview(request: Request) -> Response:
    """One feed; 404 where there is none of this path, 410 where it was retired, 503 where it cannot be read."""
    path = request.path_params["path"]
    if path in context_of(request).site.moves.retired:
        raise HTTPException(410)
    listing = listings_of(request).find(path) if is_path(path) else None
    document = _load(context_of(request).feeds_folder / f"{path}{JSON.ending}") if listing else None
    if listing is None or document is None:
        raise HTTPException(404)
    context, language, words = context_of(request), page_language(request), words_of(request)
    items = document["items"]
    entries = tuple(
        _entry(context, language, words, item, is_whole=place < WHOLE)
        for place, item in enumerate(items[:SHOWN])
    )
    page = FeedPreviewPage(feed=build_row(listing), entries=entries, more=max(0, len(items) - SHOWN))
    response = render_page(request, page, cache=SHORT, own_feed=path)
    response.headers["Content-Security-Policy"] = COPY_POLICY
    return response


def _load(path: Path) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        log.error("feed cannot be read", **logged_as(error, path=path.name))
        raise HTTPException(503, headers={"Retry-After": "60"}) from error
    return found


def _entry(
    context: WebContext, language: str, words: Words, item: Mapping[str, Any], *, is_whole: bool
) -> ShownEntry:
    site, tag = context.site, item.get("language") or context.site.language
    at = datetime.fromisoformat(item["date_published"])
    html = item.get("content_html") if is_whole else None
    return ShownEntry(
        title=item["title"],
        url=item.get("url"),
        language=tag,
        direction=language_direction(tag),
        date=format_datetime(at, language=language, style=site.style, zone=site.timezone),
        published_at=item["date_published"],
        authors=join_names([author["name"] for author in item.get("authors", ())], tag),
        summary=item.get("summary") or "",
        content=render_entry_text(html, words) if html else None,
    )
