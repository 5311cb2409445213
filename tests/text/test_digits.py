"""Digits: ASCII for machines, the house's for readers."""

import sys
import unicodedata

import pytest

from publisher.model.site import Digits
from publisher.text.digits import localise_digits, to_ascii_digits


def test_every_decimal_digit_of_unicode_becomes_ascii_and_nothing_else_changes() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    expected = [
        str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char for char in every
    ]
    assert list(to_ascii_digits("".join(every))) == expected


@pytest.mark.parametrize(
    ("language", "digits", "expected"),
    [
        ("ar", Digits.LATN, "1234"),
        ("ar", Digits.ARAB, "١٢٣٤"),
        ("ar-IQ", Digits.ARAB, "١٢٣٤"),
        ("ckb", Digits.ARAB, "١٢٣٤"),
        ("fa", Digits.ARAB, "۱۲۳۴"),
        ("ur_PK", Digits.ARAB, "۱۲۳۴"),
        ("en", Digits.ARAB, "1234"),
        ("kmr", Digits.ARAB, "1234"),
    ],
)
def test_digits_follow_house_and_language(language: str, digits: Digits, expected: str) -> None:
    assert localise_digits("1٢۳4", language=language, digits=digits) == expected
