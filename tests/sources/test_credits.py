"""Bylines, source lines and holders of rights."""

import pytest

from publisher.sources.credits import name_key, parse_byline, parse_rights_holder, parse_source_line


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("كتب : سالم الأمين", "سالم الأمين"),
        ("كتبت: سلمى الراوي", "سلمى الراوي"),
        ("بقلم - هناء قاسم", "هناء قاسم"),
        ("بقلم هناء قاسم", "هناء قاسم"),
        ("تقرير: علي حسن", "علي حسن"),
        ("نووسینی: شیلان ڕەسووڵ", "شیلان ڕەسووڵ"),
        ("By Jane Doe", "Jane Doe"),
    ],
)
def test_byline_names_a_person(line: str, name: str) -> None:
    assert parse_byline(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "كتب الطلاب رسالة إلى الوزير",
        "تقرير: ارتفاع أسعار النفط إلى 90 دولاراً",
        "تقرير: ارتفاع كبير في أسعار النفط والغاز في الأسواق",
        "By the river, in the rain",
        "كتب:",
        "بقلم - .",
    ],
)
def test_other_lines_are_no_byline(line: str) -> None:
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("المصدر: رويترز", ("رويترز",)),
        ("المصدر: رويترز + وكالات", ("رويترز", "وكالات")),
        ("المصدر : «الشرق الأوسط»، واع", ("الشرق الأوسط", "واع")),
        ("سەرچاوە: ڕووداو", ("ڕووداو",)),
        ("Source: Reuters", ("Reuters",)),
        ("المصدر قال إن الأمر انتهى", ()),
        ("المصدر: بيان طويل صدر عن الوزارة مساء أمس الأول حول الموضوع", ()),
        ("المصدر: .", ()),
    ],
)
def test_source_line(line: str, names: tuple[str, ...]) -> None:
    assert parse_source_line(line) == names


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("© 2025 الجبال. كل الحقوق محفوظة.", "الجبال"),
        ("جميع الحقوق محفوظة © الجبال 2025", "الجبال"),
        ("كافة الحقوق محفوظة لـ الجبال", "الجبال"),
        ("© ٢٠٢٠-٢٠٢٥ شبكة النهر الإعلامية", "شبكة النهر الإعلامية"),
        ("Copyright © 2019–2025 The Sample Gazette. All rights reserved.", "The Sample Gazette"),
        ("© 2025", None),
        ("جميع الحقوق محفوظة", None),
        ("© كلام طويل جداً لا يمكن أن يكون اسم دار نشر أبداً", None),
    ],
)
def test_holder_of_rights(line: str, holder: str | None) -> None:
    assert parse_rights_holder(line) == holder


def test_spellings_of_one_name_are_one() -> None:
    assert name_key("الأنباء.") == name_key("الانباء")
    assert name_key("Gazette") == name_key("GAZETTE")
    assert name_key("الجبال") != name_key("جبال")
