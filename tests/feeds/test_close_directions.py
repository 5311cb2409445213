"""Every direction that is opened is closed, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.close_directions import close_directions
from publisher.feeds.validate.words import unbalanced

LRE, RLE, PDF, RLO, LRI, RLI, PDI = "\u202a", "\u202b", "\u202c", "\u202e", "\u2066", "\u2067", "\u2069"


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("نص (a) C++", "نص (a) C++"),
        (f"a{RLE}b{PDF}c", f"a{RLE}b{PDF}c"),
        (f"{RLO}a", f"{RLO}a{PDF}"),
        (f"{RLI}{LRE}a", f"{RLI}{LRE}a{PDF}{PDI}"),
        (f"{RLI}a{LRE}b{PDI}c{PDF}", f"{RLI}a{LRE}b{PDF}{PDI}c"),
        (f"{RLE}{LRI}a{PDF}b", f"{RLE}{LRI}ab{PDI}{PDF}"),
        (f"a{PDF}{PDI}", "a"),
        (f"{LRI}a\nb{PDI}", f"{LRI}a{PDI}\nb"),
        (f"a{PDF}\u2029{RLE}b", f"a\u2029{RLE}b{PDF}"),
        ("\u200fنص\u200e\u200c", "\u200fنص\u200e\u200c"),
    ],
)
def test_a_paragraph_closes_what_it_opens(text: str, closed: str) -> None:
    assert close_directions(text) == closed


@given(st.text(st.sampled_from([*"ab\n", LRE, RLE, PDF, RLO, LRI, RLI, PDI])))
def test_closed_once_is_balanced_and_stays(text: str) -> None:
    closed = close_directions(text)
    assert unbalanced(closed) is None
    assert close_directions(closed) == closed
    assert [char for char in closed if char in "ab\n"] == [char for char in text if char in "ab\n"]
