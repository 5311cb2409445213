"""Text is cut at its stand-ins once and filled for each reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.mime import canonical_octets
from publisher.mail.slots import fill_slots, near_slots, parse_slots
from publisher.model.issue import Patch


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1, max_size=5),
    st.text("ab/:&"),
)
def test_filling_is_replacing(texts: list[str], url: str) -> None:
    whole = Patch.UNSUBSCRIBE_URL.join(texts)
    assert fill_slots(parse_slots(whole), {Patch.UNSUBSCRIBE_URL: url}) == canonical_octets(url.join(texts))


def test_a_value_that_looks_like_a_stand_in_is_not_filled_again() -> None:
    filled = fill_slots(
        parse_slots(f"a {Patch.UNSUBSCRIBE_URL} b"), {Patch.UNSUBSCRIBE_URL: Patch.UNSUBSCRIBE_URL}
    )
    assert filled == f"a {Patch.UNSUBSCRIBE_URL} b".encode()


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill_slots(parse_slots(Patch.UNSUBSCRIBE_URL), {})


@given(
    st.lists(
        st.sampled_from((*(Patch.UNSUBSCRIBE_URL[:n] for n in (0, 3, 20)), "x" * 200, "ب", "\n")), min_size=2
    ),
    st.sampled_from(("", Patch.UNSUBSCRIBE_URL[3:], Patch.UNSUBSCRIBE_URL[20:], "z" * 100)),
    st.sampled_from((Patch.UNSUBSCRIBE_URL[3:], Patch.UNSUBSCRIBE_URL[20:], "")),
)
def test_near_the_places_a_stand_in_shows_as_in_the_whole_text(
    texts: list[str], value: str, behind: str
) -> None:
    """Whatever constants and values it is made of."""
    pieces = parse_slots(Patch.UNSUBSCRIBE_URL.join([*texts, behind]))
    values = {Patch.UNSUBSCRIBE_URL: value}
    stand_in = Patch.UNSUBSCRIBE_URL.encode()
    assert (stand_in in fill_slots(near_slots(pieces), values)) is (stand_in in fill_slots(pieces, values))
