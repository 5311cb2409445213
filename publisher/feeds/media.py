"""An entry's pictures and recordings as Media RSS 1.5.1, for RSS and Atom alike.

feedgen's own media extension lacks credit, description and size. A description is the picture's words for who cannot
see it, or its caption where there are none. `media:title` is not written: parsers take it for the entry's title.
"""

from collections.abc import Iterable, Mapping

from lxml import etree

from publisher.feeds.media_types import media_type_of
from publisher.feeds.namespaces import MEDIA
from publisher.model.feed import Entry
from publisher.model.media import Enclosure, Image

_MEDIA = f"{{{MEDIA}}}"


def add_media(parent: etree._Element, entry: Entry) -> None:
    """Append one `media:content` for each picture, then one for each recording."""
    for image in entry.images:
        _add_image(parent, image)
    for enclosure in entry.enclosures:
        _add_recording(parent, enclosure)


def _add_image(parent: etree._Element, image: Image) -> None:
    src = image.src or ""
    size = {"width": image.width, "height": image.height}
    content = etree.SubElement(
        parent,
        f"{_MEDIA}content",
        _written(
            {
                "url": src,
                "medium": "image",
                "type": image.media_type or media_type_of(src),
                "fileSize": image.size_bytes,
                **size,
            }
        ),
    )
    for name, text in (("description", image.alt or image.caption), ("credit", image.credit)):
        if text:
            etree.SubElement(content, f"{_MEDIA}{name}").text = text
    small = {"url": image.thumbnail} if image.thumbnail else {"url": src, **size}
    etree.SubElement(content, f"{_MEDIA}thumbnail", _written(small))


def _add_recording(parent: etree._Element, enclosure: Enclosure) -> None:
    kind = enclosure.media_type.partition("/")[0]
    content = etree.SubElement(
        parent,
        f"{_MEDIA}content",
        _written(
            {
                "url": enclosure.url,
                "medium": kind if kind in ("audio", "video", "image") else "document",
                "type": enclosure.media_type,
                "fileSize": enclosure.size_bytes,
                "duration": enclosure.duration_seconds,
            }
        ),
    )
    if enclosure.title:
        etree.SubElement(content, f"{_MEDIA}description").text = enclosure.title


def first_measured(enclosures: Iterable[Enclosure]) -> Enclosure | None:
    """The one that RSS may name: it takes one, and only with its length (RSS 2.0 `enclosure`)."""
    return next((enclosure for enclosure in enclosures if enclosure.size_bytes), None)


def _written(values: Mapping[str, str | int | None]) -> dict[str, str]:
    """As attributes; what nobody knows is left out."""
    return {name: str(value) for name, value in values.items() if value}
