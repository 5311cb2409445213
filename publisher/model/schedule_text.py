"""How a schedule is written in the settings.

    daily 18:00                     every 30 minutes
    daily 07:30, 18:00              thursday 17:00
    sunday-thursday 18:00           monday, wednesday 9:00

Days by name only (0 is Monday to one library and Sunday to another), times on the 24-hour clock. A range may
pass the end of the week. Case, blanks and the kind of comma, dash or digit do not matter.
"""

import re
from datetime import time, timedelta

from publisher.model.errors import ScheduleError
from publisher.model.reason import reason
from publisher.model.schedule import Recurrence, Weekday

_JOINERS = str.maketrans({"،": ",", "\N{EN DASH}": "-", "\N{EM DASH}": "-"})


def parse_recurrence(text: str) -> Recurrence:
    """Read a schedule. Raises ScheduleError naming the part that is wrong (keys `schedule.*`)."""
    tidy = re.sub(r"\s*([,-])\s*", r"\1", text.translate(_JOINERS).strip().casefold())
    words = tidy.split()
    if not words:
        raise ScheduleError(reason("schedule.empty"))
    if words[0] == "every":
        return Recurrence(every=_parse_beat(tidy, text))
    if len(words) != 2:
        raise ScheduleError(reason("schedule.form", text=text))
    days, times = words
    return Recurrence(times=_parse_times(times), weekdays=_parse_days(days))


def _parse_beat(tidy: str, text: str) -> timedelta:
    found = re.fullmatch(r"every (\d{1,4}) minutes?", " ".join(tidy.split()))
    if found is None:
        raise ScheduleError(reason("schedule.form", text=text))
    minutes = int(found[1])
    if not minutes or 60 % minutes:
        raise ScheduleError(reason("schedule.beat", minutes=minutes))
    return timedelta(minutes=minutes)


def _parse_days(text: str) -> tuple[Weekday, ...]:
    """In the order of the week; empty for all seven."""
    if text == "daily":
        return ()
    week = list(Weekday)
    chosen: set[Weekday] = set()
    for item in text.split(","):
        first, _, last = item.partition("-")
        start = _parse_day(first)
        length = (_parse_day(last).number - start.number) % 7 if last else 0
        chosen.update(week[(start.number + step) % 7] for step in range(length + 1))
    return () if len(chosen) == 7 else tuple(day for day in week if day in chosen)


def _parse_day(text: str) -> Weekday:
    try:
        return Weekday(text)
    except ValueError:
        raise ScheduleError(reason("schedule.day", day=text)) from None


def _parse_times(text: str) -> tuple[time, ...]:
    return tuple(sorted({_parse_time(item) for item in text.split(",")}))


def _parse_time(text: str) -> time:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ScheduleError(reason("schedule.time", time=text))
    return time(int(found[1]), int(found[2]))
