"""Dates as feeds write them."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.timestamps import rfc822_date, rfc3339_date
from tests.feeds.samples import BAGHDAD, seed_expected

moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).flatmap(  # noqa: DTZ001 (the zone comes next)
    lambda at: st.integers(-14 * 4, 14 * 4).map(
        lambda quarters: at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    )
)


def test_the_seed_has_the_expected_pub_date() -> None:
    at = datetime(2025, 11, 1, 15, 15, tzinfo=BAGHDAD)
    assert rfc822_date(at) == seed_expected()["rss_pub_date"] == "Sat, 01 Nov 2025 15:15:00 +0300"
    assert rfc3339_date(at) == "2025-11-01T15:15:00+03:00"


@given(moments)
def test_both_forms_read_back_as_the_same_moment(at: datetime) -> None:
    assert parsedate_to_datetime(rfc822_date(at)) == at
    assert datetime.fromisoformat(rfc3339_date(at)) == at


def test_fractions_of_a_second_are_dropped() -> None:
    assert rfc3339_date(datetime(2025, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)) == "2025-01-01T00:00:00+00:00"


@pytest.mark.parametrize("write", [rfc822_date, rfc3339_date])
def test_a_date_without_a_zone_is_refused(write: object) -> None:
    assert callable(write)
    with pytest.raises(ValueError, match="no zone"):
        write(datetime(2025, 1, 1))  # noqa: DTZ001
