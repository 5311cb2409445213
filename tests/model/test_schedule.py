"""Slots on the wall clock, against an oracle that knows only UTC -> local and never asks for the way back."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.schedule import (
    TOLD_SINGLY,
    CatchUp,
    Recurrence,
    Slot,
    Weekday,
    next_due,
    plan_catch_up,
    resolve,
    slots_between,
)

ZONES = """
Asia/Baghdad Asia/Beirut Asia/Damascus Asia/Amman Asia/Gaza Asia/Hebron Asia/Jerusalem Asia/Riyadh Asia/Dubai
Asia/Kuwait Asia/Tehran Asia/Kabul Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Singapore
Asia/Shanghai Asia/Tokyo Asia/Pyongyang Africa/Cairo Africa/Tripoli Africa/Tunis Africa/Algiers Africa/Casablanca
Africa/El_Aaiun Africa/Khartoum Africa/Nairobi Africa/Johannesburg Africa/Lagos Europe/Istanbul Europe/Athens
Europe/Berlin Europe/Paris Europe/London Europe/Dublin Europe/Lisbon Europe/Moscow Europe/Chisinau Atlantic/Azores
America/Nuuk America/St_Johns America/Halifax America/New_York America/Chicago America/Denver America/Phoenix
America/Los_Angeles America/Anchorage America/Havana America/Santiago America/Asuncion America/Sao_Paulo
America/Argentina/Buenos_Aires America/Caracas Pacific/Easter Pacific/Chatham Pacific/Auckland Pacific/Apia
Pacific/Kiritimati Pacific/Marquesas Australia/Sydney Australia/Adelaide Australia/Lord_Howe Antarctica/Troll
""".split()  # noqa: SIM905  (a list of strings would be one zone a line)
TIMES = (time(0), time(0, 30), time(1, 30), time(2, 30), time(18), time(23, 30))
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
DAY = timedelta(days=1)
naive = datetime.fromisoformat
STARTS = st.datetimes(naive("2026-01-02"), naive("2028-12-01"))


@dataclass(frozen=True)
class Period:
    """A stretch of UTC with one offset: what a zone is, seen from UTC."""

    start: datetime
    offset: timedelta


@cache
def periods_of(key: str) -> tuple[Period, ...]:
    """The zone's stretches over the years tested, found by looking at UTC noon by noon and halving between."""
    zone = ZoneInfo(key)

    def offset_at(at: datetime) -> timedelta:
        offset = at.astimezone(zone).utcoffset()
        assert offset is not None
        return offset

    at = datetime(FIRST.year, 1, 1, tzinfo=UTC) - 3 * DAY
    periods = [Period(at, offset_at(at))]
    while at.date() < LAST + 3 * DAY:
        low, high = at, at + DAY
        at = high
        if offset_at(high) == periods[-1].offset:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            low, high = (low, middle) if offset_at(middle) != periods[-1].offset else (middle, high)
        start = high.replace(microsecond=0)
        periods.append(Period(start, offset_at(start)))
    return tuple(periods)


def oracle(local: datetime, key: str) -> datetime:
    """The first instant whose wall clock shows `local`; in a gap, as far behind the gap's end as it lies in it."""
    periods = periods_of(key)
    naive = local.replace(tzinfo=UTC)
    near = max(0, bisect_right(periods, naive - 2 * DAY, key=lambda period: period.start) - 1)
    for n in range(near, len(periods)):
        at = naive - periods[n].offset
        end = periods[n + 1].start if n + 1 < len(periods) else None
        if at >= periods[n].start and (end is None or at < end):
            return at
        if n and periods[n].start + periods[n - 1].offset <= naive < periods[n].start + periods[n].offset:
            return periods[n].start + (naive - (periods[n].start + periods[n - 1].offset))
    raise AssertionError(f"{local} is nowhere in {key}")


def daily(*times: time) -> Recurrence:
    return Recurrence(times=times)


def every(minutes: int) -> Recurrence:
    return Recurrence(every=timedelta(minutes=minutes))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def texts(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.text for slot in slots]


def test_enough_zones() -> None:
    """The promise is tested over at least 60 zones, and most kinds of change are among them."""
    assert len(set(ZONES)) >= 60
    assert sum(len(periods_of(key)) > 1 for key in ZONES) >= 25


@pytest.mark.parametrize("key", ZONES)
def test_a_daily_newsletter_has_exactly_one_slot_on_each_local_date(key: str) -> None:
    zone = ZoneInfo(key)
    dates = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    for moment in TIMES:
        expected = [datetime.combine(day, moment) for day in dates]
        instants = [oracle(local, key) for local in expected]
        slots = slots_between(
            daily(moment), after=instants[0] - timedelta(seconds=1), until=instants[-1], zone=zone
        )
        assert [slot.due_at for slot in slots] == instants
        assert texts(slots) == [f"{local:%Y-%m-%dT%H:%M}" for local in expected]
        assert all(earlier < later for earlier, later in pairwise(instants))


