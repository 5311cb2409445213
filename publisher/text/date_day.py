"""The calendar day in a date line, or why there is none that is certain.

Every full date of the line is collected first; only one that stands alone is believed. House rule for figures
alone: day first when the year is last (`11/03/2026` is 11 March), year first otherwise; month first is never read.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from publisher.model.reason import Reason, reason
from publisher.text.date_fold import FoldedLine
from publisher.text.date_names import month_numbers, other_calendar_months

_OLDEST_YEAR = 1600
"""Smaller years are Hijri or Jalali (1447, 1404): both calendars are in those numbers now."""
_LATEST_YEAR = 2999
ERA_OR_PM = "\x00"
"""Stands in the rest of the line for a `م` between a year and a time, which may mean A.D. or p.m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The day found. `rest` is the folded line with every date in it blanked, for the search for a time."""

    date: date
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A full date as matched: the day, or None for one of another calendar, and its place in the folded line."""

    day: date | None
    start: int
    end: int


def find_day(line: FoldedLine, original: str) -> Day | Reason:
    """The one Gregorian day of `line`, folded from `original`; a date of another calendar beside it is passed over."""
    found: list[_Found] = []
    for pattern in _patterns():
        for match in pattern.finditer(_blanked(line.text, found)):
            one = _read(match, line, original)
            if isinstance(one, Reason):
                return one
            found.append(one)
    days = [one.day for one in sorted(found, key=lambda one: one.start) if one.day is not None]
    if not days:
        return _why_none(line, original, found)
    other = next((day for day in days if day != days[0]), None)
    if other is not None:
        return reason("dates.two_dates", first=days[0].isoformat(), second=other.isoformat())
    return Day(date=days[0], rest=_blanked(line.text, found))


def _read(match: re.Match[str], line: FoldedLine, original: str) -> _Found | Reason:
    text = line.cut(original, *match.span())
    parts = match.groupdict()
    end = _era_end(line.text, match.end())
    year = int(parts["y"])
    if (
        year < _OLDEST_YEAR
        or parts["name"] in other_calendar_months()
        or _HIJRI.match(line.text, match.end())
    ):
        return _Found(day=None, start=match.start(), end=end)
    if parts["alias"] and month_numbers()[parts["alias"]] != month_numbers()[parts["name"]]:
        return reason("dates.month_names_differ", text=text)
    month = month_numbers()[parts["name"]] if parts["name"] else int(parts["m"])
    try:
        day = date(year if year <= _LATEST_YEAR else 0, month, int(parts["d"]))
    except ValueError:
        return reason("dates.impossible", text=text)
    if _RANGE_START.search(line.text, 0, match.start()):
        return reason("dates.day_range", text=text)
    return _Found(day=day, start=match.start(), end=end)


_RANGE_START = re.compile(r"(?<![\d:/-])\d{1,2}\s?(?:-|/|و|الي|to|and)\s?$")
"""`1-2 نوفمبر 2025`: which of the two days is not said."""
_HIJRI = re.compile(r"\s*(?:ه|هجري\w*|ah)(?!\w)")
_ERA = re.compile(r"\s*(?:ه|هجري\w*|ah|م|ميلادي\w*|ad)(?!\w)")
_ERA_THEN_TIME = re.compile(r"\s*م\W{0,3}\d{1,2}:\d\d")


def _era_end(text: str, end: int) -> int:
    era = _ERA.match(text, end)
    return era.end() if era else end


def _blanked(text: str, found: list[_Found]) -> str:
    for one in found:
        blank = " " * (one.end - one.start)
        if one.day is not None and _ERA_THEN_TIME.match(text, one.end - 1):
            blank = blank[:-1] + ERA_OR_PM
        text = text[: one.start] + blank + text[one.end :]
    return text


