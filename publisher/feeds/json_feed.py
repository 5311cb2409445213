"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), by our own writer: feedgen has none.

Keys stand in the order of the specification, text is UTF-8 unescaped, so equal feeds are equal bytes. An entry is
written once and stitched into each feed that holds it.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat

from publisher.feeds.timestamps import rfc3339_date
from publisher.model.feed import Entry, Feed, Tombstone
from publisher.model.media import Enclosure, Image, Wire
from publisher.model.media_type import media_type_of

ENDING = ".json"
_VERSION = "https://jsonfeed.org/version/1.1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def render_json(feed: Feed, items: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `items` are the entries as `render_json_item` wrote them; None: write them now."""
    if items is None:
        items = [render_json_item(entry) for entry in feed.entries]
    head = _encode(json_head(feed)).removesuffix(b"}")
    parted = chain.from_iterable(zip(repeat(b","), items, strict=False))
    return b"".join((head, b',"items":[', *islice(parted, 1, None), b"]}"))  # in one piece: it is copied once


def render_json_item(entry: Entry) -> bytes:
    """One item, UTF-8. Raises ValueError for a lone surrogate."""
    return _encode(json_item(entry))


def json_head(feed: Feed) -> dict[str, object]:
    """Everything of the document but its items. `next_url` leads to older items (JSON Feed 1.1, top-level)."""
    return _without_gaps(
        {
            "version": _VERSION,
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.url(ENDING),
            "description": feed.description,
            "next_url": feed.place(feed.previous, ENDING) if feed.previous else None,
            "icon": feed.icon,
            "authors": _authors((feed.author or feed.title,)),
            "language": feed.language,
            "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs] or None,
            "_nashra": _extension({"deleted": [_tombstone(dead) for dead in feed.tombstones]}),
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
            "tags": [category.term for category in entry.categories] or None,
            "language": entry.language,
            "attachments": [_attachment(enclosure) for enclosure in entry.enclosures] or None,
            "_nashra": _extension(
                {
                    "images": [_image(image) for image in entry.images],
                    "source": _source(entry.source) if entry.source else None,
                    "rights": entry.rights,
                }
            ),
        }
    )


def _attachment(enclosure: Enclosure) -> dict[str, object]:
    """The length only where it is known."""
    return _without_gaps(
        {
            "url": enclosure.url,
            "mime_type": enclosure.media_type,
            "title": enclosure.title,
            "size_in_bytes": enclosure.size_bytes or None,
            "duration_in_seconds": enclosure.duration_seconds or None,
        }
    )


def _image(image: Image) -> dict[str, object]:
    return _without_gaps(
        {
            "url": image.src,
            "mime_type": image.media_type or media_type_of(image.src or ""),
            "size_in_bytes": image.size_bytes,
            "width": image.width,
            "height": image.height,
            "alt": image.alt,
            "caption": image.caption,
            "credit": image.credit,
            "thumbnail": image.thumbnail,
        }
    )


def _source(wire: Wire) -> dict[str, object]:
    updated = rfc3339_date(wire.updated_at) if wire.updated_at else None
    return _without_gaps(
        {"title": wire.name, "url": wire.url, "feed_url": wire.feed, "id": wire.id, "date_modified": updated}
    )


def _tombstone(dead: Tombstone) -> dict[str, object]:
    """RFC 6721's deleted-entry: JSON Feed has none."""
    return {"id": dead.id, "date_deleted": rfc3339_date(dead.at)}


def _extension(fields: Mapping[str, object]) -> dict[str, object] | None:
    """Our own object (JSON Feed 1.1, extensions), or None where it would say nothing. Its keys are named as JSON Feed
    names its own; docs/notes/feeds.md lists them.
    """
    return {key: value for key, value in fields.items() if value} or None


def _authors(names: Sequence[str]) -> list[dict[str, str]] | None:
    return [{"name": name} for name in names] or None


def _without_gaps(fields: Mapping[str, object]) -> dict[str, object]:
    """JSON Feed wants an absent key where there is no value, not null."""
    return {key: value for key, value in fields.items() if value is not None}


def _encode(fields: Mapping[str, object]) -> bytes:
    return _ENCODER.encode(fields).encode("utf-8")