@given(
    st.sampled_from(ZONES),
    STARTS,
    st.sampled_from([1, 15, 20, 60]),
)
@settings(max_examples=60, deadline=None)
def test_a_beat_is_strictly_increasing_and_each_slot_is_where_the_oracle_says(
    key: str, start: datetime, minutes: int
) -> None:
    after = start.replace(tzinfo=UTC)
    slots = slots_between(every(minutes), after=after, until=after + 2 * DAY, zone=ZoneInfo(key))
    assert all(earlier.due_at < later.due_at for earlier, later in pairwise(slots))
    assert len(set(texts(slots))) == len(slots)
    assert all(oracle(datetime.fromisoformat(slot.text), key) == slot.due_at for slot in slots)


@given(
    st.sampled_from(ZONES),
    STARTS,
    st.lists(st.integers(0, 3 * 24 * 60), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_looking_often_or_seldom_finds_the_same_slots(key: str, start: datetime, cuts: list[int]) -> None:
    """Ticks cut time anywhere, even inside a gap or fold: nothing is lost or found twice at a cut."""
    zone, after = ZoneInfo(key), start.replace(tzinfo=UTC)
    rule = daily(time(0), time(1, 30), time(2, 15), time(3), time(18))
    ends = [after, *(after + timedelta(minutes=cut) for cut in sorted(cuts)), after + 3 * DAY]
    pieces = [
        slot for low, high in pairwise(ends) for slot in slots_between(rule, after=low, until=high, zone=zone)
    ]
    assert tuple(pieces) == slots_between(rule, after=after, until=after + 3 * DAY, zone=zone)


@pytest.mark.parametrize(
    ("key", "local", "instant"),
    [
        ("Asia/Baghdad", "2026-11-22T18:00", "2026-11-22T15:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Asia/Beirut", "2026-03-29T00:30", "2026-03-28T22:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:40"),
        ("Pacific/Apia", "2011-12-30T18:00", "2011-12-31T04:00"),
    ],
    ids=["plain", "gap-forward", "fold-first", "gap-at-midnight", "half-hour-gap", "skipped-day"],
)
def test_a_wall_time_is_resolved_once(key: str, local: str, instant: str) -> None:
    assert resolve(datetime.fromisoformat(local), ZoneInfo(key)) == utc(instant)


def test_gap_slots_collapse_into_the_later_slots_they_land_on() -> None:
    slots = slots_between(
        every(30),
        after=utc("2026-03-08T06:00"),
        until=utc("2026-03-08T08:00"),
        zone=ZoneInfo("America/New_York"),
    )
    assert texts(slots) == ["2026-03-08T01:30", "2026-03-08T03:00", "2026-03-08T03:30", "2026-03-08T04:00"]


def test_a_gap_slot_that_lands_on_none_is_kept_where_it_lands() -> None:
    """02:15 becomes 03:15, behind the slot of 03:00: ordered by instant, both there."""
    slots = slots_between(
        daily(time(2, 15), time(3)),
        after=utc("2026-03-08T05:00"),
        until=utc("2026-03-08T12:00"),
        zone=ZoneInfo("America/New_York"),
    )
    assert texts(slots) == ["2026-03-08T03:00", "2026-03-08T02:15"]


def test_a_beat_pauses_in_the_repeated_hour() -> None:
    slots = slots_between(
        every(30),
        after=utc("2026-11-01T04:30"),
        until=utc("2026-11-01T07:30"),
        zone=ZoneInfo("America/New_York"),
    )
    assert [f"{slot.due_at:%H:%M}" for slot in slots] == ["05:00", "05:30", "07:00", "07:30"]


def test_a_date_that_does_not_exist_has_no_slot_of_its_own() -> None:
    """Samoa had no 30 December 2011: its slot lands on that of the 31st, and one issue goes out."""
    slots = slots_between(
        daily(time(18)),
        after=utc("2011-12-29T00:00"),
        until=utc("2012-01-01T05:00"),
        zone=ZoneInfo("Pacific/Apia"),
    )
    assert texts(slots) == ["2011-12-28T18:00", "2011-12-29T18:00", "2011-12-31T18:00", "2012-01-01T18:00"]


def test_the_window_excludes_its_start_and_includes_its_end() -> None:
    due = utc("2026-11-22T15:00")
    zone = ZoneInfo("Asia/Baghdad")
    assert texts(slots_between(daily(time(18)), after=due - DAY, until=due, zone=zone)) == [
        "2026-11-22T18:00"
    ]
    assert slots_between(daily(time(18)), after=due, until=due + DAY / 2, zone=zone) == ()


def test_weekdays_bound_the_slots() -> None:
    """Sunday to Thursday, an Iraqi working week: 22 November 2026 is a Sunday."""
    week = Recurrence(
        times=(time(18),),
        weekdays=(Weekday.SUNDAY, Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY),
    )
    slots = slots_between(
        week, after=utc("2026-11-22T00:00"), until=utc("2026-11-29T00:00"), zone=ZoneInfo("Asia/Baghdad")
    )
    assert [date.fromisoformat(slot.text[:10]).isoweekday() for slot in slots] == [7, 1, 2, 3, 4]


def test_weekdays_are_numbered_as_python_does() -> None:
    assert [day.number for day in Weekday] == list(range(7))
    assert Weekday.SUNDAY.number == date(2026, 11, 22).weekday()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-22T17:59", "2026-11-22T18:00"),
        ("2026-11-22T18:00", "2026-11-23T07:30"),
        ("2026-11-23T07:30", "2026-11-23T18:00"),
    ],
)
def test_the_next_slot_is_strictly_later(after: str, expected: str) -> None:
    assert next_due(daily(time(7, 30), time(18)), utc(after), ZoneInfo("UTC")).text == expected


