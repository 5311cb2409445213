"""A date line made plain for matching, with the way back to the characters it came from."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

_LETTERS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ھ": "ه", "ı": "i"})
_SIGNS = str.maketrans(
    {"،": ",", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "٫": ".", "：": ":", "’": "'", "`": "'"}
)


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """`text` is folded; its character `i` came from `origin[i]` of the line it was made from."""

    text: str
    origin: tuple[int, ...]

    def back(self, index: int) -> int:
        """The place in the original line of the place `index` in the folded one (its end for the end)."""
        return self.origin[index]

    def forth(self, index: int) -> int:
        """The first place in the folded line that came from the place `index` of the original or from after it."""
        return bisect_left(self.origin, index)

    def cut(self, original: str, start: int, end: int) -> str:
        """The part of `original` that the folded places `start` to `end` came from, white space at its edges off."""
        return original[self.origin[start] : self.origin[end]].strip()


def fold_date_line(line: str) -> FoldedLine:
    """`line` in lower case with ASCII digits, without marks, tatweel and invisible characters, letters of one sound
    as one (all languages alike: names of months must match however they are spelled) and all white space as spaces.
    """
    folded: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(line):
        for plain in fold_name(char, strip=False):
            folded.append(plain)
            origin.append(index)
    return FoldedLine("".join(folded), (*origin, len(line)))


def fold_name(name: str, *, strip: bool = True) -> str:
    """A month's or weekday's name, or a single character, folded as `fold_date_line` folds a line."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(_plain(char) for char in decomposed).translate(_LETTERS).translate(_SIGNS)
    return plain.strip() if strip else plain


def _plain(char: str) -> str:
    if char.isspace():
        return " "
    if char == "\u0640" or unicodedata.category(char) in ("Mn", "Cf", "Cc"):
        return ""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
