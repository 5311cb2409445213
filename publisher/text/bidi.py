"""Bidi isolation that survives mail clients: which stretches of a text need `<span dir>` around them.

Gmail, Outlook.com and Yahoo strip `<bdi>`, and Unicode isolates do not help in subjects (docs/notes/arabic.md); so the
stretches are found here and a template wraps each one. Without it an Arabic paragraph shows `C++` as `++C`,
`2024-01-16` as `16-01-2024` and a phone number back to front.
"""

import re
import unicodedata
from dataclasses import dataclass

from publisher.model.direction import Direction
from publisher.text.bidi_spans import find_ltr_spans, find_rtl_spans

_RLM, _LRM = "\u200f", "\u200e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text. `direction` is set where it must be isolated, None where it follows its paragraph.

    `language` is `en` for a run of plain Latin words, so that a screen reader changes its voice (WCAG 3.1.2); None
    wherever that is not certain.
    """

    text: str
    direction: Direction | None = None
    language: str | None = None


def split_runs(text: str, base: Direction) -> tuple[Run, ...]:
    """`text` as runs, in order; joined they are `text`. Those to isolate in a paragraph of direction `base` have the
    opposite direction; brackets and quotes around them stay outside."""
    find, direction = (
        (find_ltr_spans, Direction.LTR) if base is Direction.RTL else (find_rtl_spans, Direction.RTL)
    )
    runs: list[Run] = []
    at = 0
    for start, end in find(text):
        if at < start:
            runs.append(Run(text=text[at:start]))
        runs.append(Run(text=text[start:end], direction=direction, language=_language(text[start:end])))
        at = end
    if at < len(text):
        runs.append(Run(text=text[at:]))
    return tuple(runs)


def lead_mark(text: str, direction: Direction) -> str:
    """`text` with one invisible mark in front where a reader that looks at the first strong letter only
    (`dir="auto"`, most feed readers) would lay it out the wrong way: U+200F for rtl, U+200E for ltr.

    For plain text alone: titles, summaries, subjects. Adds no other control and never a second mark.
    """
    first = next((c for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), None)
    if first is None:
        return text
    looks_rtl = unicodedata.bidirectional(first) != "L"
    if looks_rtl is (direction is Direction.RTL):
        return text
    return (_LRM if looks_rtl else _RLM) + text


def _language(run: str) -> str | None:
    """`en` for words in plain Latin letters; None for addresses, tags, codes, numbers and every other alphabet."""
    if _CODE.search(run) or not _WORD.search(run):
        return None
    return "en" if all(char.isascii() for char in run if char.isalpha()) else None


_CODE = re.compile(r"^\.|[@#_]|://|www\.|\w/\w|\w\.\w{2,}")
_WORD = re.compile(r"[A-Za-z]{2}")
