"""Conditional requests and content coding."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.conditional import choose_coding, is_not_modified, parse_http_date

AT = datetime(2025, 11, 1, 12, 15, tzinfo=UTC)


def not_modified(*headers: tuple[str, str]) -> bool:
    """The answer for a representation `"a"` of AT."""
    sent = dict(headers)
    return is_not_modified(
        sent.get("If-None-Match"), sent.get("If-Modified-Since"), etag='"a"', modified_at=AT
    )


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ([], False),
        ([("If-None-Match", '"a"')], True),
        ([("If-None-Match", 'W/"a"')], True),
        ([("If-None-Match", '"b", W/"c" ,"a"')], True),
        ([("If-None-Match", "*")], True),
        ([("If-None-Match", '"b"')], False),
        ([("If-None-Match", "a")], False),
        ([("If-None-Match", "")], False),
        ([("If-Modified-Since", "Sat, 01 Nov 2025 12:15:00 GMT")], True),
        ([("If-Modified-Since", "Sat, 01 Nov 2025 12:15:01 GMT")], True),
        ([("If-Modified-Since", "Sat, 01 Nov 2025 12:14:59 GMT")], False),
        ([("If-Modified-Since", "yesterday")], False),
        ([("If-None-Match", '"b"'), ("If-Modified-Since", "Sun, 02 Nov 2025 00:00:00 GMT")], False),
        ([("If-None-Match", '"a"'), ("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")], True),
    ],
)
def test_what_is_answered_304(headers: list[tuple[str, str]], answer: bool) -> None:
    assert not_modified(*headers) is answer


@pytest.mark.parametrize(
    "text",
    ["Sat, 01 Nov 2025 12:15:00 GMT", "Saturday, 01-Nov-25 12:15:00 GMT", "Sat, 01 Nov 2025 15:15:00 +0300"],
)
def test_dates_in_every_form_that_is_met(text: str) -> None:
    assert parse_http_date(text) == AT


def test_the_oldest_form_of_a_date_is_utc() -> None:
    """asctime (RFC 9110 section 5.6.7) names no zone and means UTC."""
    assert parse_http_date("Sat Nov  1 12:15:00 2025") == AT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0",
        "Sat, 99 Nov 2025 12:15:00 GMT",
        "Sat, 01 Nov 99999 12:15:00 GMT",
        "Sat, 01 Jan 99999999999 00:00:00 GMT",
        "Sat, 01 Nov 2025 12:15:00 +99999999999",
        f"Sat, {'9' * 30} Nov 2025 12:15:00 GMT",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("deflate, zstd", None),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, *", "br"),
        ("gzip;q=0.001", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *;q=0.1", "gzip"),
        ("gzip, br;q=0.5", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=1.0", "gzip"),
        ("identity, br, gzip", "br"),
        ("gzip;q=high", None),
        ("gzip;level=9", "gzip"),
    ],
)
def test_the_most_welcome_coding_is_chosen(accepted: str, coding: str | None) -> None:
    """Checklist 31: RFC 9110 section 12.5.3; brotli before gzip where a reader has no wish."""
    assert choose_coding(accepted, ("br", "gzip")) == coding


def test_a_coding_that_is_not_there_yet_is_not_chosen() -> None:
    assert choose_coding("br, gzip;q=0.1", ("gzip",)) == "gzip"
    assert choose_coding("br", ()) is None


ANY = st.text(st.characters(max_codepoint=255))
NUMBERS = st.integers(0, 10**25).map(str)
DATES = st.tuples(NUMBERS, NUMBERS, *[NUMBERS] * 3, NUMBERS | st.just("GMT")).map(
    lambda n: f"Sat, {n[0]} Nov {n[1]} {n[2]}:{n[3]}:{n[4]} +{n[5]}"
)


@given(ANY | DATES, ANY)
def test_no_header_breaks_an_answer(date: str, encoding: str) -> None:
    assert parse_http_date(date) is None or parse_http_date(date)
    assert choose_coding(encoding, ("br", "gzip")) in ("br", "gzip", None)


def test_a_moment_later_counts_in_whole_seconds() -> None:
    assert not_modified(("If-Modified-Since", f"{AT + timedelta(seconds=1):%a, %d %b %Y %H:%M:%S} GMT"))