def _why_none(line: FoldedLine, original: str, found: list[_Found]) -> Reason:
    """The most telling reason, in the order in which a person could mend it."""
    if found:
        return reason("dates.calendar", text=line.cut(original, found[0].start, found[0].end))
    for key, pattern in _partial_patterns():
        match = pattern.search(line.text)
        if match:
            return reason(key, text=line.cut(original, *match.span()))
    return reason("dates.missing")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Full dates over a folded line, the surest first. Groups: y, and d, and m or name with a second name, alias."""
    none = r"(?P<name>(?!))?(?P<alias>(?!))?"
    name = rf"(?P<name>{_alternatives()})(?:ي|e|a|an|ye)?(?!\w)"
    alias = rf"(?:\s*[(/-]\s*(?P<alias>{_alternatives(gregorian_only=True)})(?!\w)\s*\)?)?"
    before_year = r"(?:[\s,./:-]|من|عام|سنه|لسنه|de|of|'){0,6}"
    year = r"(?P<y>\d{4})(?!\d)"
    day = r"(?<![\d:])(?P<d>\d{1,2})"
    m = "(?P<m>(?!))?"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"(?<![\d])(?P<y>\d{{4}})\s?(?P<s>[-/.])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?(?P<d>\d{{1,2}})(?!\d){none}",
            rf"(?<!\d)(?P<d>\d{{1,2}})\s?(?P<s>[-/.])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?(?P<y>\d{{4}})(?!\d){none}",
            rf"{day}{_AFTER_DAY}{name}{alias}{before_year}{year}{m}",
            rf"(?<!\w){name}{alias}\s*{day}(?:st|nd|rd|th)?\s*,?\s*{year}{m}",
            rf"(?<!\d)(?P<y>\d{{4}})\s*,?\s*{name}{alias}\s*(?P<d>\d{{1,2}})(?![\d:]){m}",
        )
    )


_AFTER_DAY = r"(?:st|nd|rd|th|er|ي|e|ê|من|شهر|of|de|ב|[\s.,/-]){0,6}"


@lru_cache(maxsize=1)
def _partial_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What a line may hold instead of a full date, with the reason it gives."""
    name = rf"(?:{_alternatives()})(?:ي|e|a)?(?!\w)"
    return (
        ("dates.short_year", re.compile(r"(?<![\d.:])\d{1,2}([-/.])\d{1,2}\1\d{2}(?![\d:])")),
        (
            "dates.short_year",
            re.compile(
                rf"(?<![\d:])\d{{1,2}}{_AFTER_DAY}{name}[\s,./'’-]*\d{{2}}{_NO_TIME}"
                rf"|(?<!\w){name}\s*\d{{1,2}}(?:st|nd|rd|th)?(?:\s*,\s*|\s+)['’]?\d{{2}}{_NO_TIME}"
            ),
        ),
        (
            "dates.no_year",
            re.compile(rf"(?<![\d:])\d{{1,2}}{_AFTER_DAY}{name}|(?<!\w){name}\s*\d{{1,2}}(?![\d:])"),
        ),
        ("dates.no_day", re.compile(rf"(?<!\w){name}[\s,]*\d{{4}}(?!\d)")),
        ("dates.no_year", re.compile(r"(?<![\d:/])\d{1,2}/\d{1,2}(?![\d:/])")),
        ("dates.relative", re.compile(_RELATIVE)),
    )


_NO_TIME = r"(?![\d:])(?!\s*(?:[ap]\.?m|صباح|مسا|ظهر|بعد))"
"""After two figures that may be a year: those of a time, as in `1 November 10 pm`, are none."""
_RELATIVE = (
    r"(?<!\w)(?:منذ|قبل|اليوم|امس|البارحه|غدا|الان|ago|today|yesterday|tomorrow|just now|پێش|ييستا|يهمرۆ|دوێنێ"
    r"|سبهينێ|پيش|امروز|ديروز|\d+ \w+ once|bugun|dun|simdi|aujourd'hui|hier|il y a)(?!\w)"
)


def _alternatives(*, gregorian_only: bool = False) -> str:
    names = set(month_numbers()) if gregorian_only else set(month_numbers()) | other_calendar_months()
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
