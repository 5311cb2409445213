"""Direction by letters, and of a language's pages by its script."""

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.direction import Direction
from publisher.text.direction import direction_of, language_direction, letter_direction

RTL, LTR = Direction.RTL, Direction.LTR


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("القاعدة تحاصر باماكو", RTL),
        ("OPEC+ ترفع الإنتاج", RTL),
        ("OPEC+ ترفع", RTL),
        ("CNN: حصار باماكو.", RTL),
        ("Bamako under siege", LTR),
        ("The word سلام means peace", LTR),
        ("نرخێ دۆلاری ل دهۆکێ", RTL),
        ("Nirxê dolarî li Duhokê", LTR),
        ("שלום עולם", RTL),
        ("ܫܠܡܐ", RTL),
        ("Привет, мир", LTR),
        ("وَقْفٌ", RTL),
    ],
)
def test_direction_follows_the_script_of_the_letters(text: str, direction: Direction) -> None:
    for default in Direction:
        assert direction_of(text, default=default) is direction


@pytest.mark.parametrize("text", ["", "2025-11-01", "٢٠٢٥", "😀 …", "\u200f \u200e", "\u0651"])
@pytest.mark.parametrize("default", list(Direction))
def test_text_without_strong_letters_takes_the_default(text: str, default: Direction) -> None:
    assert direction_of(text, default=default) is default


@given(st.text())
def test_direction_needs_no_order(text: str) -> None:
    """It is the letters that count, not which comes first."""
    assert direction_of(text, default=RTL) is direction_of(text[::-1], default=RTL)


def test_invisible_direction_marks_are_no_letters() -> None:
    assert [letter_direction(mark) for mark in "\u200e\u200f\u061c"] == [None, None, None]


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("ar", RTL),
        ("ar-IQ", RTL),
        ("ckb", RTL),
        ("ckb_IQ", RTL),
        ("fa", RTL),
        ("he", RTL),
        ("ur", RTL),
        ("ps", RTL),
        ("syr", RTL),
        ("en", LTR),
        ("ku", LTR),
        ("kmr", LTR),
        ("ku-Arab", RTL),
        ("kmr-arab-IQ", RTL),
        ("ar-Latn", LTR),
        ("az-IR", RTL),
        ("az", LTR),
        ("pa-PK", RTL),
        ("tr", LTR),
        ("zz", LTR),
        ("", LTR),
    ],
)
def test_a_language_runs_as_its_script_does(tag: str, direction: Direction) -> None:
    assert language_direction(tag) is direction


def test_every_locale_of_cldr_agrees() -> None:
    """Babel's `character_order` is an independent record; it knows no script for Mongolian's vertical columns and
    ignores the script where it falls back to a parent."""
    for code in locale_identifiers():
        if "Mong" not in code:
            assert language_direction(code) == Locale.parse(code).text_direction, code
