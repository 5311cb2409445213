"""A domain that complains is left alone for a while, then met slowly, and forgiven."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.model.domain_pace import FIRST_RATE, LONGEST_REST, LOWEST_RATE, DomainPace
from publisher.model.pace import SUCCESSES_A_STEP

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_first_complaint_gives_a_minutes_rest_and_then_one_message_a_second() -> None:
    pace = DomainPace.slow(NOW)
    assert pace.wait(NOW) == MINUTE
    now = NOW + MINUTE
    for _ in range(60):
        assert pace.wait(now) == timedelta()
        pace = pace.take(now)
    assert pace.wait(now) == timedelta(seconds=1)


def test_what_had_been_begun_before_the_rest_complains_once() -> None:
    """Eight connections hear the same refusal within a moment."""
    pace = DomainPace.slow(NOW)
    assert pace.slowed(NOW + timedelta(seconds=59)) is pace


def test_each_further_complaint_halves_the_rate_and_doubles_the_rest() -> None:
    pace, now, seen = DomainPace.slow(NOW), NOW, []
    for _ in range(8):
        now = pace.rest_until
        pace = pace.slowed(now)
        seen.append((pace.bucket.per_minute, pace.rest_until - now))
    assert [rate for rate, _ in seen] == [30, 15, 7.5, 3.75, 1.875, LOWEST_RATE, LOWEST_RATE, LOWEST_RATE]
    assert [rest / MINUTE for _, rest in seen] == [2, 4, 8, 16, 30, 30, 30, 30]


def test_a_hundred_good_messages_and_it_is_forgotten() -> None:
    pace: DomainPace | None = DomainPace.slow(NOW)
    rates, count = [], 0
    while pace is not None:
        rates.append(pace.bucket.per_minute)
        pace = pace.welcomed(NOW + 2 * MINUTE)
        count += 1
    assert count == 4 * SUCCESSES_A_STEP
    assert sorted(set(rates)) == [60, 120, 240, 480]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3600)), max_size=120))
def test_whatever_comes_it_is_never_slower_than_one_a_minute_nor_at_rest_for_long(
    events: list[tuple[bool, int]],
) -> None:
    """True: it went well; False: a complaint; so many seconds later."""
    pace, now = DomainPace.slow(NOW), NOW
    for went_well, seconds in events:
        now += timedelta(seconds=seconds)
        pace = (pace.welcomed(now) if went_well else pace.slowed(now)) or DomainPace.slow(now)
        assert pace.bucket.per_minute >= LOWEST_RATE
        assert pace.wait(now) <= max(LONGEST_REST, MINUTE)
        assert pace.bucket.per_minute <= FIRST_RATE * 8
