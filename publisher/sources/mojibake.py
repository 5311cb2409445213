"""Finds text that was decoded wrongly somewhere before it reached us: `Ø§Ù„Ù`, `ط§ظ„`, `ÇáÞÇÚÏÉ`, `????`, U+FFFD.

Such damage cannot be undone with certainty, so a document that shows it is held back.
"""

import re
from dataclasses import dataclass

_TAIL = bytes(range(0x80, 0xC0))
_LATIN_TAIL = re.escape("".join(sorted({*_TAIL.decode("latin-1"), *_TAIL.decode("cp1252", "ignore")})))
_ARABIC_TAIL = re.escape("".join(sorted(set(_TAIL.decode("cp1256")))))

_SIGNS = (
    # What a program wrote where it could not read an octet.
    re.compile("\ufffd"),
    # Arabic in UTF-8 (lead octets D8 to DB), read as Latin: three letters in a row.
    re.compile(f"(?:[ØÙÚÛ][{_LATIN_TAIL}]){{3,}}"),
    # The same, read as windows-1256.
    re.compile(f"(?:[طظعغ][{_ARABIC_TAIL}]){{3,}}"),
    # Arabic in windows-1256, read as Latin: no language writes three such words.
    re.compile(r"(?<![À-ÿ])[À-ÿ]{4,40}(?:[^\w\n]{1,3}[À-ÿ¡]{2,40}){2}"),
    # Latin text in UTF-8, read as Latin-1: quotation marks and accents.
    re.compile("â€[\u0080-\u009f™œ˜“”¦–—¢]"),
    re.compile("Ã[\u00a1-\u00ba\u00bc-\u00bf]"),
    # Arabic saved into a charset that has none.
    re.compile(r"(?<!\?)(?:\?{2,40}[ ]){3}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where the damage shows: the line, counted from 1, and a few characters of it."""

    line: int
    sample: str


def find_mojibake(text: str) -> Damage | None:
    """The first sign of a wrong decoding, or None. Every repetition is bounded: linear in the length of `text`."""
    for sign in _SIGNS:
        match = sign.search(text)
        if match:
            line = text.count("\n", 0, match.start()) + 1
            return Damage(line=line, sample=match[0][:12].strip())
    return None
