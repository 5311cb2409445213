"""A date is read or refused, never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.reason import Reason
from publisher.text.dates import ReadDate, parse_date
from publisher.text.words import load_words

BAGHDAD = ZoneInfo("Asia/Baghdad")
BERLIN = ZoneInfo("Europe/Berlin")

ABSOLUTE = {
    # Lines seen on the pages of newsrooms; the site is in the margin.
    "نُشرت في السبت 1 نوفمبر 2025 03:15 م": "2025-11-01 15:15",  # aljeebal
    "نشر في: 6 أغسطس, 2023: 10:58 م": "2023-08-06 22:58",  # almadapaper
    "سياسة 16-01-2024, 18:38 | --": "2024-01-16 18:38",  # baghdadtoday
    "اليوم الثلاثاء (16 كانون الثاني 2024)": "2024-01-16",  # baghdadtoday
    "2025-11-03 | 03:00": "2025-11-03 03:00",  # alsumaria
    "2020-03-02T12:50:16+00:00": "2020-03-02 15:50:16",  # shafaq
    "12 أيلول (سبتمبر) 2024": "2024-09-12",  # kurdistan24
    "الأحد 31 يوليو/تموز 2022": "2022-07-31",  # arabicpost
    "آخر تحديث 11 يناير/ كانون الثاني 1970": "1970-01-11",  # bbc
    "05:02 م 11/03/2026": "2026-03-11 17:02",  # masrawy
    "الجمعة ٢٣ يونيو ٢٠١٧ - ٠٢:٢٦": "2017-06-23 02:26",  # alalam
    # aljazeera.net: Hijri first, two clocks that agree
    "الخميس 7/3/1429 هـ - الموافق 13/3/2008 م (آخر تحديث) الساعة 16:25 (مكة المكرمة)، 13:25 (غرينتش)": (
        "2008-03-13 16:25"
    ),
    "الجمعة 24 أوت 2012": "2012-08-24",  # elkhabar
    "الأربعاء 3 شتنبر 2025": "2025-09-03",  # atlas24
    "تاريخ النشر: 13th, June 2024 GMT": "2024-06-13",  # arabkhabar
    "PM:09:32:15/03/2026": "2026-03-15 21:32",  # westganews
    "شەممە 18ـی تشرینی یەکەمی 2025": "2025-10-18",  # kurdistan24 ckb
    "8ـی ئۆکتۆبەری 2025": "2025-10-08",  # kurdistan24 ckb
    "شەممە ٢١ـی حوزەیرانی ٢٠٢٥": "2025-06-21",  # nrttv ckb
    "duşem 26 hezîranê 2023 - 09:14": "2023-06-26 09:14",  # ozgurpolitika
    "15 Aralık 2025": "2025-12-15",  # siyasihaber
    "דורון פסקין | 3 בנובמבר 2025 | חדשות | 2 דק׳": "2025-11-03",  # epoch.org.il
    # The same shapes elsewhere.
    "6 آب 2023": "2023-08-06",
    "4 مايس 2024": "2024-05-04",
    "2025 تشرینی دووەم 1، شەممە": "2025-11-01",
    "سێ شەممە 4ی تشرینی دووەمی 2025": "2025-11-04",
    "Sat, 01 Nov 2025 15:15:00 +0300": "2025-11-01 15:15",
    "Saturday 1 November 2025, 15:15": "2025-11-01 15:15",
    "November 1st, 2025 3pm": "2025-11-01 15:00",
    "1er novembre 2025 à 15h30": "2025-11-01 15:30",
    "samedi 1 novembre 2025": "2025-11-01",
    "شنبه ۱ نوامبر ۲۰۲۵ ۱۵:۱۵": "2025-11-01 15:15",
    "2025/11/01 15:15": "2025-11-01 15:15",
    "01.11.2025 15:15": "2025-11-01 15:15",
    "1 / 11 / 2025": "2025-11-01",
    "10 جمادى الأولى 1447هـ الموافق 1 نوفمبر 2025م": "2025-11-01",
    "1 نوفمبر 2025، 1/11/2025 15:15": "2025-11-01 15:15",
    "١ نوفمبر ٢٠٢٥ م الساعة ١٥:١٥": "2025-11-01 15:15",
    "18:38 - 16 كانون الثاني 2024": "2024-01-16 18:38",
    "\u200fالسبت\u00a01 نوفمبر 2025\u200f": "2025-11-01",
}

REFUSED = {
    "": "dates.missing",
    "خبر بلا تاريخ": "dates.missing",
    "217 شوهد": "dates.missing",
    "اليوم, 13:40": "dates.relative",
    "منذ 50 دقيقة": "dates.relative",
    "منذ ساعتين": "dates.relative",
    "منذ سنتين": "dates.relative",
    "پێش کاتژمێرێک": "dates.relative",
    "پێش دوو کاتژمێر": "dates.relative",
    "پێش 11 خولەک": "dates.relative",
    "5 saat önce": "dates.relative",
    "2 hours ago": "dates.relative",
    "أخبار وتقارير يوم ٣ مايس": "dates.no_year",
    "November 3": "dates.no_year",
    "16/01": "dates.no_year",
    "نوفمبر 2025": "dates.no_day",
    "1/11/25": "dates.short_year",
    "1 نوفمبر 25": "dates.short_year",
    "السبت 1 تشرين الثاني ٢٥": "dates.short_year",
    "1 November '25": "dates.short_year",
    "Nov 1st, 25": "dates.short_year",
    "1 November 10 pm": "dates.no_year",
    "1 نوفمبر 10:30": "dates.no_year",
    "31/02/2025": "dates.impossible",
    "32 نوفمبر 2025": "dates.impossible",
    "11/13/2025": "dates.impossible",
    "2025-13-01": "dates.impossible",
    "0 نوفمبر 2025": "dates.impossible",
    "1 نوفمبر 9999": "dates.impossible",
    "1 نوفمبر 2025 و3 نوفمبر 2025": "dates.two_dates",
    "نشر 1/11/2025 | آخر تحديث 2/11/2025": "dates.two_dates",
    "1-2 نوفمبر 2025": "dates.day_range",
    "1 و2 نوفمبر 2025": "dates.day_range",
    "12 شباط/نوفمبر 2024": "dates.month_names_differ",
    "تاریخ انتشار: ۰۸:۵۹ - ۳۰-۰۶-۱۳۹۰": "dates.calendar",
    "10 جمادى الأولى 1447": "dates.calendar",
    "5 رجب 2025": "dates.calendar",
    "1404/08/10": "dates.calendar",
    "7/3/1429 هـ": "dates.calendar",
    "7/3/2029 هـ": "dates.calendar",
    "الأحد 1 نوفمبر 2025": "dates.weekday_mismatch",
    "Sunday 1 November 2025": "dates.weekday_mismatch",
    "یەکشەممە 1ی تشرینی دووەمی 2025": "dates.weekday_mismatch",
    "1 نوفمبر 2025 15:30 ص": "dates.time_impossible",
    "1 نوفمبر 2025 00:30 م": "dates.time_impossible",
    "1 نوفمبر 2025 25:00": "dates.time_impossible",
    "1 نوفمبر 2025 10:75": "dates.time_impossible",
    "1 نوفمبر 2025 10:10:99": "dates.time_impossible",
    "1 نوفمبر 2025 5:00 ظهراً": "dates.time_impossible",
    "1 نوفمبر 2025 5:00 ليلاً": "dates.time_impossible",
    "1 نوفمبر 2025 م 03:15": "dates.time_unclear",
    "1 نوفمبر 2025 الساعة 3": "dates.time_unclear",
    "1 نوفمبر 2025 ص 03:15 م": "dates.time_unclear",
    "2025-11-01 10:00-11:00": "dates.two_times",
    "1 نوفمبر 2025 10:00 (غرينتش) 10:00": "dates.two_times",
    "1 نوفمبر 2025 10:00 بتوقيت هونولولو": "dates.zone_unknown",
    "1 نوفمبر 2025 10:00 IST": "dates.zone_unknown",
    "1 نوفمبر 2025 10:00 +20:00": "dates.zone_unknown",
}


def read(text: str, zone: ZoneInfo = BAGHDAD) -> ReadDate:
    found = parse_date(text, zone=zone)
    assert isinstance(found, ReadDate), found
    return found


@pytest.mark.parametrize(("text", "expected"), ABSOLUTE.items())
def test_absolute_dates_are_read(text: str, expected: str) -> None:
    found = read(text)
    assert found.at == datetime.fromisoformat(expected).replace(tzinfo=BAGHDAD)
    assert found.has_time is (" " in expected)
    assert found.raw == text.strip()


@pytest.mark.parametrize(("text", "key"), REFUSED.items())
def test_everything_uncertain_is_refused_with_its_reason(text: str, key: str) -> None:
    found = parse_date(text, zone=BAGHDAD)
    assert isinstance(found, Reason), found
    assert found.key == key
    for language in ("ar", "en", "ckb"):
        assert load_words(language).say_reason(found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12:00 ص", "00:00"),
        ("12:30 ص", "00:30"),
        ("1:30 صباحاً", "01:30"),
        ("11:59 ص", "11:59"),
        ("12:00 م", "12:00"),
        ("12:30 م", "12:30"),
        ("1:30 م", "13:30"),
        ("11:59 مساءً", "23:59"),
        ("15:30 م", "15:30"),
        ("12:15 ظهراً", "12:15"),
        ("1:15 ظهراً", "13:15"),
        ("5:00 فجراً", "05:00"),
        ("4:00 عصراً", "16:00"),
        ("12:00 ليلاً", "00:00"),
        ("12:00 منتصف الليل", "00:00"),
        ("10:00 ليلاً", "22:00"),
        ("2:00 ليلاً", "02:00"),
        ("22:00 ليلاً", "22:00"),
        ("3:15 د.ن", "15:15"),
        ("3:15 پ.ن", "03:15"),
        ("3:15 ئێوارە", "15:15"),
        ("3:15 ب.ظ", "15:15"),
        ("3:15 p.m.", "15:15"),
        ("3:15pm", "15:15"),
        ("الساعة 3 مساءً", "15:00"),
        ("الساعة 15.25", "15:25"),
        ("ص 03:15", "03:15"),
        ("0:05", "00:05"),
        ("23:59", "23:59"),
    ],
)
def test_twelve_and_twenty_four_hours(words: str, expected: str) -> None:
    assert f"{read('1 نوفمبر 2025، ' + words).at:%H:%M}" == expected


@pytest.mark.parametrize(
    ("line", "utc", "zone_from"),
    [
        ("2025-11-01 10:00", "07:00", "site setting Asia/Baghdad"),
        ("2025-11-01T10:00Z", "10:00", "the text: Z"),
        ("2025-11-01T10:00+02:00", "08:00", "the text: +02:00"),
        ("2025-11-01T10:00:00.123-05:00", "15:00", "the text: -05:00"),
        ("2025-11-01T10:00-0500", "15:00", "the text: -0500"),
        ("1 نوفمبر 2025 10:00 GMT", "10:00", "the text: GMT"),
        ("1 نوفمبر 2025 10:00 GMT\u200f", "10:00", "the text: GMT"),
        ("1 نوفمبر 2025 10:00 (UTC+3)", "07:00", "the text: UTC+3"),
        ("1 نوفمبر 2025 10:00 غرينتش", "10:00", "the text: غرينتش"),
        ("1 نوفمبر 2025 10:00 بتوقيت القاهرة", "08:00", "the text: القاهرة"),
        ("1 نوفمبر 2025 10:00 بتوقيت مدينة دبي", "06:00", "the text: دبي"),
        ("1 نوفمبر 2025 10:00 (مكة المكرمة)", "07:00", "the text: مكة المكرمة"),
        ("1 November 2025 10:00 Cairo time", "08:00", "the text: Cairo"),
        ("1 November 2025 10:00 AM EST", "15:00", "the text: EST"),
        ("1 نوفمبر 2025 10:00 القاهرة - رويترز", "07:00", "site setting Asia/Baghdad"),
        ("1 November 2025 10:00 west of here", "07:00", "site setting Asia/Baghdad"),
    ],
)
def test_a_zone_beside_the_time_is_respected(line: str, utc: str, zone_from: str) -> None:
    found = read(line)
    assert f"{found.at.astimezone(UTC):%H:%M}" == utc
    assert found.zone_from == zone_from
    assert found.at.tzinfo is BAGHDAD


def test_a_day_without_a_time_begins_at_midnight_of_the_site() -> None:
    found = read("13 June 2024 GMT", ZoneInfo("America/New_York"))
    assert (found.at.isoformat(), found.has_time) == ("2024-06-13T00:00:00-04:00", False)


@pytest.mark.parametrize(
    ("line", "zone", "expected"),
    [
        ("30 March 2025 02:30", BERLIN, "2025-03-30T03:30:00+02:00"),
        ("26 October 2025 02:30", BERLIN, "2025-10-26T02:30:00+02:00"),
        ("1 نيسان 2007 03:30", BAGHDAD, "2007-04-01T04:30:00+04:00"),
        ("1 تموز 2007 12:00", BAGHDAD, "2007-07-01T12:00:00+04:00"),
    ],
)
def test_wall_times_that_do_not_exist_or_exist_twice(line: str, zone: ZoneInfo, expected: str) -> None:
    assert read(line, zone).at.isoformat() == expected


def test_the_reason_for_a_wrong_weekday_names_both_days_in_the_writers_language() -> None:
    found = parse_date("Sunday 1 November 2025", zone=BAGHDAD)
    assert isinstance(found, Reason)
    assert found.arguments == {"given": "Sunday", "actual": "Saturday", "date": "2025-11-01"}


def test_one_right_weekday_among_several_is_enough() -> None:
    assert read("الجمعة في بغداد، نشر السبت 1 نوفمبر 2025").at.day == 1


def test_reasons_quote_the_line_as_it_was_written() -> None:
    found = parse_date("نُشر في ٣١/٠٢/٢٠٢٥ صباحاً", zone=BAGHDAD)
    assert isinstance(found, Reason)
    assert found.arguments == {"text": "٣١/٠٢/٢٠٢٥"}


DATES = st.integers(0, 130 * 365 * 24 * 60).map(
    lambda minutes: (datetime(1970, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)).replace(tzinfo=None)
)
"""Naive wall times, whole minutes, 1970 to 2100."""


@given(DATES, st.sampled_from([BAGHDAD, BERLIN, ZoneInfo("America/New_York")]))
def test_every_rfc_3339_instant_is_read_exactly(wall: datetime, zone: ZoneInfo) -> None:
    at = wall.replace(tzinfo=zone)
    found = read(at.isoformat(), zone)
    assert found.at.timestamp() == at.timestamp()


@given(DATES)
def test_arabic_indic_digits_change_nothing(wall: datetime) -> None:
    line = f"{wall:%d/%m/%Y %H:%M}"
    native = line.translate({ord("0") + i: ord("٠") + i for i in range(10)})
    assert read(line).at == read(native).at == wall.replace(tzinfo=BAGHDAD).astimezone(UTC)


@given(st.text(max_size=60) | st.lists(st.sampled_from([*ABSOLUTE, *REFUSED]), max_size=3).map(" ".join))
def test_no_text_raises_or_gives_a_date_it_does_not_hold(text: str) -> None:
    """What is read has its year's four digits in the text: never now, never a default."""
    found = parse_date(text, zone=BAGHDAD)
    if isinstance(found, ReadDate):
        ascii_digits = "".join(str(int(char)) if char.isdecimal() else char for char in text)
        years = {str((found.at + timedelta(days=shift)).year) for shift in (-1, 0, 1)}
        assert any(year in ascii_digits for year in years)
    else:
        assert found.key.startswith("dates.")


def test_a_page_pasted_into_the_date_line_takes_no_time() -> None:
    assert isinstance(parse_date("1 " * 500_000, zone=BAGHDAD), Reason)
    assert isinstance(parse_date("12:30 " * 100_000, zone=BAGHDAD), Reason)
