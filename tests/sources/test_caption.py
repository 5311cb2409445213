"""Where a caption ends and a credit begins."""

import json

import pytest

from publisher.sources.caption import Caption, split_credit
from tests.sources.build import DATA


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("عناصر من جماعة في كالي - AP", "عناصر من جماعة في كالي", "AP"),
        ("الحرم المكي / Reuters", "الحرم المكي", "Reuters"),
        ("جلسة البرلمان (الشرق الأوسط)", "جلسة البرلمان", "الشرق الأوسط"),
        ("سوق المدينة - أرشيفية", "سوق المدينة", "أرشيفية"),
        ("سوق المدينة | أ.ف.ب", "سوق المدينة", "أ.ف.ب"),
        ("سوق المدينة - رويترز / AFP", "سوق المدينة - رويترز", "AFP"),
        ("سوق المدينة (تصوير: نادر الخطيب)", "سوق المدينة", "نادر الخطيب"),
        ("סוק העיר (צילום: Getty Images)", "סוק העיר", "Getty Images"),
        ("A market – Jane Doe", "A market", "Jane Doe"),
        ("بازاڕی شار - فۆتۆ: هاوژین سابیر", "بازاڕی شار", "هاوژین سابیر"),
        ("سوق المدينة © AFP", "سوق المدينة", "AFP"),
        ("عمر - علي - AP", "عمر - علي", "AP"),
    ],
)
def test_credit_is_parted(text: str, caption: str, credit: str) -> None:
    found = split_credit(text)
    assert (found.text, found.credit) == (caption, credit)


@pytest.mark.parametrize(
    "text",
    [
        "إسعاف المصابين (3 أشخاص)",
        "مباراة الفريقين - انتهت بالتعادل",
        "الوزير - في زيارة إلى البصرة",
        "طائرة F-16 في المطار",
        "السوق بعد الحريق",
        "مدينة - يعيدون البناء",
        "قطار 10/12 في المحطة",
    ],
)
def test_what_may_be_no_name_stays_in_the_caption(text: str) -> None:
    assert split_credit(text) == Caption(text=text, credit=None, is_known=False)


def test_agency_alone_is_a_credit_without_a_caption() -> None:
    assert split_credit(" - AP") == Caption(text=None, credit="AP", is_known=True)


@pytest.mark.parametrize(
    ("text", "credit"),
    [("© AFP", "AFP"), ("تصوير: نادر الخطيب", "نادر الخطيب"), ("(c) Jane Doe", "Jane Doe")],
)
def test_line_may_be_a_credit_alone(text: str, credit: str) -> None:
    assert split_credit(text) == Caption(text=None, credit=credit, is_known=True)


def test_likely_name_is_not_called_known() -> None:
    assert not split_credit("A market - Jane Doe").is_known
    assert split_credit("A market - Photo: Jane Doe").is_known


@pytest.mark.parametrize("text", ["", " - ", "()", "|", "a" * 5000, "- " * 3000, "(" * 3000])
def test_odd_captions_never_raise(text: str) -> None:
    split_credit(text)


def test_naughty_strings_never_raise() -> None:
    for text in json.loads((DATA / "naughty_strings.json").read_text("utf-8")):
        split_credit(text)
