"""Counting words and minutes."""

import json
from pathlib import Path

import pytest

from publisher.text.reading import count_words, reading_minutes

EXPECTED = Path(__file__).parents[2].parent / "shared" / "data" / "seed_article.expected.json"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \u00a0\n", 0),
        ("كلمة", 1),
        ('وفقاً لصحيفة "وول ستريت جورنال".', 5),
        ("باماكو - AP", 2),
        ("… « » —", 0),
        ("عام 2021، 3.5%", 3),
        ("می\u200cخواهم بروم", 2),
        ("شلّ\u00a0الحركة", 2),
    ],
)
def test_words_are_counted_as_readers_count_them(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.skipif(not EXPECTED.exists(), reason="the shared seed article is not beside this clone")
def test_the_seed_article_has_its_312_words() -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert sum(count_words(block["text"]) for block in expected["blocks"]) == expected["words"] == 312


@pytest.mark.parametrize(
    ("words", "rate", "minutes"), [(312, 180, 2), (312, 138, 3), (180, 180, 1), (1, 180, 1), (0, 180, 0)]
)
def test_a_started_minute_is_a_minute(words: int, rate: int, minutes: int) -> None:
    assert reading_minutes(words, rate) == minutes


def test_a_rate_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="words_per_minute"):
        reading_minutes(10, 0)
