"""What a person states beside an article's words: pictures, recordings, topics, whose copy it is, corrections."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from publisher.model.correction import StatedCorrection
from publisher.model.media import Enclosure, Image, Tag, Wire
from publisher.model.media_type import media_type_of
from publisher.model.reason import Reason
from publisher.sources.metadata_values import (
    MAX_LISTED,
    Place,
    Reader,
    read_date,
    read_duration,
    read_fields,
    read_flag,
    read_media_type,
    read_pixels,
    read_size,
    read_summary,
    read_text,
    read_url,
)
from publisher.text.dates import ReadDate

T = TypeVar("T")


def read_image(value: object, place: Place) -> Image | Reason | None:
    """An address alone, or a group of what is known of the picture."""
    fields = _read_group(value, place, _IMAGE_READERS, alone="src", kind="bad_image")
    if isinstance(fields, Reason):
        return fields
    named = {_IMAGE_FIELDS.get(key, key): value for key, value in fields.items()}
    return Image(**named) if any(fields.values()) else None  # type: ignore[arg-type]


def read_images(value: object, place: Place) -> tuple[Image, ...] | Reason:
    """One or several."""
    return _read_all(value, place, read_image)


def read_enclosures(value: object, place: Place) -> tuple[Enclosure, ...] | Reason:
    """One or several recordings or other files."""
    return _read_all(value, place, _read_enclosure)


def read_tags(value: object, place: Place) -> tuple[Tag, ...] | Reason:
    """Topics: names, or groups of a name and the address of the vocabulary it is from."""
    return _read_all(value, place, _read_tag)


def read_wire(value: object, place: Place) -> Wire | Reason | None:
    """Whose copy it is: the house's name, or a group of what is known of it."""
    fields = _read_group(value, place, _WIRE_READERS, alone="name", kind="bad_text")
    if isinstance(fields, Reason):
        return fields
    if not fields.get("name"):
        return place.wrong("bad_text", value)
    updated = fields.pop("updated", None)
    return Wire(**fields, updated_at=updated.at if isinstance(updated, ReadDate) else None)  # type: ignore[arg-type]


def read_corrections(value: object, place: Place) -> tuple[StatedCorrection, ...] | Reason:
    """One or several: the words, or a group of `note`, `at` and `announce`."""
    return _read_all(value, place, _read_correction)


def _read_enclosure(value: object, place: Place) -> Enclosure | Reason | None:
    fields = _read_group(value, place, _ENCLOSURE_READERS, alone="url", kind="bad_enclosure")
    if isinstance(fields, Reason):
        return fields
    url = fields.get("url")
    media_type = fields.get("type") or (media_type_of(url) if isinstance(url, str) else None)
    if not isinstance(url, str) or not media_type:
        return place.wrong("bad_enclosure", value)
    return Enclosure(
        url=url,
        media_type=str(media_type),
        size_bytes=fields.get("size"),  # type: ignore[arg-type]
        duration_seconds=fields.get("duration"),  # type: ignore[arg-type]
        title=fields.get("title"),  # type: ignore[arg-type]
        file=fields.get("file"),  # type: ignore[arg-type]
    )


def _read_tag(value: object, place: Place) -> Tag | Reason | None:
    fields = _read_group(value, place, {"name": read_text, "scheme": read_url}, alone="name", kind="bad_text")
    if isinstance(fields, Reason):
        return fields
    return Tag(**fields) if fields.get("name") else None  # type: ignore[arg-type]


def _read_correction(value: object, place: Place) -> StatedCorrection | Reason | None:
    fields = _read_group(value, place, _CORRECTION_READERS, alone="note", kind="bad_text")
    if isinstance(fields, Reason):
        return fields
    at, note = fields.get("at"), fields.get("note")
    if not isinstance(at, ReadDate) and not note:
        return None
    return StatedCorrection(
        note=str(note or ""),
        at=at.at if isinstance(at, ReadDate) else None,
        announce=bool(fields.get("announce")),
    )


def _read_group(
    value: object, place: Place, readers: Mapping[str, Reader], *, alone: str, kind: str
) -> dict[str, object] | Reason:
    """The fields of a group; text alone stands for the field `alone`."""
    if isinstance(value, str):
        value = {alone: value}
    if not isinstance(value, dict):
        return place.wrong(kind, value)
    return read_fields(value, readers, prefix=place.field + ".", file=place.file, zone=place.zone)


def _read_all(
    value: object, place: Place, read: Callable[[object, Place], T | Reason | None]
) -> tuple[T, ...] | Reason:
    """Every entry of a list, or the one value; what says nothing is passed over."""
    found: list[T] = []
    for item in value[:MAX_LISTED] if isinstance(value, list) else [value]:
        one = read(item, place)
        if isinstance(one, Reason):
            return one
        if one is not None:
            found.append(one)
    return tuple(found)


_IMAGE_READERS: Mapping[str, Reader] = {
    "src": read_url,
    "alt": read_text,
    "caption": read_text,
    "credit": read_text,
    "width": read_pixels,
    "height": read_pixels,
    "type": read_media_type,
    "size": read_size,
    "thumbnail": read_url,
}
_IMAGE_FIELDS = {"type": "media_type", "size": "size_bytes"}
_ENCLOSURE_READERS: Mapping[str, Reader] = {
    "url": read_url,
    "type": read_media_type,
    "size": read_size,
    "duration": read_duration,
    "title": read_text,
    "file": read_text,
}
_WIRE_READERS: Mapping[str, Reader] = {
    "name": read_text,
    "url": read_url,
    "feed": read_url,
    "id": read_text,
    "updated": read_date,
}
_CORRECTION_READERS: Mapping[str, Reader] = {"note": read_summary, "at": read_date, "announce": read_flag}
