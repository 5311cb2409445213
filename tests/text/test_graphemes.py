"""Clusters, against the cases UAX #29 and its test file name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.graphemes import _ALONE, _continues, iter_graphemes


@pytest.mark.parametrize(
    "clusters",
    [
        [],
        ["a", "b"],
        ["\r\n", "\n", "\r"],
        ["\r", "\u0301"],
        ["a\u0301", "b"],
        ["ش\u064e\u0651", "ل"],
        ["ی\u200c", "خ"],
        ["👨\u200d👩\u200d👧", "👍🏽"],
        ["❤\ufe0f\u200d🔥"],
        ["🇮🇶", "🇸🇾", "🇦"],
        ["🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "x"],
        ["\u0600" + "1", "2"],
        ["한", "국"],
        ["\u1112\u1161\u11ab", "\u1100\u1100\uac00\u11a8"],
        ["a\u200d", "b"],
        ["न\u093f"],
        ["\u0915\u094d\u0937\u093f", "\u0915"],
        ["\u0915\u093c\u094d\u200d\u0937", "\u0905"],
        ["\u0915\u094d\u200c", "\u0937"],
        ["\u0915\u094d", "\u0905"],
        ["\u0915\u093e", "\u0937"],
        ["\u0995\u09cd\u09b7", "\u0958", "a"],
        ["\u0b95\u0bcd", "\u0bb7"],
        ["\u2028", "a"],
        ["a", "\u2028"],
    ],
)
def test_clusters_of_known_texts(clusters: list[str]) -> None:
    assert list(iter_graphemes("".join(clusters))) == clusters


@given(st.text())
def test_clusters_joined_are_the_text(text: str) -> None:
    assert "".join(iter_graphemes(text)) == text


def test_between_letters_taken_for_plain_there_is_always_a_boundary() -> None:
    for last in _ALONE:
        joined = [char for char in _ALONE if _continues(last, char)]
        assert joined == [], f"{last!r} takes in {joined!r}"
