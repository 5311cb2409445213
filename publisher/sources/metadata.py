"""What a person states about a document, in a sidecar or in front matter: known keys, checked values.

One table for both. An unknown key or a bad value holds the document back and names the key: a misspelled `secton`
would otherwise publish the article where nobody looks for it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from publisher.model.media import Image
from publisher.model.reason import Reason, reason
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import parse_web_address
from publisher.text.dates import ReadDate, parse_date

MAX_BYTES = 16_384
"""Size of a sidecar or a front matter, at most."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_MAX_TITLE = 300
_MAX_SUMMARY = 2000
_MAX_SOURCES = 20
_MAX_PIXELS = 20_000
_FLAGS = {"true": True, "yes": True, "نعم": True, "false": False, "no": False, "لا": False}


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


EMPTY = Metadata()
"""Nothing stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a value stands, for the reason; and the site's zone."""

    file: str
    field: str
    zone: ZoneInfo

    def wrong(self, kind: str, value: object, **more: int) -> Reason:
        return reason(f"sources.{kind}", file=self.file, field=self.field, value=_show(value), **more)


def parse_metadata(raw: Mapping[str, object], *, file: str, zone: ZoneInfo) -> Metadata | Reason:
    """Check every key and value of `raw`, as TOML or YAML give them, or as plain strings.

    `file` names the file in reasons. A date without a zone is wall time in `zone`. Reasons: `sources.unknown_key`,
    `sources.unknown_key_near`, `sources.bad_…`, `sources.value_too_long`, and those of `publisher.text.dates`.
    """
    fields = _read_fields(raw, _READERS, prefix="", file=file, zone=zone)
    if isinstance(fields, Reason):
        return fields
    return Metadata(**{_FIELDS.get(key, key): value for key, value in fields.items()})  # type: ignore[arg-type]


def _show(value: object) -> str:
    """A wrong value in a few characters. Python refuses to spell integers of thousands of digits."""
    match value:
        case str():
            return strip_markup(value[:80])
        case int() if value.bit_length() > 64:
            return "…"
        case list():
            return "[…]"
        case dict():
            return "{…}"
        case _:
            return str(value)


_Reader = Callable[[object, _Place], object]


def _read_fields(
    raw: Mapping[str, object], readers: Mapping[str, _Reader], *, prefix: str, file: str, zone: ZoneInfo
) -> dict[str, object] | Reason:
    fields: dict[str, object] = {}
    for key, value in raw.items():
        reader = readers.get(key)
        if reader is None:
            return _unknown_key(prefix, key, readers, file)
        if value is None:
            continue
        read = reader(value, _Place(file=file, field=prefix + key, zone=zone))
        if isinstance(read, Reason):
            return read
        fields[key] = read
    return fields


def _unknown_key(prefix: str, key: str, readers: Mapping[str, _Reader], file: str) -> Reason:
    shown = prefix + strip_markup(key[:60])
    near = get_close_matches(key.lower()[:60], list(readers), n=1, cutoff=0.5)
    if near:
        return reason("sources.unknown_key_near", file=file, field=shown, near=prefix + near[0])
    return reason("sources.unknown_key", file=file, field=shown, known=", ".join(readers))


def _read_text(value: object, place: _Place, limit: int = _MAX_TITLE) -> str | Reason | None:
    if not isinstance(value, str):
        return place.wrong("bad_text", value)
    text = strip_markup(value)
    return text or None if len(text) <= limit else place.wrong("value_too_long", text, limit=limit)


def _read_summary(value: object, place: _Place) -> str | Reason | None:
    return _read_text(value, place, _MAX_SUMMARY)


def _read_date(value: object, place: _Place) -> ReadDate | Reason | None:
    text = value.isoformat() if isinstance(value, date | datetime) else value
    if not isinstance(text, str):
        return place.wrong("bad_date", value)
    text = strip_markup(text[:200])
    return parse_date(text, zone=place.zone) if text else None


def _read_url(value: object, place: _Place) -> str | Reason | None:
    if value == "":
        return None
    address = parse_web_address(value.strip()) if isinstance(value, str) else None
    return address or place.wrong("bad_url", value)


def _read_language(value: object, place: _Place) -> str | Reason:
    if isinstance(value, str) and _LANGUAGE.fullmatch(value.strip()) and len(value) <= 35:
        return value.strip()
    return place.wrong("bad_language", value)


def _read_flag(value: object, place: _Place) -> bool | Reason:
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    return place.wrong("bad_flag", value) if flag is None else flag


def _read_pixels(value: object, place: _Place) -> int | Reason:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_PIXELS:
        return value
    return place.wrong("bad_number", value, limit=_MAX_PIXELS)


def _read_names(value: object, place: _Place) -> tuple[str, ...] | Reason:
    listed = value if isinstance(value, list) else [value]
    names = [_read_text(name, place) for name in listed[:_MAX_SOURCES]]
    wrong = next((name for name in names if isinstance(name, Reason)), None)
    return wrong or tuple(name for name in names if isinstance(name, str))


def _read_image(value: object, place: _Place) -> Image | Reason | None:
    if isinstance(value, str):
        value = {"src": value}
    if not isinstance(value, dict):
        return place.wrong("bad_image", value)
    fields = _read_fields(value, _IMAGE_READERS, prefix=place.field + ".", file=place.file, zone=place.zone)
    if isinstance(fields, Reason):
        return fields
    return Image(**fields) if any(fields.values()) else None  # type: ignore[arg-type]


_READERS: Mapping[str, _Reader] = {
    "title": _read_text,
    "date": _read_date,
    "updated": _read_date,
    "url": _read_url,
    "section": _read_text,
    "language": _read_language,
    "author": _read_text,
    "summary": _read_summary,
    "image": _read_image,
    "rights": _read_text,
    "publisher": _read_text,
    "sample": _read_flag,
    "sources": _read_names,
}
_IMAGE_READERS: Mapping[str, _Reader] = {
    "src": _read_url,
    "alt": _read_text,
    "caption": _read_text,
    "credit": _read_text,
    "width": _read_pixels,
    "height": _read_pixels,
}
_FIELDS = {"date": "published", "sources": "attributed_to"}
"""Keys whose field has another name."""
