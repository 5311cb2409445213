"""When a newsletter is due: recurrences on a naive local clock, resolved once with the zone.

A slot is one due moment as local wall time, `2026-11-22T18:00`. Because it is wall time, the repeated hour of
an autumn night cannot make a second slot, and the missing hour of a spring night cannot lose one:
gap: move forward by the gap; fold: the first of the two. Library cron triggers get both wrong
(docs/notes/schedule.md), so they are only the alarm clock.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


class CatchUp(StrEnum):
    """What to do with slots that passed while Nashra was not running."""

    LATEST = "latest"
    """Issue the latest missed slot, skip the ones before it. The default: one mail, not five."""
    ALL = "all"
    """Issue every missed slot."""
    NONE = "none"
    """Skip them all."""


class Weekday(StrEnum):
    """Names only, never numbers: 0 means Monday to one library and Sunday to another."""

    MONDAY = "monday"
    """ISO weekday 1."""
    TUESDAY = "tuesday"
    """ISO weekday 2."""
    WEDNESDAY = "wednesday"
    """ISO weekday 3."""
    THURSDAY = "thursday"
    """ISO weekday 4."""
    FRIDAY = "friday"
    """ISO weekday 5."""
    SATURDAY = "saturday"
    """ISO weekday 6."""
    SUNDAY = "sunday"
    """ISO weekday 7."""

    @property
    def number(self) -> int:
        """As `date.weekday()` counts: Monday is 0."""
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Due every local date whose weekday is in `weekdays` (empty: every day), at each of `times` (naive,
    whole minutes, sorted, at least one). `every` replaces both by a fixed beat counted from midnight, whole
    minutes that divide an hour: for demonstrations and breaking desks.
    """

    times: tuple[time, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    every: timedelta | None = None
