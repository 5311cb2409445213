"""Reading a date line: the day, the time and the zone it states, or the reason why not.

Promise: a date is read or refused, never guessed. No clock is looked at; what only a reference time could
resolve (`منذ ساعتين`, `3 مايس`) is refused, and nothing missing is filled in: not the year, not January, not midnight
as if it had been said (`has_time` tells).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason
from publisher.text.date_clock import Clock, find_clocks
from publisher.text.date_day import find_day
from publisher.text.date_fold import FoldedLine, fold_date_line
from publisher.text.date_labels import DateLabel, FoundLabel, find_date_label
from publisher.text.date_names import WeekdayName, weekday_name, weekday_names

__all__ = ["DateLabel", "FoundLabel", "ReadDate", "find_date_label", "parse_date"]

_LONGEST_LINE = 2000
"""Characters looked at; a date line has under a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """A date read. `at` is aware, on the clock of the zone given to `parse_date`; `raw` is the line it was read from.

    Without a time in the line `has_time` is False and `at` is 00:00 there. `zone_from` says where the zone came
    from: `site setting Asia/Baghdad` or `the text: GMT`.
    """

    at: datetime
    raw: str
    has_time: bool
    zone_from: str


def parse_date(text: str, *, zone: ZoneInfo) -> ReadDate | Reason:
    """Read the one absolute Gregorian date in `text`, a line in Arabic, Sorani, Kurmanji, Persian, Turkish, Hebrew,
    English or French; a time without a zone is wall time in `zone` (RFC 3339 offsets and zone names are respected).
    A day without a time is a day of `zone`, whatever zone stands beside it.

    A wall time the clock skips moves forward by the gap; one it repeats is the first. Never raises.
    """
    raw = text.strip()
    line = fold_date_line(raw[:_LONGEST_LINE])
    day = find_day(line, raw)
    if isinstance(day, Reason):
        return day
    mismatch = _check_weekday(line, day.date)
    if mismatch is not None:
        return mismatch
    clocks = find_clocks(day.rest, line, raw)
    if isinstance(clocks, Reason):
        return clocks
    return _combine(day.date, clocks, raw, zone)


def _combine(day: date, clocks: tuple[Clock, ...], raw: str, zone: ZoneInfo) -> ReadDate | Reason:
    instants = [_resolve(day, clock.time, clock.zone.zone if clock.zone else zone) for clock in clocks]
    other = next((clock for clock, at in zip(clocks, instants, strict=True) if at != instants[0]), None)
    if other is not None:
        return reason("dates.two_times", first=f"{clocks[0].time:%H:%M}", second=f"{other.time:%H:%M}")
    named = clocks[0].zone if clocks else None
    return ReadDate(
        at=(instants[0] if instants else _resolve(day, time(), zone)).astimezone(zone),
        raw=raw,
        has_time=bool(clocks),
        zone_from=f"the text: {named.text}" if named else f"site setting {zone.key}",
    )


def _resolve(day: date, wall: time, zone: tzinfo) -> datetime:
    """The instant of a wall time: over a gap forward, in a fold the first (`fold=0`)."""
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def _check_weekday(line: FoldedLine, day: date) -> Reason | None:
    """A reason where the line names weekdays and none of them is the day's."""
    named = [weekday_names()[match[0]] for match in _weekday_pattern().finditer(line.text)]
    if not named or any(name.number == day.weekday() for name in named):
        return None
    given: WeekdayName = named[0]
    return reason(
        "dates.weekday_mismatch",
        given=weekday_name(given.number, given.locale),
        actual=weekday_name(day.weekday(), given.locale),
        date=day.isoformat(),
    )


@lru_cache(maxsize=1)
def _weekday_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(weekday_names(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)")
