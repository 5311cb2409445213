"""The time of day in a date line, and the zone the line itself names.

Twelve-hour words are read as people use them: 12 م is noon, 12 ص midnight, 12 ليلا midnight too; 13 and more
with م is tolerated, with ص it is a contradiction. Without such a word the clock has 24 hours.
"""

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason
from publisher.text.date_day import ERA_OR_PM
from publisher.text.date_fold import FoldedLine, fold_name


class _Period(StrEnum):
    """What a word beside a time says of it."""

    AM = "am"
    """Midnight to noon."""
    PM = "pm"
    """Noon to midnight."""
    NOON = "noon"
    """About noon: 11 to 3."""
    NIGHT = "night"
    """Evening to before dawn."""


_PERIOD_WORDS = {
    _Period.AM: "ص, صباحا, صباح, الصبح, فجرا, am, a.m., a.m, ب.ن, پ.ن, بەیانی, ق.ظ, صبح, öö",
    _Period.PM: "م, مساء, مساءا, عصرا, بعد الظهر, pm, p.m., p.m, د.ن, ئێوارە, پاشنیوەڕۆ, ب.ظ, عصر, ös",
    _Period.NOON: "ظهرا, الظهر, noon, نیوەڕۆ, ظهر",
    _Period.NIGHT: "ليلا, منتصف الليل, midnight, شەو, شب",
}

_ZONES = {
    "UTC": "gmt, utc, ut, غرينتش, جرينتش, غرينيتش, گرينتش, كرينتش, گرینیچ",
    "Asia/Baghdad": "بغداد, العراق, baghdad, بەغدا, اربيل, هەولێر",
    "Asia/Riyadh": "مكة المكرمة, مكة, السعودية, الرياض, mecca, riyadh",
    "Asia/Kuwait": "الكويت",
    "Asia/Qatar": "الدوحة, قطر",
    "Asia/Dubai": "دبي, ابو ظبي, ابوظبي, الامارات",
    "Africa/Cairo": "القاهرة, مصر",
    "Asia/Beirut": "بيروت, لبنان",
    "Asia/Damascus": "دمشق, سوريا",
    "Asia/Jerusalem": "القدس, idt",
    "Asia/Tehran": "طهران, تهران",
    "Europe/Istanbul": "اسطنبول, إسطنبول, انقرة, تركيا",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
    "Africa/Casablanca": "الرباط, المغرب",
}
_ABBREVIATED_HOURS = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "cet": 1, "cest": 2, "eet": 2, "eest": 3, "trt": 3, "wet": 0, "west": 1,
}  # fmt: skip
"""Hours east of UTC; the American ones are RFC 822's. Others (IST, AST, CST of China) are claimed twice: not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day; `zone` and `zone_text` where the line names a zone."""

    time: time
    zone: tzinfo | None
    zone_text: str | None


def find_clocks(rest: str, line: FoldedLine, original: str) -> tuple[Clock, ...] | Reason:
    """Every time of day in `rest`, the folded line with its dates blanked; a reason for one that cannot be read."""
    clocks: list[Clock] = []
    at = 0
    pattern = _time_pattern() if _time_pattern().search(rest) else _hour_pattern()
    while match := pattern.search(rest, at):
        read = _read(match, rest, line, original)
        if isinstance(read, Reason):
            return read
        clock, at = read
        clocks.append(clock)
    return tuple(clocks)


def _read(match: re.Match[str], rest: str, line: FoldedLine, original: str) -> tuple[Clock, int] | Reason:
    parts = match.groupdict()
    text = line.cut(original, *match.span())
    periods = {_periods()[parts[side]] for side in ("before", "after") if parts[side]}
    hour = int(parts["h"])
    is_bare = parts["mi"] is None or (ERA_OR_PM in rest[: match.start()] and hour <= 12)
    if len(periods) > 1 or (is_bare and not periods):
        return reason("dates.time_unclear", text=text)
    full = _hour_of_day(hour, next(iter(periods), None))
    minute, second = int(parts["mi"] or 0), int(parts["s"] or 0)
    if full is None or minute > 59 or second > 59:
        return reason("dates.time_impossible", text=text)
    found = _read_zone(match, rest, line, original)
    if isinstance(found, Reason):
        return found
    zone, start, end = found
    named = line.cut(original, start, end) if zone else None
    return Clock(time=time(full, minute, second), zone=zone, zone_text=named), end


