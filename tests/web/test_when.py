"""publisher.web.when"""

from datetime import time, timedelta

import pytest

from publisher.model.schedule import Recurrence, Weekday
from publisher.model.schedule_text import parse_recurrence
from publisher.text.words import load_words
from publisher.web.when import render_recurrence
from tests.web.reader_app import SITE


@pytest.mark.parametrize(
    ("schedule", "english", "arabic"),
    [
        ("daily 18:00", "daily at 18:00", "يومياً الساعة 06:00 م"),
        ("daily 7:30, 18:00", "daily at 07:30 and 18:00", "يومياً الساعة 07:30 ص و06:00 م"),
        ("thursday 17:00", "Thursday at 17:00", "الخميس الساعة 05:00 م"),
        ("sunday-thursday 18:00", "from Sunday to Thursday at 18:00", "من الأحد إلى الخميس الساعة 06:00 م"),
        ("monday, wednesday 9:00", "Monday and Wednesday at 09:00", "الاثنين والأربعاء الساعة 09:00 ص"),
        (
            "monday, wednesday, saturday 9:00",
            "Saturday, Monday and Wednesday at 09:00",
            "السبت، الاثنين والأربعاء الساعة 09:00 ص",
        ),
        ("friday, saturday 9:00", "Friday and Saturday at 09:00", "الجمعة والسبت الساعة 09:00 ص"),
        ("every 1 minute", "every minute", "كل دقيقة"),
        ("every 5 minutes", "every 5 minutes", "كل 5 دقائق"),
        ("every 30 minutes", "every 30 minutes", "كل 30 دقيقة"),
    ],
)
def test_a_schedule_is_said_as_a_person_would(schedule: str, english: str, arabic: str) -> None:
    recurrence = parse_recurrence(schedule)
    assert render_recurrence(recurrence, site=SITE, words=load_words("en")) == english
    assert render_recurrence(recurrence, site=SITE, words=load_words("ar")) == arabic


def test_all_seven_days_are_daily() -> None:
    recurrence = Recurrence(times=(time(18),), weekdays=tuple(Weekday))
    assert render_recurrence(recurrence, site=SITE, words=load_words("en")) == "daily at 18:00"


def test_sorani_says_it_too() -> None:
    recurrence = Recurrence(every=timedelta(minutes=10))
    assert render_recurrence(recurrence, site=SITE, words=load_words("ckb")) == "هەر 10 خولەک جارێک"
