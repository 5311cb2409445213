"""Search keys: what finds what, and what must stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.fold import fold

LANGUAGES = ["ar", "ckb", "fa", "en", "tr", "kmr"]


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("ar", "افريقيا", "إفريقيا"),
        ("ar", "الان", "الآن"),
        ("ar", "مدرسه", "مدرسة"),
        ("ar", "مصطفي", "مصطفى"),
        ("ar", "نشرت", "نُشرت"),
        ("ar", "مرحبا", "مـــرحبا"),
        ("ar", "عراقية", "ﻋﺮاﻗﻴﺔ"),
        ("ar", "قتل", "قـ.ـتل"),
        ("ar", "2025", "٢٠٢٥"),
        ("ar", "كوردستان", "کوردستان"),
        ("ar-IQ", "الرييسه", "الرئيسة"),
        ("ckb", "کوردستان", "كوردستان"),
        ("ckb", "ئەڤرۆ", "ئه\u200cڤرۆ"),
        ("ckb", "هەینی", "ھەینی"),
        ("fa", "می خواهم".replace(" ", ""), "می\u200cخواهم"),
        ("fa", "خانه", "خانهٔ"),
        ("fa", "کتاب", "كتاب"),
        ("fa", "خانه", "خانۀ"),
        ("en", "cafe", "Café"),
        ("tr", "aralik", "Aralık"),
        ("tr", "istanbul", "İstanbul"),
        ("kmr", "tirmeh", "Tîrmeh"),
        ("en", "strasse", "Straße"),
        ("en", "a b", "  A \u00a0\n B "),
    ],
)
def test_careless_typing_finds_careful_writing(language: str, typed: str, written: str) -> None:
    assert fold(typed, language) == fold(written, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ckb", "ئا", "یا"),
        ("ckb", "دە", "ده"),
        ("ckb", "کور", "کوڕ"),
        ("ckb", "گول", "گوڵ"),
        ("ckb", "دو", "دۆ"),
        ("ar", "باب", "بان"),
        ("fa", "آب", "اب"),
    ],
)
def test_letters_of_their_own_stay_apart(language: str, one: str, other: str) -> None:
    assert fold(one, language) != fold(other, language)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_folding_twice_changes_nothing(text: str, language: str) -> None:
    once = fold(text, language)
    assert fold(once, language) == once
