"""What a date line calls its date: published or updated. Labelled dates beat a page's bare clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from publisher.text.date_fold import fold_date_line, fold_name
from publisher.text.date_names import month_numbers, weekday_names


class DateLabel(StrEnum):
    """What a labelled date is the date of."""

    PUBLISHED = "published"
    """When the article first appeared."""
    UPDATED = "updated"
    """When it was last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLabel:
    """A label in a line: it starts at `start`, and what it labels starts at `end` (places in the line)."""

    label: DateLabel
    start: int
    end: int


_WORDINGS = {
    DateLabel.PUBLISHED: """
        نشرت في, نشر في, نشرت بتاريخ, نشر بتاريخ, نشرت يوم, نشر يوم, نشر, تم النشر في, تم النشر بتاريخ, تم النشر يوم,
        تم النشر, تم نشره في, تم نشره, تاريخ النشر, منشور في, صدر في, تاريخ الخبر,
        بڵاوکراوەتەوە لە, بڵاوکرایەوە لە, بڵاوکراوەتەوە, بڵاوکرایەوە, بەرواری بڵاوکردنەوە, کاتی بڵاوکردنەوە,
        تاریخ انتشار, منتشر شده در, زمان انتشار, hate weşandin, dîroka weşanê,
        published on, published at, published, posted on, posted, date of publication, publication date,
        yayınlanma tarihi, yayın tarihi, yayınlanma, publié le, date de publication,
        פורסם בתאריך, פורסם ב, תאריך פרסום""",
    DateLabel.UPDATED: """
        آخر تحديث في, آخر تحديث, تم التحديث في, تم التحديث, حدث في, حدثت في, تاريخ التحديث, آخر تعديل, تحديث,
        دوا نوێکردنەوە, دوایین نوێکردنەوە, نوێکراوەتەوە لە, نوێکراوەتەوە, نوێکرایەوە,
        آخرین به‌روزرسانی, به‌روزرسانی, آخرین بروزرسانی,
        last updated on, last updated, updated on, updated at, updated, last modified, modified,
        son güncelleme, güncelleme tarihi, güncellenme, güncelleme, mis à jour le, dernière mise à jour,
        עודכן ב, עודכן""",
}


def find_date_label(text: str) -> FoundLabel | None:
    """The first label in `text`, spelled with or without marks and followed by a colon or not; None without one."""
    line = fold_date_line(text)
    match = _pattern().search(line.text)
    if match is None:
        return None
    end = line.back(match.end())
    return FoundLabel(
        label=_labels()[match["label"] or match["alone"]], start=line.back(match.start()), end=end
    )


@lru_cache(maxsize=1)
def _labels() -> dict[str, DateLabel]:
    return {
        fold_name(wording): label
        for label, wordings in _WORDINGS.items()
        for wording in wordings.replace("\n", " ").split(",")
    }


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """A wording with something like a date after it, so that `نشر الجيش قواته` labels nothing; a wording of two words
    may also end the line, its date on the next."""
    names = _any_of([*month_numbers(), *weekday_names(), "يوم", "اليوم", "الساعه", "منذ", "قبل", "am", "pm"])
    return re.compile(
        rf"(?<!\w)(?:(?P<label>{_any_of(_labels())})(?!\w)[\s:|()-]*(?=\d|(?:{names})(?!\w))"
        rf"|(?P<alone>{_any_of(label for label in _labels() if ' ' in label)})\s*:?\s*$)"
    )


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
