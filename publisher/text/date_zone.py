"""The zone a date line names beside a time: an offset, a code, or a city whose time it is.

A city alone is a dateline (`15:30 القاهرة`), so it counts only after `بتوقيت`, before `time`, or in parentheses.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason
from publisher.text.date_fold import FoldedLine, fold_name

_PLACES = {
    "UTC": "غرينتش, جرينتش, غرينيتش, كرينتش, گرینیچ, greenwich",
    "Asia/Baghdad": "بغداد, العراق, بەغدا, أربيل, هەولێر, baghdad, iraq, erbil",
    "Asia/Riyadh": "مكة المكرمة, مكة, السعودية, الرياض, mecca, riyadh",
    "Asia/Kuwait": "الكويت, kuwait",
    "Asia/Qatar": "الدوحة, قطر, doha",
    "Asia/Dubai": "دبي, أبو ظبي, أبوظبي, الإمارات, dubai",
    "Africa/Cairo": "القاهرة, مصر, cairo",
    "Asia/Beirut": "بيروت, لبنان, beirut",
    "Asia/Damascus": "دمشق, سوريا, damascus",
    "Asia/Jerusalem": "القدس, jerusalem",
    "Asia/Tehran": "طهران, تهران, tehran",
    "Europe/Istanbul": "إسطنبول, أنقرة, تركيا, istanbul, ankara",
    "Africa/Tunis": "تونس, tunis",
    "Africa/Algiers": "الجزائر, algiers",
    "Africa/Casablanca": "الرباط, المغرب, rabat",
}
_CODE_HOURS = {
    "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "IDT": 3,
    "TRT": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Hours east of UTC; the American ones are RFC 5322's (section 4.3). IST, AST and BST are claimed by several countries
and are not read."""
_FARTHEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone as named, in the writer's own letters; `end` is where the folded line goes on after it."""

    zone: tzinfo
    text: str
    end: int


def find_zone(rest: str, at: int, line: FoldedLine, original: str, *, is_iso: bool) -> Zone | Reason | None:
    """The zone that follows the time ending at `at` in `rest`; None where none does, a reason for one not known.

    `is_iso`: the time stands in ISO 8601 form, where `-05:00` is an offset; elsewhere `10:00-11:00` is two times.
    """
    offset = _OFFSET.match(rest, at) or (_ISO_MINUS.match(rest, at) if is_iso else None)
    if offset:
        return _read_offset(offset, line, original)
    code = _CODE.match(original, line.back(at))
    if code and code["zone"] not in _CODE_HOURS:
        return reason("dates.zone_unknown", text=code["zone"])
    if code:
        zone = timezone(timedelta(hours=_CODE_HOURS[code["zone"]]))
        return Zone(zone=zone, text=code["zone"], end=line.forth(code.end()))
    return _find_place(rest, at, line, original)


def _read_offset(offset: re.Match[str], line: FoldedLine, original: str) -> Zone | Reason:
    text = line.cut(original, *offset.span("zone"))
    size = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    if size > _FARTHEST_OFFSET:
        return reason("dates.zone_unknown", text=text)
    return Zone(zone=timezone(-size if offset["sign"] == "-" else size), text=text, end=offset.end())


def _find_place(rest: str, at: int, line: FoldedLine, original: str) -> Zone | Reason | None:
    found = _place_pattern().match(rest, at)
    if found is None:
        return None
    group = "named" if found["named"] else "framed"
    text = line.cut(original, *found.span(group))
    zone = _places().get(found[group])
    if zone is None:
        return reason("dates.zone_unknown", text=text)
    return Zone(zone=zone, text=text, end=found.end())


_OFFSET = re.compile(
    r"(?:\s*[,(\[]?\s*(?=gmt|utc)|\s?(?=\+)|\s?(?=-\d{4}(?!\d)))"
    r"(?P<zone>(?:gmt|utc)?\s?(?P<sign>[+-])(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d\d))?)(?![\d:])"
)
"""`+03:00`, `+0300`, `-0300`, `GMT+3`."""
_ISO_MINUS = re.compile(r"(?P<zone>(?P<sign>-)(?P<hours>\d\d):(?P<minutes>\d\d))(?!\d)")
_GREENWICH = "غرينتش|جرينتش|غرينيتش"
_CODE = re.compile(r"(?:(?=Z)|\s*[,(\[]?\s*)(?P<zone>(?<=\d)Z|UTC|[A-Z]{1,4}T)\b")


@lru_cache(maxsize=1)
def _places() -> dict[str, tzinfo]:
    return {
        fold_name(word): UTC if key == "UTC" else ZoneInfo(key)
        for key, words in _PLACES.items()
        for word in words.split(",")
    }


@lru_cache(maxsize=1)
def _place_pattern() -> re.Pattern[str]:
    """A known place in any of its frames, or any single word after `بتوقيت`."""
    known = _any_of(_places())
    after_word = rf"\s*[,(\[]?\s*ب?توقيت(?:\s+مدينه)?\s+(?P<named>(?:{known})(?!\w)|\w+)"
    alone = rf"\s*(?:[(\[]\s*(?=(?:{known})\s*[)\]])|(?=(?:{known}) time\b)|(?={_GREENWICH}))(?P<framed>{known})(?!\w)"
    return re.compile(f"{after_word}|{alone}")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
