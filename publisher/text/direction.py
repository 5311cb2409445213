"""Which way a text runs, by its letters, and which way a language's pages run, by its script.

A language tag does not tell direction: Badini Kurmanji is printed in Arabic letters and other Kurmanji in Latin
ones, both tagged `kmr`. And the first strong letter (what `dir="auto"` looks at) does not either:
`OPEC+ ترفع الإنتاج` is an Arabic headline. So letters are counted.
"""

import unicodedata
from collections import Counter
from functools import lru_cache

from babel.core import get_global

from publisher.model.direction import Direction

_RTL_SCRIPTS = frozenset(
    {
        "Adlm",
        "Arab",
        "Aran",
        "Hebr",
        "Mand",
        "Mend",
        "Nkoo",
        "Rohg",
        "Samr",
        "Syrc",
        "Syre",
        "Syrj",
        "Syrn",
        "Thaa",
    }
    | {"Yezi", "Armi", "Avst", "Mani", "Phli", "Phnx", "Sarb"}
)
"""Right-to-left scripts by ISO 15924 code: those in use, then the ones scholars print."""

_RTL_SHARE = 0.4
"""From this share of right-to-left letters on, a text is right-to-left. Less than half, because Latin words inside
an Arabic headline are common and long (names, products), while Arabic words inside a Latin one are rare."""


def direction_of(text: str, *, default: Direction) -> Direction:
    """The direction of `text` by the script of its strong letters (UAX #9 classes L against R and AL).

    Marks, digits, signs and invisible controls do not count; without any strong letter it is `default`.
    """
    ltr = rtl = 0
    for char, count in Counter(text).items():  # an article has thousands of letters and some dozens of kinds
        side = letter_direction(char)
        ltr += count * (side is Direction.LTR)
        rtl += count * (side is Direction.RTL)
    if ltr + rtl == 0:
        return default
    return Direction.RTL if rtl >= _RTL_SHARE * (ltr + rtl) else Direction.LTR


def letter_direction(char: str) -> Direction | None:
    """The direction of one strong letter; None for everything else, the invisible U+200E, U+200F and U+061C too."""
    match unicodedata.bidirectional(char):
        case "L":
            side = Direction.LTR
        case "R" | "AL":
            side = Direction.RTL
        case _:
            return None
    return None if unicodedata.category(char) == "Cf" else side


@lru_cache(maxsize=256)
def language_direction(tag: str) -> Direction:
    """The direction of a page in the language `tag` (BCP 47, `-` or `_`): by its script subtag, else by the script
    CLDR expects for language and region, so `ckb` is rtl, `ku` and `kmr` are ltr, `ku-Arab` is rtl.

    A language CLDR does not know is ltr.
    """
    parts = tag.replace("_", "-").split("-")
    script = next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), None)
    if script is None:
        script = _likely_script(parts)
    return Direction.RTL if script.capitalize() in _RTL_SCRIPTS else Direction.LTR


def _likely_script(parts: list[str]) -> str:
    """ISO 15924 code by CLDR's likely subtags; `Latn` where CLDR has none."""
    likely = get_global("likely_subtags")
    language = parts[0].lower()
    region = next((part.upper() for part in parts[1:] if len(part) in (2, 3)), "")
    found = likely.get(f"{language}_{region}") or likely.get(language) or f"{language}_Latn"
    return found.split("_")[1]
