"""Where a text may be cut without breaking what a reader sees as one character (UAX #29, extended grapheme clusters).

The standard library knows no cluster boundaries; these rules cover what news text holds: marks, ZWJ and ZWNJ,
emoji sequences, flags, Hangul, the conjuncts of India. Rules are named as in UAX #29 section 3.1.1.
"""

import unicodedata
from collections.abc import Iterator

_ALONE = frozenset(map(chr, (*range(0x20, 0x7F), 0x60C, *range(0x621, 0x63B), *range(0x641, 0x64B))))
"""Most of news text: ASCII and Arabic letters. Between two of these there is always a boundary (GB999)."""
_ZWJ = "\u200d"
_EXTEND = frozenset("\u200c\u200d\uff9e\uff9f")


def iter_graphemes(text: str) -> Iterator[str]:
    """The extended grapheme clusters of `text`, in order; joined again they are `text`."""
    start = 0
    for at in range(1, len(text)):
        is_plain = text[at] in _ALONE and text[at - 1] in _ALONE
        if is_plain or not _continues(text[start:at], text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _continues(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if last == "\r" or char == "\r" or unicodedata.category(last) in _BREAKS:
        return last == "\r" and char == "\n"  # GB3, GB4, GB5
    if unicodedata.category(char) in _BREAKS:
        return False
    if _is_extend(char) or _is_prepend(last):
        return True  # GB9, GB9a, GB9b
    if _is_conjoined(cluster, char) or (last == _ZWJ and _is_pictograph(char)):
        return True  # GB9c, GB11
    if _is_flag_letter(char):
        return len(cluster) == 1 and _is_flag_letter(last)  # GB12
    return _joins_hangul(last, char)  # GB6 to GB8


_BREAKS = frozenset({"Cc", "Zl", "Zp"})


def _is_extend(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in _EXTEND
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, as in the flag of Scotland
    )


def _is_prepend(char: str) -> bool:
    return "\u0600" <= char <= "\u0605" or char in "\u06dd\u070f\u0890\u0891\u08e2"


def _is_conjoined(cluster: str, char: str) -> bool:
    """Whether a virama binds the consonant `char` to the one before it, over marks and joiners: क्षि is one cluster."""
    if not _is_consonant(char):
        return False
    before = cluster.rstrip(_BETWEEN)
    return _is_consonant(before[-1:]) and any(sign in _VIRAMAS for sign in cluster[len(before) :])


def _is_consonant(char: str) -> bool:
    """Of the six scripts of GB9c, each at the same places of its block of 128 (`Indic_Conjunct_Break=Consonant`)."""
    return (
        "\u0900" <= char <= "\u0d7f"
        and ord(char) & ~0x7F in _CONJOINING
        and unicodedata.category(char) == "Lo"
        and (0x15 <= ord(char) & 0x7F <= 0x3A or 0x58 <= ord(char) & 0x7F <= 0x5F)
    )


_CONJOINING = frozenset({0x0900, 0x0980, 0x0A80, 0x0B00, 0x0C00, 0x0D00})
"""Devanagari, Bengali, Gujarati, Oriya, Telugu, Malayalam."""
_VIRAMAS = "".join(chr(block + 0x4D) for block in sorted(_CONJOINING))
_BETWEEN = _VIRAMAS + "".join(chr(block + 0x3C) for block in sorted(_CONJOINING)) + _ZWJ
"""What may stand between the two: viramas, nuktas, a joiner."""


def _is_pictograph(char: str) -> bool:
    return unicodedata.category(char) == "So" or char >= "\U0001f000"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _joins_hangul(last: str, char: str) -> bool:
    """Conjoining jamo: a syllable takes a vowel or a final; composed syllables (NFC) need nothing."""
    leads = "\u1100" <= last <= "\u115f"
    syllable = "\uac00" <= last <= "\ud7a3" or "\u1160" <= last <= "\u11ff"
    if leads and ("\u1100" <= char <= "\u115f" or "\uac00" <= char <= "\ud7a3"):
        return True
    return (leads or syllable) and "\u1160" <= char <= "\u11ff"
