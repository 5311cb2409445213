"""Dates as the house writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.localedata import locale_identifiers

from publisher.model.site import Digits, HouseStyle, MonthStyle
from publisher.text.dates import ReadDate, parse_date
from publisher.text.house_date import format_date, format_datetime, format_time

BAGHDAD = ZoneInfo("Asia/Baghdad")
AT = datetime(2025, 11, 1, 12, 15, tzinfo=UTC)
HOUSE = HouseStyle()


def test_the_default_writes_the_seed_articles_date_byte_for_byte() -> None:
    written = format_datetime(AT, language="ar", style=HOUSE, zone=BAGHDAD)
    assert written.encode() == "السبت 1 نوفمبر 2025 03:15 م".encode()


@pytest.mark.parametrize(
    ("language", "months", "digits", "expected"),
    [
        ("ar", MonthStyle.GREGORIAN, Digits.ARAB, "السبت ١ نوفمبر ٢٠٢٥ ٠٣:١٥ م"),
        ("ar", MonthStyle.LEVANTINE, Digits.LATN, "السبت 1 تشرين الثاني 2025 03:15 م"),
        ("ar", MonthStyle.DUAL, Digits.LATN, "السبت 1 نوفمبر/تشرين الثاني 2025 03:15 م"),
        ("ar", MonthStyle.MAGHREBI, Digits.LATN, "السبت 1 نونبر 2025 03:15 م"),
        ("ar-IQ", MonthStyle.GREGORIAN, Digits.LATN, "السبت 1 نوفمبر 2025 03:15 م"),
        ("ckb", MonthStyle.GREGORIAN, Digits.LATN, "شەممە 1ـی تشرینی دووەمی 2025، 15:15"),
        ("ckb", MonthStyle.GREGORIAN, Digits.ARAB, "شەممە ١ـی تشرینی دووەمی ٢٠٢٥، ١٥:١٥"),
        ("en", MonthStyle.LEVANTINE, Digits.ARAB, "Saturday 1 November 2025, 15:15"),
        ("en-GB", MonthStyle.GREGORIAN, Digits.LATN, "Saturday 1 November 2025, 15:15"),
        ("kmr", MonthStyle.GREGORIAN, Digits.LATN, "şemî, 1ê mijdara 2025an 15:15"),
        ("tr", MonthStyle.GREGORIAN, Digits.LATN, "1 Kasım 2025 Cumartesi 15:15"),
        ("he", MonthStyle.GREGORIAN, Digits.LATN, "יום שבת, 1 בנובמבר 2025 15:15"),
        ("fa", MonthStyle.GREGORIAN, Digits.ARAB, "شنبه ۱ نوامبر ۲۰۲۵ ۱۵:۱۵"),
        ("xx", MonthStyle.GREGORIAN, Digits.LATN, "Saturday 1 November 2025, 15:15"),
        ("not a tag", MonthStyle.GREGORIAN, Digits.LATN, "Saturday 1 November 2025, 15:15"),
    ],
)
def test_styles_and_languages(language: str, months: MonthStyle, digits: Digits, expected: str) -> None:
    style = HouseStyle(months=months, digits=digits)
    assert format_datetime(AT, language=language, style=style, zone=BAGHDAD) == expected


def test_date_and_time_alone() -> None:
    assert format_date(AT, language="ar", style=HOUSE, zone=BAGHDAD) == "السبت 1 نوفمبر 2025"
    assert format_time(AT, language="ar", style=HOUSE, zone=BAGHDAD) == "03:15 م"


@pytest.mark.parametrize(
    ("hour", "arabic", "english"),
    [(0, "12:05 ص", "00:05"), (11, "11:05 ص", "11:05"), (12, "12:05 م", "12:05"), (23, "11:05 م", "23:05")],
)
def test_noon_and_midnight(hour: int, arabic: str, english: str) -> None:
    at = datetime(2025, 11, 1, hour, 5, tzinfo=BAGHDAD)
    assert format_time(at, language="ar", style=HOUSE, zone=BAGHDAD) == arabic
    assert format_time(at, language="en", style=HOUSE, zone=BAGHDAD) == english


def test_the_zone_decides_the_day() -> None:
    late = datetime(2025, 10, 31, 22, 0, tzinfo=UTC)
    assert format_date(late, language="en", style=HOUSE, zone=BAGHDAD) == "Saturday 1 November 2025"
    assert format_date(late, language="en", style=HOUSE, zone=ZoneInfo("UTC")) == "Friday 31 October 2025"


def test_no_language_writes_a_direction_mark() -> None:
    for language in locale_identifiers():
        written = format_datetime(AT, language=language, style=HOUSE, zone=BAGHDAD)
        assert not set(written) & set("\u200e\u200f\u061c"), language


@pytest.mark.parametrize("months", list(MonthStyle))
@pytest.mark.parametrize("digits", list(Digits))
@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_what_the_house_writes_the_parser_reads(language: str, months: MonthStyle, digits: Digits) -> None:
    style = HouseStyle(months=months, digits=digits)
    for month in range(1, 13):
        at = datetime(2024, month, 2 * month, 5 + month, 7, tzinfo=BAGHDAD)
        read = parse_date(format_datetime(at, language=language, style=style, zone=BAGHDAD), zone=BAGHDAD)
        assert isinstance(read, ReadDate)
        assert (read.at, read.has_time) == (at, True)
