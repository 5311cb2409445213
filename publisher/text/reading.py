"""How long a text takes to read."""

import re

_WORD = re.compile(r"\w")


def count_words(text: str) -> int:
    """Words between white space that hold at least one letter or digit: a lone dash or quote is none."""
    return sum(1 for word in text.split() if _WORD.search(word))


def reading_minutes(words: int, words_per_minute: int) -> int:
    """Whole minutes, rounded up: a started minute is a minute; 0 only for no words.

    Raises ValueError for a rate below 1.
    """
    if words_per_minute < 1:
        raise ValueError("words_per_minute must be at least 1")
    return -(-words // words_per_minute)
