"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), by our own writer: feedgen has none.

Keys stand in the order of the specification, text is UTF-8 unescaped, so equal feeds are equal bytes. An entry is
written once and stitched into each feed that holds it.
"""

import json
from collections.abc import Mapping, Sequence

from publisher.feeds.timestamps import rfc3339_date
from publisher.model.feed import Entry, Feed

ENDING = ".json"
_VERSION = "https://jsonfeed.org/version/1.1"


def render_json(feed: Feed, items: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `items` are the entries as `render_json_item` wrote them; None: write them now."""
    if items is None:
        items = [render_json_item(entry) for entry in feed.entries]
    head = _encode(json_head(feed)).removesuffix(b"}")
    return head + b',"items":[' + b",".join(items) + b"]}"


def render_json_item(entry: Entry) -> bytes:
    """One item, UTF-8. Raises ValueError for a lone surrogate."""
    return _encode(json_item(entry))


def json_head(feed: Feed) -> dict[str, object]:
    """Everything of the document but its items."""
    return _without_gaps(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.url(ENDING),
            "description": feed.description,
            "authors": _authors((feed.author or feed.title,)),
            "language": feed.language,
        }
    )


def json_item(entry: Entry) -> dict[str, object]:
    """One item. It has content in one form at least: the specification asks for it."""
    return _without_gaps(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.content_html,
            "content_text": None if entry.content_html else entry.summary or entry.title,
            "summary": entry.summary or None,
            "image": entry.image.src if entry.image else None,
            "date_published": rfc3339_date(entry.published_at),
            "date_modified": rfc3339_date(entry.updated_at) if entry.is_corrected else None,
            "authors": _authors(entry.authors),
            "tags": [entry.section] if entry.section else None,
            "language": entry.language,
        }
    )


def _authors(names: Sequence[str]) -> list[dict[str, str]] | None:
    return [{"name": name} for name in names] or None


def _without_gaps(fields: Mapping[str, object]) -> dict[str, object]:
    """JSON Feed wants an absent key where there is no value, not null."""
    return {key: value for key, value in fields.items() if value is not None}


def _encode(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
