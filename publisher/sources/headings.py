"""Paragraphs to blocks: which short line is a sub-heading (facts: R9)."""

from collections.abc import Sequence

from publisher.model.article import Block, BlockKind
from publisher.sources.lines import ends_sentence

_MAX_WORDS = 12
_NOT_AT_END = ("،", ",", "؛", ";", "-", "–", "—")


def build_blocks(paragraphs: Sequence[str]) -> tuple[Block, ...]:
    """Blocks in order. A heading has at most 12 words, does not end like a sentence, and has a longer paragraph on
    either side.
    """
    return tuple(
        Block(kind=BlockKind.HEADING if _is_heading(paragraphs, index) else BlockKind.PARAGRAPH, text=text)
        for index, text in enumerate(paragraphs)
    )


def _is_heading(paragraphs: Sequence[str], index: int) -> bool:
    text = paragraphs[index]
    if not 0 < index < len(paragraphs) - 1 or len(text.split()) > _MAX_WORDS:
        return False
    if ends_sentence(text) or text.endswith(_NOT_AT_END) or not any(char.isalpha() for char in text):
        return False
    return all(_is_longer(paragraphs[beside], text) for beside in (index - 1, index + 1))


def _is_longer(paragraph: str, than: str) -> bool:
    """Whether `paragraph` is prose, not another short line, and longer."""
    is_prose = ends_sentence(paragraph) or len(paragraph.split()) > _MAX_WORDS
    return is_prose and len(paragraph) > len(than)