def _hour_of_day(hour: int, period: _Period | None) -> int | None:
    """0 to 23, or None where hour and word contradict each other or leave a doubt."""
    match period:
        case None:
            hours = {h: h for h in range(24)}
        case _Period.AM:
            hours = {12: 0} | {h: h for h in range(12)}
        case _Period.PM:
            hours = {12: 12} | {h: h % 12 + 12 for h in range(1, 24) if h != 12}
        case _Period.NOON:
            hours = {11: 11, 12: 12, 1: 13, 2: 14, 3: 15, 13: 13, 14: 14, 15: 15}
        case _Period.NIGHT:
            hours = (
                {12: 0}
                | {h: h for h in range(5)}
                | {h: h + 12 for h in range(6, 12)}
                | {h: h for h in range(18, 24)}
            )
    return hours.get(hour)


def _read_zone(
    time_found: re.Match[str], rest: str, line: FoldedLine, original: str
) -> tuple[tzinfo | None, int, int] | Reason:
    """The zone named right after a time and its place in `rest`; no zone and the time's end where none is named."""
    at = time_found.end()
    offset = _OFFSET.match(rest, at)
    if offset is None and (time_found["s"] or rest[: time_found.start()].endswith("t")):
        offset = _ISO_MINUS.match(rest, at)
    if offset:
        start, end = offset.span("zone")
        size = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        if size > _FARTHEST_OFFSET:
            return reason("dates.zone_unknown", text=line.cut(original, start, end))
        return timezone(-size if offset["sign"] == "-" else size), start, end
    named = _zone_pattern().match(rest, at)
    if named:
        return _zones()[named["zone"]], *named.span("zone")
    unknown = _UNKNOWN_ZONE.match(original, line.back(at))
    if unknown:
        return reason("dates.zone_unknown", text=unknown["zone"])
    return None, at, at


_OFFSET = re.compile(
    r"(?:\s*[,(\[]?\s*(?=gmt|utc)|\s?(?=\+)|\s?(?=-\d{4}(?!\d)))"
    r"(?P<zone>(?:gmt|utc)?\s?(?P<sign>[+-])(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d\d))?)(?![\d:])"
)
"""`+03:00`, `+0300`, `-0300`, `GMT+3`."""
_ISO_MINUS = re.compile(r"(?P<zone>(?P<sign>-)(?P<hours>\d\d):(?P<minutes>\d\d))(?!\d)")
"""`-05:00`, as ISO 8601 and RFC 3339 write it; elsewhere `10:00-11:00` is two times."""
_FARTHEST_OFFSET = timedelta(hours=14)
_UNKNOWN_ZONE = re.compile(r"\s*[,(\[]?\s*(?:ب?توقيت\s+(?=\w)|(?=[A-Z]{2,4}T\b))(?P<zone>\w+)")


@lru_cache(maxsize=1)
def _periods() -> dict[str, _Period]:
    return {fold_name(word): period for period, words in _PERIOD_WORDS.items() for word in words.split(",")}


@lru_cache(maxsize=1)
def _zones() -> dict[str, tzinfo]:
    named: dict[str, tzinfo] = {
        fold_name(word): UTC if key == "UTC" else ZoneInfo(key)
        for key, words in _ZONES.items()
        for word in words.split(",")
    }
    fixed = {name: timezone(timedelta(hours=hours)) for name, hours in _ABBREVIATED_HOURS.items()}
    return {**named, **fixed, "z": UTC}


def _any_of(words: dict[str, _Period] | dict[str, tzinfo]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def _time_pattern() -> re.Pattern[str]:
    period = _any_of(_periods())
    return re.compile(
        rf"(?:(?<!\w)(?P<before>{period})\s*[:.,-]?\s*)?"
        r"(?<!\d)(?<!\d:)(?P<h>\d{1,2})(?:\s?:\s?|h)(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)"
        rf"(?:\s*,?\s*(?P<after>{period})(?!\w))?"
    )


@lru_cache(maxsize=1)
def _hour_pattern() -> re.Pattern[str]:
    """An hour alone: after the word for it, or right before am or pm. The groups of `_time_pattern`."""
    period = _any_of(_periods())
    return re.compile(
        rf"(?P<before>(?!))?(?:(?<!\w)(?:الساعه|ساعت|كاتژمێر|at|saat)\s*|(?<!\w)(?=\d+\s?[ap]\.?m\b))"
        rf"(?P<h>\d{{1,2}})(?![\d:])(?P<mi>(?!))?(?P<s>(?!))?(?:\s*(?P<after>{period})(?!\w))?"
    )


@lru_cache(maxsize=1)
def _zone_pattern() -> re.Pattern[str]:
    return re.compile(rf"\s*[,(\[]?\s*(?:(?:بتوقيت|توقيت)\s+)?(?P<zone>{_any_of(_zones())})(?!\w)")
