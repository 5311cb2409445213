"""An entry's pictures and recordings as Media RSS 1.5.1, for RSS and Atom alike.

A description is the picture's words for who cannot see it, or its caption where there are none. `media:title` is not
written: parsers take it for the entry's title.
"""

from collections.abc import Iterable

from publisher.feeds.markup import attributes, element, words
from publisher.model.feed import Entry
from publisher.model.media import Enclosure, Image
from publisher.model.media_type import media_type_of


def write_media(entry: Entry) -> bytes:
    """One `media:content` for each picture, then one for each recording."""
    return b"".join((*map(_write_image, entry.images), *map(_write_recording, entry.enclosures)))


def first_measured(enclosures: Iterable[Enclosure]) -> Enclosure | None:
    """The one that RSS may name: it takes one, and only with its length (RSS 2.0 `enclosure`)."""
    return next((enclosure for enclosure in enclosures if enclosure.size_bytes), None)


def _write_image(image: Image) -> bytes:
    src = image.src or ""
    size = ((b"width", image.width), (b"height", image.height))
    known = (
        (b"url", src),
        (b"medium", "image"),
        (b"type", image.media_type or media_type_of(src)),
        (b"fileSize", image.size_bytes),
        *size,
    )
    said = image.alt or image.caption
    inside = words(b"media:description", said) if said else b""
    if image.credit:
        inside += words(b"media:credit", image.credit)
    small = ((b"url", image.thumbnail),) if image.thumbnail else ((b"url", src), *size)
    inside += element(b"media:thumbnail", b"", attributes(small))
    return element(b"media:content", inside, attributes(known))


def _write_recording(enclosure: Enclosure) -> bytes:
    kind = enclosure.media_type.partition("/")[0]
    known = (
        (b"url", enclosure.url),
        (b"medium", kind if kind in ("audio", "video", "image") else "document"),
        (b"type", enclosure.media_type),
        (b"fileSize", enclosure.size_bytes),
        (b"duration", enclosure.duration_seconds),
    )
    inside = words(b"media:description", enclosure.title) if enclosure.title else b""
    return element(b"media:content", inside, attributes(known))
