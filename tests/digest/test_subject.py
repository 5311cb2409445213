"""Subject and preheader: the news itself, short, without controls."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.digest.subject import (
    PREHEADER_CHARACTERS,
    SUBJECT_CHARACTERS,
    build_preheader,
    build_subject,
    lint_subject,
)
from publisher.model.direction import Direction
from publisher.model.reason import reason


def test_a_short_headline_is_the_subject() -> None:
    assert build_subject("عنوان قصير", default=Direction.RTL) == "عنوان قصير"


def test_only_a_very_long_headline_is_cut_and_at_a_word() -> None:
    headline = "القاعدة تحاصر باماكو وتهدد بالسيطرة على مالي.. دول غربية تبدأ عمليات إجلاء"
    assert build_subject(headline, default=Direction.RTL) == headline
    subject = build_subject(f"{headline} رعاياها من العاصمة باماكو المحاصرة", default=Direction.RTL)
    assert subject == f"{headline} رعاياها من العاصمة…"
    assert len(subject) <= SUBJECT_CHARACTERS


def test_an_arabic_subject_that_begins_with_a_latin_name_has_a_lead_mark() -> None:
    assert build_subject("OpenAI تفتح مكتباً جديداً", default=Direction.RTL) == "\u200fOpenAI تفتح مكتباً جديداً"


@settings(deadline=None)
@given(st.text(), st.sampled_from(Direction))
def test_no_subject_has_a_line_break_or_a_control_but_the_lead_mark(
    headline: str, default: Direction
) -> None:
    subject = build_subject(headline, default=default)
    body = subject.removeprefix("\u200f").removeprefix("\u200e")
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for c in body
    )
    assert not any(c in "\r\n\0" for c in subject)


def test_the_preheader_names_what_else_is_in_the_issue() -> None:
    assert build_preheader(("خبر ثان", "خبر ثالث"), "ملخص") == "خبر ثان · خبر ثالث"


def test_the_preheader_of_a_single_story_goes_on_with_it() -> None:
    assert build_preheader((), "ملخص الخبر.") == "ملخص الخبر."


@settings(deadline=None)
@given(st.lists(st.text(alphabet="اب ", min_size=1).filter(str.strip)), st.text())
def test_the_preheader_is_short(headlines: list[str], summary: str) -> None:
    assert len(build_preheader(tuple(headlines), summary)) <= PREHEADER_CHARACTERS


def test_a_headline_that_does_not_fit_is_left_out_whole() -> None:
    assert build_preheader(("قصير", "كلمة " * 30), "") == "قصير"


@pytest.mark.parametrize(
    ("subject", "run"),
    [("شركة OpenAI تفتح مكتباً", "OpenAI"), ("خط BRT الأول في 2027", "BRT"), ("مطورو C++ في أربيل", "C++")],
)
def test_latin_between_arabic_words_is_warned_of(subject: str, run: str) -> None:
    assert lint_subject(subject) == (reason("digest.subject.latin-inside", run=run),)


@pytest.mark.parametrize(
    "subject",
    [
        "عنوان عربي خالص 2027",
        "\u200fOpenAI تفتح مكتباً",
        "مكتب جديد لشركة OpenAI",
        "Erbil (أربيل) reopens its bazaar today",
    ],
)
def test_latin_at_an_end_or_no_latin_is_fine(subject: str) -> None:
    assert lint_subject(subject) == ()


def test_shouting_is_warned_of() -> None:
    assert lint_subject("عاجل!!") == (reason("digest.subject.shouting"),)
