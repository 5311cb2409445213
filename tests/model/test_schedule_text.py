"""How people write schedules, and what they are told when it cannot be read."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.errors import ScheduleError
from publisher.model.schedule import Recurrence, Weekday
from publisher.model.schedule_text import parse_recurrence
from publisher.text.words import load_words

WORKING_WEEK = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.SUNDAY)
EVENING = (time(18),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily 18:00", Recurrence(times=EVENING)),
        ("Daily  18:00 ", Recurrence(times=EVENING)),
        ("daily 18:00, 07:30", Recurrence(times=(time(7, 30), time(18)))),
        ("daily 18:00,18:00", Recurrence(times=EVENING)),
        ("daily ٠٧:٣٠، ١٨:٠٠", Recurrence(times=(time(7, 30), time(18)))),
        ("thursday 9:05", Recurrence(times=(time(9, 5),), weekdays=(Weekday.THURSDAY,))),
        ("sunday-thursday 18:00", Recurrence(times=EVENING, weekdays=WORKING_WEEK)),
        ("Sunday – Thursday 18:00", Recurrence(times=EVENING, weekdays=WORKING_WEEK)),
        ("wednesday, monday 18:00", Recurrence(times=EVENING, weekdays=(Weekday.MONDAY, Weekday.WEDNESDAY))),
        (
            "monday-tuesday, friday 0:00",
            Recurrence(times=(time(0),), weekdays=(*WORKING_WEEK[:2], Weekday.FRIDAY)),
        ),
        ("monday-monday 18:00", Recurrence(times=EVENING, weekdays=(Weekday.MONDAY,))),
        ("monday-sunday 18:00", Recurrence(times=EVENING)),
        ("every 2 minutes", Recurrence(every=timedelta(minutes=2))),
        ("Every  1 minute", Recurrence(every=timedelta(minutes=1))),
        ("every 60 minutes", Recurrence(every=timedelta(hours=1))),
    ],
)
def test_schedules_as_people_write_them(text: str, expected: Recurrence) -> None:
    assert parse_recurrence(text) == expected


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("", "schedule.empty", ""),
        ("18:00", "schedule.form", "18:00"),
        ("daily at 18:00", "schedule.form", "daily at 18:00"),
        ("every hour", "schedule.form", "every hour"),
        ("every 90000 minutes", "schedule.form", "every 90000 minutes"),
        ("every 7 minutes", "schedule.beat", "7"),
        ("every 0 minutes", "schedule.beat", "0"),
        ("mon 18:00", "schedule.day", "mon"),
        ("0 18:00", "schedule.day", "0"),
        ("sunday-thurs 18:00", "schedule.day", "thurs"),
        ("monday, 18:00", "schedule.form", "monday, 18:00"),
        ("daily 24:00", "schedule.time", "24:00"),
        ("daily 18:60", "schedule.time", "18:60"),
        ("daily 6pm", "schedule.time", "6pm"),
        ("daily 18:00,", "schedule.time", ""),
    ],
)
@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_a_fault_names_the_part_that_is_wrong(text: str, key: str, named: str, language: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_recurrence(text)
    assert caught.value.reason.key == key
    assert named in load_words(language).say_reason(caught.value.reason)
    assert named in str(caught.value)


@given(st.text())
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        recurrence = parse_recurrence(text)
    except ScheduleError:
        return
    assert recurrence.times or recurrence.every


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_every_reason_of_the_room_is_in_every_catalogue(language: str) -> None:
    words = load_words(language)
    arguments = {"late_minutes": 1, "limit_minutes": 2, "slot": "s", "count": 3, "first": "a", "last": "b"}
    for key in ("too_late", "not_caught_up", "superseded", "many"):
        assert words.say(f"schedule.{key}", **arguments)
