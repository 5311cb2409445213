"""The breaker opens when it must, lets one message through when its rest is over, and says why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.breaker import MOST_REFUSALS, Breaker, BreakReason, Passage
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Reply, Sent

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
GOOD = Sent(reply=Reply(code=250, text="ok"))
AWAY = Deferred(phase=Phase.CONNECT, reply=Reply(code=0, text="connection refused"))
LOCKED = Deferred(phase=Phase.CONNECT, reply=Reply(code=535, enhanced="5.7.8", text="who are you"))
LATER = Deferred(phase=Phase.RCPT, reply=Reply(code=450, text="later"))
SPAM = Refused(phase=Phase.DOT, reply=Reply(code=550, enhanced="5.7.1", text="spam"))
DEAD = Refused(phase=Phase.RCPT, reply=Reply(code=550, enhanced="5.1.1", text="unknown"))


def after(*outcomes: Outcome, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for outcome in outcomes:
        breaker = breaker.after(outcome, now=NOW)
    return breaker


def probed(breaker: Breaker, outcome: Outcome) -> Breaker:
    """The rest is over and one message is tried."""
    assert breaker.until is not None
    assert breaker.passage(breaker.until) is Passage.PROBE
    probing = breaker.begin_probe()
    assert probing.passage(breaker.until) is Passage.WAIT
    return probing.after(outcome, now=breaker.until, is_probe=True)


def test_it_opens_at_the_fifth_failure_in_a_row_and_says_why() -> None:
    assert after(*[AWAY] * 4).passage(NOW) is Passage.FREE
    breaker = after(*[AWAY] * 5)
    assert breaker.passage(NOW) is Passage.HELD
    assert breaker.until == NOW + timedelta(minutes=1)
    assert (breaker.why, breaker.reply) == (BreakReason.UNREACHABLE, AWAY.reply)


@pytest.mark.parametrize("between", [GOOD, LATER, DEAD, SPAM])
def test_any_session_that_was_had_begins_the_count_anew(between: Outcome) -> None:
    assert after(*[AWAY] * 4, between, *[AWAY] * 4).until is None


def test_a_refused_login_opens_at_once() -> None:
    breaker = after(GOOD, LOCKED)
    assert breaker.why is BreakReason.LOGIN
    assert breaker.until == NOW + timedelta(minutes=30)


def test_more_than_a_fifth_of_two_hundred_refusals_opens() -> None:
    quiet = [GOOD] * 160 + [SPAM] * MOST_REFUSALS
    assert after(*quiet).until is None
    assert after(*quiet, SPAM).why is BreakReason.REFUSED
    assert after(*[SPAM] * (MOST_REFUSALS + 1)).why is BreakReason.REFUSED
    assert after(*[DEAD] * 300).until is None


def test_refusals_older_than_two_hundred_answers_are_forgotten() -> None:
    assert after(*[SPAM] * MOST_REFUSALS, *[GOOD] * 200, *[SPAM] * MOST_REFUSALS).until is None


@pytest.mark.parametrize("outcome", [GOOD, LATER, DEAD])
def test_a_probe_that_meets_the_relay_closes_it_and_forgets(outcome: Outcome) -> None:
    assert probed(after(*[AWAY] * 5), outcome) == Breaker()
    assert probed(after(*[SPAM] * 41), outcome) == Breaker()


@pytest.mark.parametrize(
    ("outcome", "why"),
    [(AWAY, BreakReason.UNREACHABLE), (LOCKED, BreakReason.LOGIN), (SPAM, BreakReason.REFUSED)],
)
def test_a_probe_that_fails_opens_it_for_longer(outcome: Outcome, why: BreakReason) -> None:
    first = after(*[AWAY] * 5)
    assert first.until is not None
    second = probed(first, outcome)
    assert second.until is not None
    assert second.why is why
    assert second.until - first.until >= timedelta(minutes=2)


def test_the_rest_doubles_to_half_an_hour() -> None:
    breaker, rests = after(*[AWAY] * 5), []
    for _ in range(7):
        before = breaker.until
        breaker = probed(breaker, AWAY)
        assert before is not None
        assert breaker.until is not None
        rests.append((breaker.until - before) / timedelta(minutes=1))
    assert rests == [2, 4, 8, 16, 30, 30, 30]


def test_a_probe_that_was_not_sent_leaves_the_way_to_another() -> None:
    breaker = after(*[AWAY] * 5).begin_probe().end_probe()
    assert breaker.passage(NOW) is Passage.HELD
    assert breaker.passage(NOW + timedelta(minutes=1)) is Passage.PROBE


@given(st.lists(st.sampled_from([GOOD, AWAY, LOCKED, LATER, SPAM, DEAD]), max_size=60))
def test_once_open_only_the_probe_counts(outcomes: list[Outcome]) -> None:
    """What was begun before it opened, however it ends, neither opens the way nor bars it for longer."""
    opened = after(*[AWAY] * 5)
    assert after(*outcomes, breaker=opened) is opened
    probing = opened.begin_probe()
    assert after(*outcomes, breaker=probing) is probing


@given(st.lists(st.sampled_from([GOOD, LATER, DEAD]), max_size=300))
def test_what_speaks_of_readers_never_opens_it(outcomes: list[Outcome]) -> None:
    assert after(*outcomes).until is None
