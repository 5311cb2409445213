"""Retries come later each time, apart from each other, and never too late to expire."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.backoff import FIRST_RETRY, LAST_RETRY, next_retry

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NEVER = NOW + timedelta(days=365)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 240), (7, 240), (10_000, 240)]
)
def test_the_ceiling_doubles_from_ten_minutes_to_four_hours(tries: int, minutes: int) -> None:
    assert next_retry(tries, now=NOW, spread=1.0, not_after=NEVER) == NOW + timedelta(minutes=minutes)
    assert next_retry(tries, now=NOW, spread=0.0, not_after=NEVER) == NOW + timedelta(minutes=5)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_every_retry_is_between_five_minutes_and_four_hours(tries: int, spread: float) -> None:
    assert FIRST_RETRY <= next_retry(tries, now=NOW, spread=spread, not_after=NEVER) - NOW <= LAST_RETRY


@given(st.integers(1, 20), st.floats(0, 1), st.integers(-600, 600))
def test_it_is_never_long_after_the_end_nor_before_now(tries: int, spread: float, minutes: int) -> None:
    """What cannot be begun in time any more is taken once again just to expire."""
    not_after = NOW + timedelta(minutes=minutes)
    retry = next_retry(tries, now=NOW, spread=spread, not_after=not_after)
    assert NOW <= retry <= max(NOW, not_after + timedelta(seconds=1))


@given(st.integers(1, 20), st.floats(0, 1), st.floats(0, 1))
def test_randomness_spreads(tries: int, one: float, other: float) -> None:
    times = [next_retry(tries, now=NOW, spread=spread, not_after=NEVER) for spread in sorted((one, other))]
    assert times == sorted(times)


@given(st.integers(1, 20), st.floats(0, 1), st.integers(-60, 600))
def test_it_is_not_before_the_earliest_moment_but_to_expire(tries: int, spread: float, minutes: int) -> None:
    earliest, end = NOW + timedelta(minutes=minutes), NOW + timedelta(hours=5)
    usual = next_retry(tries, now=NOW, spread=spread, not_after=end)
    retry = next_retry(tries, now=NOW, spread=spread, not_after=end, earliest=earliest)
    assert retry == min(max(usual, earliest), end + timedelta(seconds=1))


def test_before_the_first_try_there_is_no_retry() -> None:
    with pytest.raises(ValueError, match="nothing was tried"):
        next_retry(0, now=NOW, spread=0, not_after=NEVER)
