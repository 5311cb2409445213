"""The few sentences a story is told in."""

import re
from dataclasses import dataclass

from publisher.digest.phrase import tidy
from publisher.model.article import Article, BlockKind
from publisher.text.truncate import truncate


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of a story is told: at most so many sentences and so many characters."""

    sentences: int
    characters: int


LEAD = Room(sentences=3, characters=330)
"""The lead story."""
STORY = Room(sentences=2, characters=210)
"""Every other story with text."""


def summarise(article: Article, room: Room) -> str:
    """Whole sentences from the start of the summary, or of the text where there is none; empty if there is neither.

    A first sentence that is too long by itself is cut at a word, with an ellipsis. A summary that only repeats the
    title says nothing and is passed over.
    """
    told = ""
    for sentence in split_sentences(_source_text(article))[: room.sentences]:
        longer = f"{told} {sentence}".strip()
        if len(longer) > room.characters:
            return told or truncate(sentence, room.characters)
        told = longer
    return told


def split_sentences(text: str) -> tuple[str, ...]:
    """Cut one-line text after `.`, `!`, `?`, `؟`, `۔` or `…` and a blank.

    Never after fewer than three letters or digits (`J. Smith`, `No. 5`, `Dr. Ali` stay whole), after an English title,
    nor before a small Latin letter. Two sentences left together are harmless; a story that ends at `Dr.` is not.
    """
    return tuple(part for part in _SENTENCE_END.split(text) if part)


def _source_text(article: Article) -> str:
    parsed = article.parsed
    summary = tidy(parsed.summary or "")
    if summary and summary != tidy(parsed.title):
        return summary
    return tidy(next((block.text for block in parsed.blocks if block.kind is BlockKind.PARAGRAPH), ""))


_TITLES = "".join(rf"(?<!\b{title}\.)" for title in ("Prof", "Gen", "Col", "Sen", "Gov", "Rep", "Mrs", "Inc"))
_STOP, _CLOSE = "[.!?؟۔…]", '["”»)]'
_SENTENCE_END = re.compile(
    rf"(?:(?<=[^\W_]{{3}}{_STOP}){_TITLES}|(?<=[^\W_]{{2}}{_STOP}{_CLOSE})|(?<=[^\W_]{{2}}{_CLOSE}{_STOP}))\s+(?![a-z])"
)
