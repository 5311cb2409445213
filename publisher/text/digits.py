"""Digits: machine fields are ASCII always, what a reader sees follows the house."""

import unicodedata

from publisher.model.site import Digits

_ZERO = {"ar": "٠", "ckb": "٠", "fa": "۰", "ps": "۰", "ur": "۰"}
"""The zero of each language's own digits; the other nine follow it in Unicode."""


def to_ascii_digits(text: str) -> str:
    """Every decimal digit of any script (Unicode category Nd) as 0 to 9; all else unchanged, separators too."""
    if text.isascii():
        return text
    return "".join(_ascii_digit(char) for char in text)


def localise_digits(text: str, *, language: str, digits: Digits) -> str:
    """`text` with its digits as the house writes them in `language` (a BCP 47 tag, its region ignored).

    `latn` gives 0 to 9; `arab` gives ٠ to ٩ in Arabic and Sorani, ۰ to ۹ in Persian, Pashto and Urdu, and 0 to 9 in
    languages without digits of their own here. Never for addresses, ids or headers.
    """
    ascii_text = to_ascii_digits(text)
    zero = _ZERO.get(language.replace("_", "-").split("-")[0].lower())
    if digits is Digits.LATN or zero is None:
        return ascii_text
    return ascii_text.translate({ord("0") + i: ord(zero) + i for i in range(10)})


def _ascii_digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