def test_the_next_slot_of_a_weekly_rule_may_be_a_week_away() -> None:
    thursday = Recurrence(times=(time(17),), weekdays=(Weekday.THURSDAY,))
    assert next_due(thursday, utc("2026-11-26T17:00"), ZoneInfo("UTC")).text == "2026-12-03T17:00"


@pytest.mark.parametrize(
    ("rule", "now", "expected"),
    [
        (daily(time(18)), "2026-11-22T14:59", "2026-11-22T18:00"),
        (daily(time(18)), "2026-11-22T15:00", "2026-11-23T18:00"),
        (Recurrence(times=(time(17),), weekdays=(Weekday.THURSDAY,)), "2026-11-26T14:00", "2026-12-03T17:00"),
        (every(2), "2026-11-22T15:00:01", "2026-11-22T18:02"),
    ],
    ids=["today", "strictly-after", "next-week", "beat"],
)
def test_next_due_is_the_first_slot_after_now(rule: Recurrence, now: str, expected: str) -> None:
    assert next_due(rule, utc(now), ZoneInfo("Asia/Baghdad")).text == expected


def test_a_recurrence_that_is_never_due_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="never be due"):
        Recurrence(weekdays=(Weekday.MONDAY,))


# --- Catch-up -----------------------------------------------------------------------------------------------------

NOON = utc("2026-11-22T12:00")


def late(*minutes: int) -> tuple[Slot, ...]:
    """Slots due so many minutes before noon, in order."""
    return tuple(Slot(text=f"slot-{ago}", due_at=NOON - timedelta(minutes=ago)) for ago in minutes)


def verdicts(slots: tuple[Slot, ...], policy: CatchUp, hours: int = 12) -> list[str]:
    plan = plan_catch_up(slots, policy=policy, now=NOON, max_lateness=timedelta(hours=hours))
    assert [slot for slot, _ in plan] == list(slots)
    return ["issue" if why is None else why.key.removeprefix("schedule.") for _, why in plan]


@pytest.mark.parametrize("policy", list(CatchUp))
def test_a_slot_on_time_is_issued_under_every_policy(policy: CatchUp) -> None:
    assert verdicts(late(0), policy) == ["issue"]
    assert verdicts(late(5), policy) == ["issue"]


def test_latest_issues_the_last_missed_slot_and_tells_why_not_the_others() -> None:
    slots = late(180, 120, 60)
    assert verdicts(slots, CatchUp.LATEST) == ["superseded", "superseded", "issue"]
    plan = plan_catch_up(slots, policy=CatchUp.LATEST, now=NOON, max_lateness=DAY)
    assert plan[0][1] is not None
    assert plan[0][1].arguments == {"slot": "slot-60"}


def test_all_issues_every_missed_slot_within_the_limit() -> None:
    assert verdicts(late(13 * 60, 60, 30), CatchUp.ALL) == ["too_late", "issue", "issue"]


def test_none_skips_what_was_missed_and_keeps_what_is_on_time() -> None:
    assert verdicts(late(60, 30), CatchUp.NONE) == ["not_caught_up", "not_caught_up"]
    assert verdicts(late(60, 0), CatchUp.NONE) == ["not_caught_up", "issue"]
    assert verdicts(late(4, 2, 0), CatchUp.NONE) == ["superseded", "superseded", "issue"]


@pytest.mark.parametrize("policy", list(CatchUp))
def test_no_policy_issues_what_is_too_late(policy: CatchUp) -> None:
    """Nobody wants yesterday's news: the limit holds for the latest slot as well."""
    plan = plan_catch_up(late(13 * 60), policy=policy, now=NOON, max_lateness=timedelta(hours=12))
    assert plan[0][1] is not None
    assert plan[0][1].key == "schedule.too_late"
    assert plan[0][1].arguments == {"late_minutes": 780, "limit_minutes": 720}


def test_a_long_stop_of_a_fast_beat_is_told_in_few_rows_and_loses_no_slot() -> None:
    slots = late(*range(4000, -1, -2))
    plan = plan_catch_up(slots, policy=CatchUp.LATEST, now=NOON, max_lateness=timedelta(hours=12))
    assert len(plan) == TOLD_SINGLY + 1
    teller, why = plan[0]
    assert why is not None
    assert why.key == "schedule.many"
    assert why.arguments["first"] == "slot-4000"
    assert why.arguments["last"] == teller.text
    assert why.arguments["count"] == len(slots) - TOLD_SINGLY
    assert plan[-1] == (slots[-1], None)


def test_nothing_due_plans_nothing() -> None:
    assert plan_catch_up((), policy=CatchUp.LATEST, now=NOON, max_lateness=DAY) == ()
