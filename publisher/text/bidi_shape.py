"""A text's shape: one sign per character, so that patterns over bidi classes are ordinary regular expressions.

| sign | stands for (UAX #9 class) |
|---|---|
| `a` | a left-to-right letter (L) and the marks on it |
| `r` | a right-to-left letter (R, AL) and the marks on it |
| `1` | a European or Persian digit (EN) |
| `n` | an Arabic-Indic digit (AN) |
| `p` | Arabic punctuation |
| `$` | signs that lean on a number or letter: currency, %, °, ® (ET) |
| `. , ' & @ _ + # -` | themselves (the apostrophes and hyphens of other fonts too) |
| `:` | any other sign that may stand inside a word or number: `: / – = ×` |
| `q` | a bracket or quotation mark |
| space, newline | white space that may join words; a line end |
| `o` | everything else |
"""

import re
import unicodedata

_THEMSELVES = dict(zip(".,'’ʼ&@_+#-‐‑−", ".,'''&@_+#----", strict=True))
_INNER = frozenset(":/–—=*×\\|~^·÷")
_LEANING = frozenset("®™℠©")
_ARABIC_PUNCTUATION = frozenset("،؛؟۔؍٪٫٬")
_QUOTES = frozenset('"«»“”„‘‹›')


def build_shape(text: str) -> str:
    """The shape of `text`: as long as the text, sign by character."""
    shape = text.translate(_SIGNS)
    if _MARK not in shape:
        return shape
    return _MARKED.sub(lambda found: found[0][0] * len(found[0]), "o" + shape)[1:]


class _Signs(dict[int, str]):
    """The signs met before, by code point. Those of the higher planes are rare: they are not kept."""

    def __missing__(self, code: int) -> str:
        sign = _sign(chr(code)) or _MARK
        if code <= 0xFFFF:
            self[code] = sign
        return sign


_SIGNS = _Signs()
_MARK = "\0"
"""For a while the sign of what belongs to the character before it."""
_MARKED = re.compile(rf".{_MARK}+", re.DOTALL)


def _sign(char: str) -> str:
    """The sign of one character; empty for a mark or joiner, which is part of what stands before it."""
    if char in _THEMSELVES:
        return _THEMSELVES[char]
    if char in _INNER:
        return ":"
    if char in _ARABIC_PUNCTUATION:
        return "p"
    if char in _LEANING:
        return "$"
    if char in _QUOTES or unicodedata.category(char) in ("Ps", "Pe"):
        return "q"
    if char == "\u00a0" or char == "\u202f":
        return " "
    return _BY_CLASS.get(unicodedata.bidirectional(char), "o")


_BY_CLASS = {
    "L": "a", "R": "r", "AL": "r", "EN": "1", "AN": "n", "ET": "$",
    "WS": " ", "S": " ", "B": "\n", "NSM": "", "BN": "",
    "": "a",  # letters of a later Unicode than Python's: UAX #9 has nearly all of them left-to-right
}  # fmt: skip
