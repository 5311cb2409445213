"""The knob is kept in every span of time; connections grow slowly and shrink quickly."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.pace import SUCCESSES_A_STEP, Bucket, Window

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def taken(bucket: Bucket, waits: list[float]) -> list[datetime]:
    """Somebody comes after each of these seconds, waits as long as told and takes one."""
    now, times = NOW, []
    for seconds in waits:
        now += timedelta(seconds=seconds)
        while bucket.wait(now):
            now += bucket.wait(now)
        bucket = bucket.take(now)
        times.append(now)
    return times


@given(
    st.floats(0.5, 6000), st.none() | st.floats(1, 50), st.lists(st.floats(0, 30), min_size=2, max_size=40)
)
def test_no_span_holds_more_than_it_earns_and_the_capacity(
    per_minute: float, capacity: float | None, waits: list[float]
) -> None:
    bucket = Bucket.full(per_minute, now=NOW, capacity=capacity)
    times = taken(bucket, waits)
    for first, last in combinations(range(len(times)), 2):
        span = (times[last] - times[first]) / timedelta(minutes=1)
        assert last - first + 1 <= bucket.capacity + per_minute * span + 1e-3


@given(st.floats(1, 6000))
def test_whoever_always_comes_gets_the_whole_rate(per_minute: float) -> None:
    times = taken(Bucket.full(per_minute, now=NOW), [0.0] * 50)
    assert (times[-1] - times[0]) / timedelta(minutes=1) <= 50 / per_minute + 1e-3


def test_a_second_is_the_most_that_is_saved_up() -> None:
    bucket = Bucket.full(600, now=NOW)
    assert bucket.capacity == 10
    assert Bucket.full(6, now=NOW).capacity == 1
    later = NOW + timedelta(hours=1)
    for _ in range(10):
        assert bucket.wait(later) == timedelta()
        bucket = bucket.take(later)
    assert bucket.wait(later) == timedelta(milliseconds=100)


def test_a_clock_that_goes_back_earns_nothing_and_loses_nothing() -> None:
    bucket = Bucket.full(60, now=NOW).take(NOW)
    back = NOW - timedelta(hours=1)
    assert bucket.wait(back) == timedelta(seconds=1)
    assert bucket.wait(NOW + timedelta(seconds=1)) == timedelta()


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="gives nothing"):
        Bucket.full(0, now=NOW)


def test_connections_grow_by_one_for_twenty_successes() -> None:
    window = Window.narrow(4)
    limits = []
    for _ in range(3 * SUCCESSES_A_STEP):
        window = window.welcomed()
        limits.append(window.limit)
    assert limits == [2] * 19 + [3] * 20 + [4] * 21


def test_a_complaint_halves_and_the_rest_of_its_round_does_not() -> None:
    window = Window(most=8, limit=8)
    window = window.slowed(8)
    assert window.limit == 4
    for still_open in (8, 7, 6, 5):
        window = window.slowed(still_open)
    assert window.limit == 4
    assert window.slowed(4).limit == 2
    assert window.slowed(4).slowed(2).slowed(1).slowed(1).limit == 1


@given(st.integers(1, 64), st.lists(st.none() | st.integers(0, 64), max_size=200))
def test_the_limit_stays_between_one_and_most(most: int, events: list[int | None]) -> None:
    """None: a success; a number: a complaint while so many are open."""
    window = Window.narrow(most)
    for event in events:
        before = window.limit
        window = window.welcomed() if event is None else window.slowed(event)
        assert 1 <= window.limit <= most
        assert window.limit <= before + 1


def test_a_relay_without_lanes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one lane"):
        Window.narrow(0)
