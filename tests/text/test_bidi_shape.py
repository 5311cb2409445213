"""The shape of a text: a sign for each character, marks with what they stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.bidi_shape import build_shape


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", ""),
        ("بغداد 2024", "rrrrr 1111"),
        ("شَّ١", "rrrn"),
        ("e\u0301\u0301b", "aaaa"),
        ("\u0301a", "oa"),
        ("\0\u200db", "ooa"),
        ("\n\u0301«x»", "\n\nqaq"),
        ("5 %، °C", "1 $p $a"),
        ("\U0001e943\U0001e94b😀", "rro"),
    ],
)
def test_shapes_of_known_texts(text: str, shape: str) -> None:
    assert build_shape(text) == shape


@given(st.text())
def test_a_shape_is_as_long_as_its_text_and_holds_known_signs_alone(text: str) -> None:
    shape = build_shape(text)
    assert len(shape) == len(text)
    assert set(shape) <= set("ar1np$.,'&@_+#-:q \no")
