"""Which lines are dates, and what makes a date certain. (Which one wins is tested with whole pages.)"""

import pytest

from publisher.model.reason import Reason
from publisher.sources.lines import split_lines
from publisher.sources.page_dates import PageDate, PageDates, decide_dates, find_dates
from publisher.text.dates import DateLabel, ReadDate
from tests.sources.build import BAGHDAD


def dates(text: str) -> tuple[PageDate, ...]:
    """The date lines of a text."""
    return find_dates(split_lines(text), zone=BAGHDAD)


def one(text: str) -> tuple[str | None, str]:
    """Label and instant (or reason) of the only date line."""
    (found,) = dates(text)
    read = found.read
    said = read.key if isinstance(read, Reason) else read.at.isoformat()[:16]
    return found.label and found.label.value, said


@pytest.mark.parametrize(
    ("line", "label", "said"),
    [
        ("نُشرت في السبت 1 نوفمبر 2025 03:15 م", "published", "2025-11-01T15:15"),
        ("نشر في: 6 أغسطس, 2023: 10:58 م", "published", "2023-08-06T22:58"),
        ("تاريخ النشر: 13th, June 2024 GMT", "published", "2024-06-13T00:00"),
        ("آخر تحديث 11 يناير/ كانون الثاني 1995", "updated", "1995-01-11T00:00"),
        ("بڵاوکراوەتەوە لە: 1ـی تشرینی دووەمی 2025", "published", "2025-11-01T00:00"),
        ("كتب: سالم الأمين - نشر في: 1 نوفمبر 2025", "published", "2025-11-01T00:00"),
        ("سياسة 16-01-2024, 18:38 | --", None, "2024-01-16T18:38"),
        ("2025-11-03 | 03:00", None, "2025-11-03T03:00"),
        ("12 أيلول (سبتمبر) 2024", None, "2024-09-12T00:00"),
        ("05:02 م 11/03/2026", None, "2026-03-11T17:02"),
        ("الجمعة ٢٣ يونيو ٢٠١٧ - ٠٢:٢٦", None, "2017-06-23T02:26"),
        ("شەممە 18ـی تشرینی یەکەمی 2025", None, "2025-10-18T00:00"),
        ("نشر في: الأحد 1 نوفمبر 2025", "published", "dates.weekday_mismatch"),
    ],
)
def test_date_lines(line: str, label: str | None, said: str) -> None:
    assert one(line) == (label, said)


@pytest.mark.parametrize(
    "line",
    [
        "تحديث نظام الري في نيسان 2025",
        "تحديث نظام الري في 3 نيسان 2025",
        "نشر الجيش 500 جندي على الحدود",
        "انقلاب 14 تموز 1958",
        "وقال إن الاجتماع سيعقد يوم 3 نيسان 2025 في العاصمة",
        "نشر",
        "منذ ساعتين",
        "عام 2021",
        "نشر في: 1 نوفمبر 2025 " + "كلمة " * 40,
    ],
)
def test_sentence_that_mentions_a_date_is_no_date_line(line: str) -> None:
    assert dates(line) == ()


def test_label_alone_reaches_one_line_far() -> None:
    found = dates("آخر تحديث:\n1 نوفمبر 2025\n2 نوفمبر 2025")
    assert [(date.index, date.label) for date in found] == [(1, DateLabel.UPDATED), (2, None)]


def test_day_agrees_with_a_time_on_it() -> None:
    found = dates("نشر في: 1 نوفمبر 2025\n\nنشر في: 1 نوفمبر 2025 10:00")
    chosen = decide_dates(found, title=0, own={0, 1})
    assert isinstance(chosen, PageDates)
    assert chosen.published.has_time


def test_unreadable_date_is_passed_over_beside_a_readable_one() -> None:
    found = dates("نشر في: 3 مايس\n\nنشر في: 1 نوفمبر 2025")
    assert isinstance(decide_dates(found, title=0, own={0, 1}), PageDates)


def test_two_updates_are_in_doubt() -> None:
    found = dates("نشر في: 1 نوفمبر 2025\nآخر تحديث: 2 نوفمبر 2025\nآخر تحديث: 3 نوفمبر 2025")
    chosen = decide_dates(found, title=0, own={0, 1, 2})
    assert isinstance(chosen, Reason)
    assert chosen.key == "sources.date_ambiguous"


def test_dates_of_other_lines_do_not_count() -> None:
    found = dates("نشر في: 1 نوفمبر 2025\nنشر في: 2 نوفمبر 2025")
    chosen = decide_dates(found, title=0, own={1})
    assert isinstance(chosen, PageDates)
    assert isinstance(chosen.published, ReadDate)
    assert chosen.published.at.day == 2
