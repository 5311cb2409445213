"""The search key of a text: what a reader who types carelessly still finds. Never shown, never stored as the text.

Languages differ. In Arabic أ إ آ ا are one to a searcher, and so are ة and ه. In Kurdish ئ is a letter and ە is not ه.
"""

import re
import unicodedata
from dataclasses import dataclass

from publisher.text.digits import to_ascii_digits

_CENSORED = re.compile("\u0640[.*_\\-]\u0640")
"""`قـ.ـتل`: how words are spelled to slip past a platform's filter."""
_HAMZA = "\u0653\u0654\u0655"
"""Madda and hamza above and below, once Unicode has taken أ ؤ ئ apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folding:
    """How one language folds: whole `spellings` first, then marks (except those in `kept`), then single `letters`."""

    letters: dict[str, str | int | None]
    spellings: tuple[tuple[str, str], ...] = ()
    kept: str = ""


_ARABIC = _Folding(letters={"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ھ": "ه"})
_SORANI = _Folding(
    letters={"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ە", "ھ": "ه"},
    spellings=(("ه\u200c", "ە"),),  # how pages wrote ە before fonts had it
    kept=_HAMZA,
)
_PERSIAN = _Folding(
    letters={"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ھ": "ه", "ۀ": "ه"},
    spellings=(("ه\u0654", "ه"),),
    kept=_HAMZA,
)
_OTHER = _Folding(letters={"ı": "i", "ø": "o", "ł": "l", "đ": "d"})


def fold(text: str, language: str) -> str:
    """The search key of `text` in `language` (BCP 47): NFKC, lower case, without marks, tatweel and invisible
    characters, ASCII digits, single spaces, and letters that searchers do not tell apart as one.

    Folding twice changes nothing.
    """
    folding = _folding_of(language)
    text = unicodedata.normalize("NFKC", _CENSORED.sub("", text))
    for old, new in folding.spellings:
        text = text.replace(old, new)
    text = unicodedata.normalize("NFKC", text.casefold())
    text = _without_marks(text, kept=folding.kept).translate(str.maketrans(folding.letters))
    return " ".join(to_ascii_digits(text).split())


def _folding_of(language: str) -> _Folding:
    match language.replace("_", "-").split("-")[0].lower():
        case "ar":
            return _ARABIC
        case "ckb" | "ku" | "kmr" | "sdh":
            return _SORANI
        case "fa" | "ur" | "ps":
            return _PERSIAN
        case _:
            return _OTHER


def _without_marks(text: str, *, kept: str) -> str:
    parts = (char for char in unicodedata.normalize("NFD", text) if char in kept or not _is_dropped(char))
    return unicodedata.normalize("NFC", "".join(parts))


def _is_dropped(char: str) -> bool:
    return char == "\u0640" or unicodedata.category(char) in ("Mn", "Cf")
