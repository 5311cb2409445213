"""What a person states about a document, in a sidecar or in front matter: known keys, checked values.

One table for both. An unknown key or a bad value holds the document back and names the key: a misspelled `secton`
would otherwise publish the article where nobody looks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from publisher.model.correction import StatedCorrection
from publisher.model.media import Enclosure, Image, Tag, Wire
from publisher.model.reason import Reason, reason
from publisher.sources.metadata_media import (
    read_corrections,
    read_enclosures,
    read_image,
    read_images,
    read_tags,
    read_wire,
)
from publisher.sources.metadata_values import (
    Place,
    Reader,
    read_date,
    read_fields,
    read_flag,
    read_guid,
    read_language,
    read_names,
    read_page,
    read_summary,
    read_text,
)
from publisher.text.dates import ReadDate

MAX_BYTES = 16_384
"""Size of a sidecar or a front matter, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What was stated; None (or empty) where nothing was. Texts are one line of plain text, URLs absolute ASCII."""

    title: str | None = None
    published: ReadDate | None = None
    updated: ReadDate | None = None
    url: str | None = None
    section: str | None = None
    language: str | None = None
    author: str | None = None
    summary: str | None = None
    image: Image | None = None
    rights: str | None = None
    publisher: str | None = None
    sample: bool = False
    attributed_to: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    wire: Wire | None = None
    embargo: ReadDate | None = None
    corrections: tuple[StatedCorrection, ...] = ()
    guid: str | None = None


EMPTY = Metadata()
"""Nothing stated."""


def parse_metadata(raw: Mapping[str, object], *, file: str, zone: ZoneInfo) -> Metadata | Reason:
    """Check every key and value of `raw`, as TOML or YAML give them, or as plain strings.

    `file` names the file in reasons. A date without a zone is wall time in `zone`. `author` may be a list;
    `corrected_at` is the moment of the last correction stated, with or without words; `draft` that nobody may see the
    document yet, whatever else it says. Reasons: `sources.draft`, `sources.unknown_key`, `sources.unknown_key_near`,
    `sources.bad_…`, `sources.value_too_long`, and those of `publisher.text.dates`.
    """
    fields = read_fields(raw, _READERS, prefix="", file=file, zone=zone)
    if isinstance(fields, Reason):
        return fields
    if fields.pop("draft", False):
        return reason("sources.draft", file=file)
    corrected = fields.pop("corrected_at", None)
    if isinstance(names := fields.get("author"), tuple):
        fields |= {"author": None, "authors": names}
    stated = Metadata(**{_FIELDS.get(key, key): value for key, value in fields.items()})  # type: ignore[arg-type]
    return _date_correction(stated, corrected) if isinstance(corrected, ReadDate) else stated


def _date_correction(stated: Metadata, corrected: ReadDate) -> Metadata:
    """`corrected_at` dates the last correction stated, or makes one without words."""
    *others, last = stated.corrections or (StatedCorrection(note=""),)
    return replace(stated, corrections=(*others, replace(last, at=last.at or corrected.at)))


def _read_author(value: object, place: Place) -> str | tuple[str, ...] | Reason | None:
    return read_names(value, place) if isinstance(value, list) else read_text(value, place)


_READERS: Mapping[str, Reader] = {
    "title": read_text,
    "date": read_date,
    "updated": read_date,
    "url": read_page,
    "section": read_text,
    "language": read_language,
    "author": _read_author,
    "authors": read_names,
    "summary": read_summary,
    "image": read_image,
    "images": read_images,
    "audio": read_enclosures,
    "tags": read_tags,
    "rights": read_text,
    "publisher": read_text,
    "draft": read_flag,
    "sample": read_flag,
    "sources": read_names,
    "wire": read_wire,
    "embargo": read_date,
    "correction": read_corrections,
    "corrected_at": read_date,
    "guid": read_guid,
}
_FIELDS = {
    "date": "published",
    "sources": "attributed_to",
    "audio": "enclosures",
    "correction": "corrections",
}
"""Keys whose field has another name."""
