"""Labels: found however they are spelled, and not in running text."""

import pytest

from publisher.text.dates import DateLabel, find_date_label


@pytest.mark.parametrize(
    ("line", "label", "rest"),
    [
        ("نُشرت في السبت 1 نوفمبر 2025", DateLabel.PUBLISHED, "السبت 1 نوفمبر 2025"),
        ("نشر في: 6 أغسطس", DateLabel.PUBLISHED, "6 أغسطس"),
        ("سياسة | نشر في: 6 أغسطس", DateLabel.PUBLISHED, "6 أغسطس"),
        ("تاريخ النشر: 13th, June", DateLabel.PUBLISHED, "13th, June"),
        ("تاريخ النشر:", DateLabel.PUBLISHED, ""),
        ("‏نُشِر في\u00a0: السبت", DateLabel.PUBLISHED, "السبت"),
        ("آخر تحديث 11 يناير", DateLabel.UPDATED, "11 يناير"),
        ("اخر تحديث: منذ ساعتين", DateLabel.UPDATED, "منذ ساعتين"),
        ("(آخر تحديث) الساعة 16:25", DateLabel.UPDATED, "الساعة 16:25"),
        ("updated 11:44 AM IDT", DateLabel.UPDATED, "11:44 AM IDT"),
        ("Published November 1, 2025", DateLabel.PUBLISHED, "November 1, 2025"),
        ("تاریخ انتشار: ۰۸:۵۹", DateLabel.PUBLISHED, "۰۸:۵۹"),
        ("بڵاوکراوەتەوە لە 3", DateLabel.PUBLISHED, "3"),
        ("دوا نوێکردنەوە: شەممە", DateLabel.UPDATED, "شەممە"),
        ("Son güncelleme: 15 Aralık 2025", DateLabel.UPDATED, "15 Aralık 2025"),
        ("Publié le 1er novembre", DateLabel.PUBLISHED, "1er novembre"),
    ],
)
def test_labels_and_where_the_date_starts(line: str, label: DateLabel, rest: str) -> None:
    found = find_date_label(line)
    assert found is not None
    assert (found.label, line[found.end :]) == (label, rest)


def test_a_label_has_its_own_start() -> None:
    found = find_date_label("سياسة | نشر في: 6 أغسطس")
    assert found is not None
    assert found.start == len("سياسة | ")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "السبت 1 نوفمبر 2025",
        "نشر الجيش قواته",
        "نشرة الأخبار",
        "تحديث: القوات تتقدم",
        "اشترك في النشرة",
        "He posted bail",
    ],
)
def test_running_text_is_no_label(line: str) -> None:
    assert find_date_label(line) is None
