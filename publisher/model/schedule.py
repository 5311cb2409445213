"""When a newsletter is due: recurrences on a naive local clock, resolved once with the zone.

A slot is one due moment as local wall time, `2026-11-22T18:00`. Because it is wall time, the repeated hour of
an autumn night cannot make a second slot, and the missing hour of a spring night cannot lose one:
gap: move forward by the gap; fold: the first of the two. Library cron triggers get both wrong
(docs/notes/schedule.md), so they are only the alarm clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason

ON_TIME = timedelta(minutes=5)
"""A slot seen within this long of its moment was not missed: the machine was merely busy or asleep for a moment."""

TOLD_SINGLY = 50
"""So many skipped slots get a row each; those before them are told together in the oldest of these rows."""


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

    def __post_init__(self) -> None:
        if not self.times and not self.every:
            raise ValueError("a recurrence needs times or a beat: without them it would never be due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due moment. `text` is local wall time to the minute, `2026-11-22T18:00`, unique within a newsletter;
    `due_at` is its instant, in UTC.
    """

    text: str
    due_at: datetime


def resolve(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a naive wall time. In a gap: moved forward by the gap; in a fold: the first of the two.

    PEP 495 gives exactly this for fold=0. The answer is in UTC, because Python compares two datetimes of one zone
    by their wall clocks and would misjudge the hour around a change.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def slots_between(
    recurrence: Recurrence, *, after: datetime, until: datetime, zone: ZoneInfo
) -> tuple[Slot, ...]:
    """The slots due in (after, until], both aware, by strictly increasing instant.

    Where a gap moves a slot onto the instant of a later one, the two are one: the later one's. In the repeated hour
    nothing is due a second time, so a beat pauses there.
    """
    # A slot's wall time lies before that of its instant by at most the gap, and the widest gap on record is a day.
    first = after.astimezone(zone).date() - timedelta(days=1)
    due = {resolve(local, zone): local for local in _walls(recurrence, first, until.astimezone(zone).date())}
    return tuple(
        Slot(text=local.isoformat(timespec="minutes"), due_at=at)
        for at, local in sorted(due.items())
        if after < at <= until
    )


def next_due(recurrence: Recurrence, now: datetime, zone: ZoneInfo) -> Slot:
    """The first slot due strictly after the aware `now`."""
    until = now + timedelta(days=1)
    while not (slots := slots_between(recurrence, after=now, until=until, zone=zone)):
        until += timedelta(days=7)
    return slots[0]


def plan_catch_up(
    slots: Sequence[Slot], *, policy: CatchUp, now: datetime, max_lateness: timedelta
) -> tuple[tuple[Slot, Reason | None], ...]:
    """What becomes of slots that are due (ordered, none after `now`): None to issue one, else why it is skipped.

    `NONE` skips what was missed, not what is on time. So that a long stop of a fast beat does not bury the desk, at
    most `TOLD_SINGLY` skipped slots come back one by one; the oldest of them tells how many went before it.
    """
    limit = min(max_lateness, ON_TIME) if policy is CatchUp.NONE else max_lateness
    plan: list[tuple[Slot, Reason | None]] = []
    for slot in slots:
        late = now - slot.due_at
        if late > max_lateness:
            plan.append((slot, _too_late(late, max_lateness)))
        elif late > limit:
            plan.append((slot, reason("schedule.not_caught_up")))
        elif slot is not slots[-1] and policy is not CatchUp.ALL:
            plan.append((slot, reason("schedule.superseded", slot=slots[-1].text)))
        else:
            plan.append((slot, None))
    return _tell_together(plan)


def _too_late(late: timedelta, limit: timedelta) -> Reason:
    minute = timedelta(minutes=1)
    return reason("schedule.too_late", late_minutes=late // minute, limit_minutes=limit // minute)


def _tell_together(plan: list[tuple[Slot, Reason | None]]) -> tuple[tuple[Slot, Reason | None], ...]:
    skipped = [slot for slot, why in plan if why is not None]
    silent = skipped[:-TOLD_SINGLY]
    if not silent:
        return tuple(plan)
    teller = skipped[-TOLD_SINGLY]
    told = reason("schedule.many", count=len(silent) + 1, first=silent[0].text, last=teller.text)
    unsaid = {slot.text for slot in silent}
    return tuple((slot, told if slot is teller else why) for slot, why in plan if slot.text not in unsaid)


def _walls(recurrence: Recurrence, first: date, last: date) -> Iterator[datetime]:
    """Every due wall time from one date to another, both included, in order."""
    weekdays = {day.number for day in recurrence.weekdays} or set(range(7))
    times = _beats(recurrence.every) if recurrence.every else recurrence.times
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in weekdays:
            for moment in times:
                yield datetime.combine(day, moment)


def _beats(every: timedelta) -> tuple[time, ...]:
    minutes = every // timedelta(minutes=1)
    return tuple(time(minute // 60, minute % 60) for minute in range(0, 24 * 60, minutes))
