"""A saved page as lines and blocks: what a browser's "save as text" leaves of its paragraphs (facts: R2, R3)."""

import re
from dataclasses import dataclass

_SPACES = re.compile("[\\s\u00a0\u202f\u2007\u200b\u3000]+")
_EDGE_MARKS = "\u200e\u200f\u061c "
_SENTENCE_END = (".", "؟", "?", "!", "…", ":", "۔")
_CLOSERS = "\"'»”’)]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that says something. `block` numbers the run of lines between blank ones that it belongs to, from 0."""

    text: str
    block: int


def split_lines(text: str) -> tuple[Line, ...]:
    """The lines of a cleaned text (`\\n` line ends) in order, without the blank ones.

    No-break and other odd spaces and tabs become one space, so a line of U+00A0 only is blank; direction
    marks at a line's edges go; ZWNJ stays.
    """
    lines: list[Line] = []
    block = 0
    for raw in text.split("\n"):
        line = _SPACES.sub(" ", raw).strip(_EDGE_MARKS)
        if line:
            lines.append(Line(text=line, block=block))
        else:
            block += 1
    return tuple(lines)


def join_blocks(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Paragraphs: lines of one block are one paragraph, except that a line which ends its sentence ends the paragraph.

    Pages saved without blank lines keep their paragraphs, and a sentence broken at a link is whole again.
    """
    paragraphs: list[str] = []
    previous: Line | None = None
    for line in lines:
        if previous is not None and previous.block == line.block and not ends_sentence(previous.text):
            paragraphs[-1] += " " + line.text
        else:
            paragraphs.append(line.text)
        previous = line
    return tuple(paragraphs)


def ends_sentence(text: str) -> bool:
    """Whether `text` ends with a full stop, a question or exclamation mark, an ellipsis or a colon, quotes aside."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_END)
