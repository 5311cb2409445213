"""Writing direction, as HTML's `dir` attribute spells it."""

from enum import StrEnum


class Direction(StrEnum):
    """The two directions Nashra lays text out in."""

    LTR = "ltr"
    """Left to right: Latin, Cyrillic, Greek …"""
    RTL = "rtl"
    """Right to left: Arabic, Hebrew, Syriac, Thaana, N'Ko …"""

    @property
    def start(self) -> str:
        """The physical side on which a line begins: `left` or `right` (mail clients lack logical CSS)."""
        return "right" if self is Direction.RTL else "left"

    @property
    def end(self) -> str:
        """The physical side on which a line ends."""
        return "left" if self is Direction.RTL else "right"
