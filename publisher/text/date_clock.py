"""The time of day in a date line, and the zone the line itself names.

Twelve-hour words are read as people use them: 12 م is noon, 12 ص midnight, 12 ليلا midnight too; 13 and more
with م is tolerated, with ص it is a contradiction. Without such a word the clock has 24 hours.
"""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import lru_cache

from publisher.model.reason import Reason, reason
from publisher.text.date_day import ERA_OR_PM
from publisher.text.date_fold import FoldedLine, fold_name
from publisher.text.date_zone import Zone, find_zone


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, with the zone where the line names one."""

    time: time
    zone: Zone | None


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
    full = _HOURS[next(iter(periods), None)].get(hour)
    minute, second = int(parts["mi"] or 0), int(parts["s"] or 0)
    if full is None or minute > 59 or second > 59:
        return reason("dates.time_impossible", text=text)
    is_iso = bool(parts["s"]) or rest[: match.start()].endswith("t")
    zone = find_zone(rest, match.end(), line, original, is_iso=is_iso)
    if isinstance(zone, Reason):
        return zone
    return Clock(time=time(full, minute, second), zone=zone), zone.end if zone else match.end()


_HOURS: dict[_Period | None, dict[int, int]] = {
    None: {hour: hour for hour in range(24)},
    _Period.AM: {12: 0} | {hour: hour for hour in range(12)},
    _Period.PM: {12: 12} | {hour: hour % 12 + 12 for hour in range(1, 24) if hour != 12},
    _Period.NOON: {11: 11, 12: 12, 1: 13, 2: 14, 3: 15, 13: 13, 14: 14, 15: 15},
    _Period.NIGHT: {
        12: 0,
        **{hour: hour for hour in (*range(5), *range(18, 24))},
        **{h: h + 12 for h in range(6, 12)},
    },
}
"""What each hour is on a 24-hour clock beside each word; an hour not listed contradicts the word or leaves a doubt."""


@lru_cache(maxsize=1)
def _periods() -> dict[str, _Period]:
    return {fold_name(word): period for period, words in _PERIOD_WORDS.items() for word in words.split(",")}


def _any_of(words: dict[str, _Period]) -> str:
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
        rf"(?P<h>\d{{1,2}})(?:\.(?P<mi>\d\d))?(?![\d:])(?P<s>(?!))?(?:\s*(?P<after>{period})(?!\w))?"
    )
