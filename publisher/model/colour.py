"""The colours of mails and pages, and the proof that they can be read.

Contrast is that of WCAG 2.2, success criterion 1.4.3. Mail clients without dark-mode CSS force their own: they turn a
light design over. So every pair must also hold once both of its colours are inverted.
"""

import colorsys
import re
from dataclasses import dataclass

MIN_CONTRAST = 4.5
"""The ratio below which small text cannot be read (WCAG 2.2, level AA)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One scheme. Every colour is `#rrggbb`, lower case. `rule` draws hairlines and never carries text."""

    paper: str
    ink: str
    quiet: str
    rule: str
    accent: str

    @property
    def text_pairs(self) -> tuple[tuple[str, str], ...]:
        """What is written on what: `(foreground, background)`."""
        return ((self.ink, self.paper), (self.quiet, self.paper), (self.accent, self.paper))


def build_light(accent: str) -> Palette:
    """The light scheme with the site's accent, darkened only if it could not be read on the paper."""
    paper = "#ffffff"
    return Palette(paper=paper, ink="#1b1b1b", quiet="#5a5a5a", rule="#d8d4cc", accent=adapt(accent, paper))


def build_dark(accent: str) -> Palette:
    """The dark scheme with the site's accent, lightened until it can be read on the paper."""
    paper = "#16181b"
    return Palette(paper=paper, ink="#ececec", quiet="#a9a9a9", rule="#33363b", accent=adapt(accent, paper))


def adapt(colour: str, paper: str) -> str:
    """The colour nearest to `colour`, in its own hue, that can be read on `paper` as it is and inverted.

    Moves the lightness away from the paper's by hundredths; black or white is the end and always readable. Raises
    ValueError unless both are `#rrggbb`.
    """
    red, green, blue = _channels(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    tone, step = _spell(red, green, blue), 0.01 if _luminance(paper) < 0.5 else -0.01
    while not _holds(tone, paper):
        lightness = min(1.0, max(0.0, lightness + step))
        tone = _spell(*(round(part * 255) for part in colorsys.hls_to_rgb(hue, lightness, saturation)))
    return tone


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1.0 to 21.0 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def invert(colour: str) -> str:
    """What a client makes of `colour` when it turns the whole mail over."""
    red, green, blue = _channels(colour)
    return _spell(255 - red, 255 - green, 255 - blue)


def _holds(tone: str, paper: str) -> bool:
    return min(contrast(tone, paper), contrast(invert(tone), invert(paper))) >= MIN_CONTRAST


def _luminance(colour: str) -> float:
    """Relative luminance of sRGB, 0 for black, 1 for white."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _spell(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"


_HEX = re.compile(r"#[0-9a-fA-F]{6}")
