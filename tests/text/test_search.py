"""Search terms are found as a searcher means them."""

import pytest

from publisher.text.fold import fold
from publisher.text.search import has_term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("زيارة إلى العراق اليوم", "العراق"),
        ("والعراق أيضاً", "العراق"),
        ("بالعراق", "عراق"),
        ("للعراق", "العراق"),
        ("فللعراق", "العراق"),
        ("أوضاع الإقتصاد", "اقتصاد"),
        ("مدينة الموصل القديمة", "الموصل القديمه"),
        ("قـ.ـتل ثلاثة", "قتل"),
        ("State of the ART.", "art"),
        ("Café", "cafe"),
        ("هەولێر پایتەخت", "هەولێر"),
        ("٢٠٢٥ عام", "2025"),
        ("قال ال", "ال"),
    ],
)
def test_a_term_is_found_whatever_its_spelling_and_what_is_written_onto_it(text: str, term: str) -> None:
    language = "ckb" if "هەولێر" in text else "ar"
    assert has_term(fold(text, language), [term], language)


@pytest.mark.parametrize(
    ("text", "term"),
    [("العراقي", "العراق"), ("party", "art"), ("Iraq", "العراق"), ("", "x"), ("نص", " "), ("نص", "ـ")],
)
def test_part_of_a_word_is_not_the_word(text: str, term: str) -> None:
    assert not has_term(fold(text, "ar"), [term], "ar")


def test_any_term_will_do() -> None:
    assert has_term("نص عن النفط", ["الغاز", "النفط"], "ar")
    assert not has_term("نص", [], "ar")
