"""Dates as feeds write them. English names whatever the locale; a numeric zone; no fractions of a second.

`strftime` and feedgen's own formatter follow or switch the locale of the whole process, so neither is used.
"""

from datetime import datetime
from email.utils import format_datetime


def rfc822_date(at: datetime) -> str:
    """`Sat, 01 Nov 2025 15:15:00 +0300`: RSS 2.0, after RFC 822 with a year of four digits. `at` is aware."""
    return format_datetime(_aware(at))


def rfc3339_date(at: datetime) -> str:
    """`2025-11-01T15:15:00+03:00`: Atom (RFC 4287 section 3.3) and JSON Feed. `at` is aware."""
    return _aware(at).isoformat(timespec="seconds")


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} names no zone: a feed never guesses one")
    return at
