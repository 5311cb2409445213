"""Colours: LOOK's values, contrast by WCAG, and the accent that bends until it can be read."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.model.colour import MIN_CONTRAST, adapt, build_dark, build_light, contrast, invert

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_the_default_light_scheme_is_spelled_as_in_the_look() -> None:
    light = build_light("#7a1f1f")
    assert (light.paper, light.ink, light.quiet, light.rule, light.accent) == (
        "#ffffff",
        "#1b1b1b",
        "#5a5a5a",
        "#d8d4cc",
        "#7a1f1f",
    )


def test_the_dark_scheme_keeps_its_values_and_lightens_the_accent_in_its_hue() -> None:
    dark = build_dark("#7a1f1f")
    assert (dark.paper, dark.ink, dark.quiet, dark.rule) == ("#16181b", "#ececec", "#a9a9a9", "#33363b")
    red, green, blue = (int(dark.accent[place : place + 2], 16) for place in (1, 3, 5))
    assert red > green == blue


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_agrees_with_published_values(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@settings(deadline=None)
@given(accent=COLOURS)
@example(accent="#ffff00")
@example(accent="#000000")
@example(accent="#ffffff")
def test_every_pair_can_be_read_in_both_schemes_and_after_a_forced_inversion(accent: str) -> None:
    for scheme in (build_light(accent), build_dark(accent)):
        for ink, paper in scheme.text_pairs:
            assert contrast(ink, paper) >= MIN_CONTRAST
            assert contrast(invert(ink), invert(paper)) >= MIN_CONTRAST


@settings(deadline=None)
@given(accent=COLOURS)
def test_a_readable_accent_is_left_alone(accent: str) -> None:
    once = adapt(accent, "#ffffff")
    assert adapt(once, "#ffffff") == once


@pytest.mark.parametrize("bad", ["", "red", "#fff", "#7a1f1", "#7a1f1f;", "#7a1f1g", "#7a1f1f\n"])
def test_anything_but_a_plain_hex_colour_is_refused(bad: str) -> None:
    """A colour is written into a style sheet, so nothing else may pass."""
    with pytest.raises(ValueError, match="#rrggbb"):
        build_light(bad)
