"""The dates of a saved page: which lines are dates, and which of them is the article's (facts: R6).

A labelled date wins over a bare one; a bare one counts only beside the title or below the text, and never above the
title, where pages print today's date. Two different answers are no answer.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason
from publisher.sources.lines import Line
from publisher.text.date_fold import fold_date_line, fold_name
from publisher.text.date_names import month_numbers, other_calendar_months, weekday_names
from publisher.text.dates import DateLabel, ReadDate, find_date_label, parse_date

_MAX_CHARS = 160
_MAX_FIGURES = 40
"""A line with two dates and their times, Hijri beside Gregorian, has about 30."""
_WORD = re.compile(r"\w+")
_GLUE = (  # what else stands in a date line
    """في من يوم الساعة الموافق م ص ه هجري ميلادي صباحا مساء ظهرا عصرا ليلا فجرا بتوقيت توقيت محلي محليا
    بغداد العراق مكة المكرمة غرينتش جرينتش القاهرة اربيل on at the of am pm gmt utc a p m in z
    کاتژمێر سەعات هەولێر ی لە"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDate:
    """A date line: its place, its label where it has one, and what it says (or why that cannot be read)."""

    index: int
    label: DateLabel | None
    read: ReadDate | Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """The article's own dates."""

    published: ReadDate
    updated: ReadDate | None


def find_dates(lines: tuple[Line, ...], *, zone: ZoneInfo) -> tuple[PageDate, ...]:
    """Every date line of a page, in order. A label alone on its line names the date on the next one."""
    found: list[PageDate] = []
    pending: DateLabel | None = None
    for index, line in enumerate(lines):
        dates = list(_read_line(index, line.text, pending, zone))
        found += dates
        pending = None if dates else _lone_label(line.text)
    return tuple(found)


def decide_dates(dates: Iterable[PageDate], *, title: int, own: Container[int]) -> PageDates | Reason:
    """The article's dates among the page's, or the reason why they are not certain.

    `title` is the title's line, `own` the lines that date the article: neither text nor other stories.
    """
    dates = tuple(dates)
    clock = any(date.label is None and date.index < title for date in dates)
    own_dates = [date for date in dates if date.index in own]
    labelled = [date.read for date in own_dates if date.label is DateLabel.PUBLISHED]
    bare = [date.read for date in own_dates if date.label is None]
    updated = _one(date.read for date in own_dates if date.label is DateLabel.UPDATED)
    published = _one(labelled or bare)
    if published is None:
        return _why_none(updated=updated is not None, clock=clock)
    if isinstance(published, Reason):
        return published
    if isinstance(updated, Reason):
        return updated
    return PageDates(published=published, updated=updated)


def _one(reads: Iterable[ReadDate | Reason]) -> ReadDate | Reason | None:
    """The one instant that all of `reads` tell; a date without a time agrees with a time on the same day. What
    cannot be read is passed over beside what can.
    """
    reads = tuple(reads)
    dates = [read for read in reads if isinstance(read, ReadDate)]
    if not dates:
        return reads[0] if reads else None
    best = next((date for date in dates if date.has_time), dates[0])
    for date in dates:
        agrees = date.at == best.at or (not date.has_time and date.at.date() == best.at.date())
        if not agrees:
            return reason("sources.date_ambiguous", first=best.raw, second=date.raw)
    return best


def _why_none(*, updated: bool, clock: bool) -> Reason:
    if updated:
        return reason("sources.date_only_updated")
    return reason("sources.date_only_clock" if clock else "sources.date_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """A part of a line that may be a date; `other_words` is how many words that are no date it may hold."""

    label: DateLabel | None
    text: str
    other_words: int


def _read_line(index: int, text: str, pending: DateLabel | None, zone: ZoneInfo) -> Iterator[PageDate]:
    if len(text) > _MAX_CHARS or sum(map(str.isdecimal, text)) > _MAX_FIGURES:
        return
    for segment in _split_labels(text) or _without_label(text, pending):
        read = parse_date(segment.text, zone=zone)
        if isinstance(read, Reason):
            if segment.label is None or read.key == "dates.missing":
                continue
        else:
            read = replace(read, raw=text)
        allowed = segment.other_words
        if segment.label is None and isinstance(read, ReadDate) and read.has_time:
            allowed = 2
        if _count_other_words(segment.text) <= allowed:
            yield PageDate(index=index, label=segment.label, read=read)


def _split_labels(text: str) -> tuple[_Segment, ...]:
    """What stands behind each label of a line, up to the next label. A label with a colon is surely one."""
    found: list[_Segment] = []
    start = 0
    while label := find_date_label(text[start:]):
        begin = start + label.end
        following = find_date_label(text[begin:])
        stop = begin + following.start if following else len(text)
        is_marked = text[start + label.start : begin].rstrip().endswith((":", "|", "-"))
        found.append(_Segment(label=label.label, text=text[begin:stop], other_words=4 if is_marked else 1))
        start = begin
    return tuple(found)


def _without_label(text: str, pending: DateLabel | None) -> tuple[_Segment, ...]:
    if not any(char.isdecimal() for char in text):
        return ()
    return (_Segment(label=pending, text=text, other_words=1 if pending else 0),)


def _lone_label(text: str) -> DateLabel | None:
    """The label where a line is nothing else."""
    label = find_date_label(text) if len(text) < 40 else None
    return label.label if label and label.start == 0 and not text[label.end :].strip() else None


def _count_other_words(text: str) -> int:
    """How many words of `text` belong to no date: a sentence that mentions a date has several."""
    words = _WORD.findall(fold_date_line(text).text)
    return sum(1 for word in words if not any(c.isdigit() for c in word) and word not in _date_words())


@lru_cache(maxsize=1)
def _date_words() -> frozenset[str]:
    names = {*month_numbers(), *other_calendar_months(), *weekday_names()}
    words = {word for name in names for word in _WORD.findall(name)}
    return frozenset(words | {word + "ي" for word in words} | {fold_name(word) for word in _GLUE.split()})
