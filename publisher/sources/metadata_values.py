"""The values a person may state, one reader for each kind: what is right comes back, what is wrong as its reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from zoneinfo import ZoneInfo

from publisher.model.identity import MAX_GUID_BYTES, is_guid
from publisher.model.reason import Reason, reason
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import parse_page_address, parse_web_address
from publisher.text.dates import ReadDate, parse_date

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_MEDIA_TYPE = re.compile(r"(?:audio|video|image|application|text)/[a-z0-9][a-z0-9.+-]{0,60}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_MAX_TITLE = 300
_MAX_SUMMARY = 2000
MAX_LISTED = 20
"""Entries of a list that are read."""
_MAX_PIXELS = 20_000
_MAX_BYTES = 10**12
_MAX_SECONDS = 10**6
_FLAGS = {"true": True, "yes": True, "نعم": True, "false": False, "no": False, "لا": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands, for the reason; and the site's zone."""

    file: str
    field: str
    zone: ZoneInfo

    def wrong(self, kind: str, value: object, **more: int) -> Reason:
        return reason(f"sources.{kind}", file=self.file, field=self.field, value=_show(value), **more)


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


Reader = Callable[[object, Place], object]


def read_fields(
    raw: Mapping[str, object], readers: Mapping[str, Reader], *, prefix: str, file: str, zone: ZoneInfo
) -> dict[str, object] | Reason:
    fields: dict[str, object] = {}
    for key, value in raw.items():
        reader = readers.get(key)
        if reader is None:
            return _unknown_key(prefix, key, readers, file)
        if value is None:
            continue
        read = reader(value, Place(file=file, field=prefix + key, zone=zone))
        if isinstance(read, Reason):
            return read
        fields[key] = read
    return fields


def _unknown_key(prefix: str, key: str, readers: Mapping[str, Reader], file: str) -> Reason:
    shown = prefix + strip_markup(key[:60])
    near = get_close_matches(key.lower()[:60], list(readers), n=1, cutoff=0.5)
    if near:
        return reason("sources.unknown_key_near", file=file, field=shown, near=prefix + near[0])
    return reason("sources.unknown_key", file=file, field=shown, known=", ".join(readers))


def read_text(value: object, place: Place, limit: int = _MAX_TITLE) -> str | Reason | None:
    if not isinstance(value, str):
        return place.wrong("bad_text", value)
    text = strip_markup(value)
    return text or None if len(text) <= limit else place.wrong("value_too_long", text, limit=limit)


def read_summary(value: object, place: Place) -> str | Reason | None:
    return read_text(value, place, _MAX_SUMMARY)


def read_date(value: object, place: Place) -> ReadDate | Reason | None:
    text = value.isoformat() if isinstance(value, date | datetime) else value
    if not isinstance(text, str):
        return place.wrong("bad_date", value)
    text = strip_markup(text[:200])
    return parse_date(text, zone=place.zone) if text else None


def read_url(value: object, place: Place) -> str | Reason | None:
    if value == "":
        return None
    address = parse_web_address(value.strip()) if isinstance(value, str) else None
    return address or place.wrong("bad_url", value)


def read_page(value: object, place: Place) -> str | Reason | None:
    """The address of the article's own page."""
    address = read_url(value, place)
    return parse_page_address(address) if isinstance(address, str) else address


def read_guid(value: object, place: Place) -> str | Reason | None:
    """An id to the letter, whatever it looks like: readers know the article by it. A number is written as one."""
    if value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if value.bit_length() <= 64 else ""
    text = value.strip() if isinstance(value, str) else ""
    return text if is_guid(text) else place.wrong("bad_guid", value, limit=MAX_GUID_BYTES)


def is_language(tag: str) -> bool:
    """Whether it is a language tag (BCP 47) as we write them."""
    return len(tag) <= 35 and _LANGUAGE.fullmatch(tag) is not None


def read_language(value: object, place: Place) -> str | Reason:
    if isinstance(value, str) and is_language(value.strip()):
        return value.strip()
    return place.wrong("bad_language", value)


def read_flag(value: object, place: Place) -> bool | Reason:
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    return place.wrong("bad_flag", value) if flag is None else flag


def _read_number(value: object, place: Place, *, limit: int) -> int | Reason:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(limit)):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limit:
        return value
    return place.wrong("bad_number", value, limit=limit)


read_pixels = partial(_read_number, limit=_MAX_PIXELS)
read_size = partial(_read_number, limit=_MAX_BYTES)


def read_duration(value: object, place: Place) -> int | Reason:
    """Seconds, or `mm:ss`, or `hh:mm:ss`."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return _read_number(value, place, limit=_MAX_SECONDS)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _read_number(hours * 3600 + minutes * 60 + seconds, place, limit=_MAX_SECONDS)


def is_media_type(text: str) -> bool:
    """Whether it is a media type of what goes with an article, in lower case: `audio/mpeg` (RFC 6838 section 4.2)."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def read_media_type(value: object, place: Place) -> str | Reason:
    """`audio/mpeg` (RFC 6838 section 4.2)."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if is_media_type(text) else place.wrong("bad_media_type", value)


def read_names(value: object, place: Place) -> tuple[str, ...] | Reason:
    listed = value if isinstance(value, list) else [value]
    names = [read_text(name, place) for name in listed[:MAX_LISTED]]
    wrong = next((name for name in names if isinstance(name, Reason)), None)
    return wrong or tuple(name for name in names if isinstance(name, str))
