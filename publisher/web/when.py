"""When a newsletter comes, said as a person would: `daily at 18:00`, `from Sunday to Thursday at 18:00`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from publisher.model.schedule import Recurrence, Weekday
from publisher.model.site import Site
from publisher.text.house_date import format_time
from publisher.text.words import Words


def render_recurrence(recurrence: Recurrence, *, site: Site, words: Words) -> str:
    """The recurrence in words, with times as the house writes them."""
    if recurrence.every:
        return words.count("web.when.every", recurrence.every // timedelta(minutes=1))
    times = _join([_render_time(at, site, words) for at in recurrence.times], words)
    if len(recurrence.weekdays) in (0, 7):
        return words.say("web.when.daily", times=times)
    return words.say("web.when.days", days=_render_days(recurrence.weekdays, words), times=times)


def _render_days(weekdays: Sequence[Weekday], words: Words) -> str:
    """A run of three days or more as a range, over the end of the week too; anything else as a list."""
    names = [words.say(f"web.weekday.{day}") for day in _order(weekdays)]
    if len(names) >= 3 and _is_run(weekdays):
        return words.say("web.when.range", first=names[0], last=names[-1])
    return _join(names, words)


def _order(weekdays: Sequence[Weekday]) -> list[Weekday]:
    """In the order of the week, beginning after the longest gap: Sunday to Thursday, not Monday to Sunday."""
    numbers = sorted(day.number for day in weekdays)
    gaps = [(number - numbers[place - 1]) % 7 for place, number in enumerate(numbers)]
    begin = gaps.index(max(gaps))
    return [list(Weekday)[number] for number in numbers[begin:] + numbers[:begin]]


def _is_run(weekdays: Sequence[Weekday]) -> bool:
    numbers = [day.number for day in _order(weekdays)]
    return all((after - before) % 7 == 1 for before, after in pairwise(numbers))


def _join(parts: Sequence[str], words: Words) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return words.say("web.when.and", first=words.say("web.when.comma").join(parts[:-1]), last=parts[-1])


def _render_time(at: time, site: Site, words: Words) -> str:
    # Wall time has no date; any date does for writing it, and UTC has no gap it could fall into.
    moment = datetime.combine(date(2000, 1, 1), at, tzinfo=UTC)
    return format_time(moment, language=words.language, style=site.style, zone=ZoneInfo("UTC"))
