"""Leases and tries of push: point 43 of the feeds' checklist."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.push import (
    ASKED_FOR,
    LAST_RETRY,
    LEASE_MAXIMUM,
    LEASE_MINIMUM,
    TRIED_FOR,
    PushSettings,
    Share,
    grant_lease,
    next_push,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, timedelta(days=10)),
        (0, timedelta(hours=1)),
        (-5, timedelta(hours=1)),
        (3599, timedelta(hours=1)),
        (3601, timedelta(seconds=3601)),
        (86400, timedelta(days=1)),
        (10**30, timedelta(days=30)),
    ],
)
def test_a_lease_is_bounded(asked: int | None, granted: timedelta) -> None:
    """Checklist 43 G: leases."""
    assert grant_lease(asked) == granted
    assert LEASE_MINIMUM <= granted <= LEASE_MAXIMUM


def test_a_change_is_tried_later_and_later_for_a_day_and_then_given_up() -> None:
    """Checklist 43 G: retries with back-off."""
    at, gaps = NOW, []
    for tries in range(1, 100):
        again = next_push(tries, now=at, since=NOW, spread=0)
        if again is None:
            break
        gaps.append(again - at)
        at = again
    assert [gap.total_seconds() for gap in gaps[:9]] == [30, 60, 120, 240, 480, 960, 1920, 3840, 7200]
    assert gaps == sorted(gaps)
    assert gaps[-1] == LAST_RETRY
    assert timedelta(hours=20) < at - NOW <= TRIED_FOR


@given(st.integers(1, 60), st.floats(0, 1), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_try_is_never_in_the_past_nor_beyond_its_time(tries: int, spread: float, age: timedelta) -> None:
    again = next_push(tries, now=NOW, since=NOW - age, spread=spread, for_long=ASKED_FOR)
    if again is not None:
        assert NOW + timedelta(seconds=15) <= again <= NOW - age + ASKED_FOR


def test_nothing_is_tried_again_that_was_not_tried() -> None:
    with pytest.raises(ValueError):
        next_push(0, now=NOW, since=NOW, spread=0)


def test_push_is_off_unless_the_settings_name_a_hub_or_ask_for_one() -> None:
    assert not PushSettings().is_on
    assert PushSettings(own_hub=True).is_on
    assert PushSettings(hubs=("https://hub.example/",)).is_on


def test_a_secret_is_not_shown_in_a_traceback() -> None:
    share = Share(
        follower=1,
        topic="index.rss",
        callback="https://a.example/",
        secret="hush",
        owed=1,
        tries=1,
        since=NOW,
    )
    assert "hush" not in repr(share)
