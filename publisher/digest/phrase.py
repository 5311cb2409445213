"""A phrase: one line of text for people, with the direction and language it is to be shown in.

HTML shows its runs, each run of the other direction isolated by `<span dir>` (webmail strips `<bdi>`). Plain text has
no markup: there a lead mark alone keeps an Arabic line that begins with a Latin word on its side.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.model.direction import Direction
from publisher.model.issue import Patch
from publisher.text.bidi import Run, lead_mark, split_runs
from publisher.text.clean import clean_text

TEXT_COLUMNS = 72
"""Where plain text that runs left to right is wrapped. Arabic is not: its letters' widths vary too much to count."""

SEPARATOR = " · "
"""Between the parts of a meta line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """`text` is one line; `runs` spell the same text, cut where HTML must isolate."""

    text: str
    direction: Direction
    language: str
    runs: tuple[Run, ...]

    @property
    def plain(self) -> str:
        """The phrase as lines of the plain-text part."""
        return lay_plain(self.text, self.direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Short phrases of one language and direction, shown on one line with a dot between them."""

    parts: tuple[Phrase, ...]
    direction: Direction
    language: str

    @property
    def plain(self) -> str:
        """The line in the plain-text part."""
        return lay_plain(SEPARATOR.join(part.text for part in self.parts), self.direction)


def build_phrase(text: str, *, direction: Direction, language: str) -> Phrase:
    """Make a phrase of any text: controls and line breaks go, and so does every look-alike of a patch.

    A stand-in for the reader's own link (`Patch`) in an article's words would be patched with that link.
    """
    line = tidy(text)
    return Phrase(text=line, direction=direction, language=language, runs=tuple(split_runs(line, direction)))


def build_line(texts: Sequence[str], *, direction: Direction, language: str) -> Line:
    """Make a line of the texts that are not empty."""
    phrases = (build_phrase(text, direction=direction, language=language) for text in texts)
    return Line(parts=tuple(p for p in phrases if p.text), direction=direction, language=language)


def tidy(text: str) -> str:
    """One line of clean text: no controls, single blanks (no-break spaces stay), no stand-in of a patch."""
    line = _BLANKS.sub(" ", clean_text(text)).strip()
    for patch in Patch:
        line = line.replace(patch, "…")
    return line


def lay_plain(text: str, direction: Direction) -> str:
    """Lay a line out for plain text: wrapped at 72 columns left to right, whole right to left."""
    marked = lead_mark(text, direction)
    if direction is Direction.RTL:
        return marked
    return textwrap.fill(marked, TEXT_COLUMNS, break_long_words=False, break_on_hyphens=False)


_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
