"""publisher.model.feedback and feedback_policy: what a report is worth and what follows from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.feedback import (
    Certainty,
    Feedback,
    FeedbackKind,
    FeedbackSource,
    Finding,
    PauseReason,
    Proof,
    Verdict,
)
from publisher.model.feedback_policy import (
    HARD_APART,
    MEMORY,
    PolicyRefusal,
    decide_feedback,
    decide_pause,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SIGNED = (Proof.VERP, Proof.LINK, Proof.SESSION, Proof.PROVIDER)
FAILURES = (FeedbackKind.HARD, FeedbackKind.SOFT, FeedbackKind.UNKNOWN)


def feedback(
    kind: FeedbackKind = FeedbackKind.HARD,
    *,
    days_ago: float = 0,
    issue: int | None = 42,
    proof: Proof = Proof.VERP,
    certainty: Certainty = Certainty.STATED,
    source: FeedbackSource = FeedbackSource.DSN,
) -> Feedback:
    return Feedback(
        finding=Finding(kind=kind, certainty=certainty, source=source),
        proof=proof,
        issue=issue,
        at=NOW - timedelta(days=days_ago),
    )


def soft_days(*days_ago: float) -> list[Feedback]:
    """One soft bounce on each day, each of its own issue."""
    return [feedback(FeedbackKind.SOFT, days_ago=days, issue=int(100 + days)) for days in days_ago]


def test_which_proofs_are_signed() -> None:
    assert {proof for proof in Proof if proof.is_signed} == set(SIGNED)


def test_one_refusal_at_rcpt_is_enough() -> None:
    refused = feedback(source=FeedbackSource.RCPT, proof=Proof.SESSION)
    assert decide_feedback(refused, ()) is Verdict.SUPPRESS


def test_when_everybody_is_refused_one_refusal_is_no_longer_enough() -> None:
    """The relay may be what is broken; a second refusal, a day later and of another issue, still suppresses."""
    refused = feedback(source=FeedbackSource.RCPT, proof=Proof.SESSION)
    assert decide_feedback(refused, (), suppressed_lately=99) is Verdict.SUPPRESS
    assert decide_feedback(refused, (), suppressed_lately=100) is Verdict.COUNTED
    earlier = [replace(refused, issue=41, at=NOW - timedelta(days=1))]
    assert decide_feedback(refused, earlier, suppressed_lately=100) is Verdict.SUPPRESS


def test_a_refusal_at_the_dot_counts_like_a_report() -> None:
    refused = feedback(source=FeedbackSource.SESSION, proof=Proof.SESSION)
    assert decide_feedback(refused, ()) is Verdict.COUNTED


@pytest.mark.parametrize(
    ("earlier", "verdict"),
    [
        (feedback(days_ago=1, issue=41), Verdict.SUPPRESS),
        (feedback(days_ago=179, issue=1), Verdict.SUPPRESS),
        (feedback(days_ago=1, issue=None), Verdict.SUPPRESS),
        (feedback(days_ago=0.99, issue=41), Verdict.COUNTED),
        (feedback(days_ago=1, issue=42), Verdict.COUNTED),
        (feedback(days_ago=181, issue=1), Verdict.COUNTED),
        (feedback(days_ago=-1, issue=43), Verdict.COUNTED),
        (feedback(days_ago=1, issue=41, certainty=Certainty.GUESSED), Verdict.COUNTED),
        (feedback(days_ago=1, issue=41, proof=Proof.NAMED), Verdict.COUNTED),
        (feedback(FeedbackKind.SOFT, days_ago=1, issue=41), Verdict.COUNTED),
        (feedback(FeedbackKind.POLICY, days_ago=1, issue=41), Verdict.COUNTED),
    ],
    ids=[
        "a-day",
        "half-a-year",
        "unknown-issue",
        "too-close",
        "same-delivery",
        "forgotten",
        "from-the-future",
        "guessed",
        "unsigned",
        "soft",
        "policy",
    ],
)
def test_a_second_certain_report_of_another_delivery_a_day_later_suppresses(
    earlier: Feedback, verdict: Verdict
) -> None:
    assert decide_feedback(feedback(), [earlier]) is verdict


@pytest.mark.parametrize(
    "new",
    [feedback(certainty=Certainty.GUESSED), feedback(proof=Proof.NAMED), feedback(FeedbackKind.UNKNOWN)],
    ids=["guessed", "unsigned", "unknown"],
)
def test_a_guess_or_an_unsigned_report_never_suppresses(new: Feedback) -> None:
    assert decide_feedback(new, [feedback(days_ago=2, issue=41)]) is Verdict.COUNTED


def test_a_report_about_nobody_is_for_a_person() -> None:
    for kind in FAILURES:
        assert decide_feedback(feedback(kind, proof=Proof.NONE), ()) is Verdict.REVIEW


def test_the_fifth_soft_bounce_in_thirty_days_suspends() -> None:
    new = feedback(FeedbackKind.SOFT)
    assert decide_feedback(new, soft_days(1, 2, 3)) is Verdict.COUNTED
    assert decide_feedback(new, soft_days(1, 2, 3, 4)) is Verdict.SUSPEND
    assert decide_feedback(new, soft_days(7, 14, 21, 28)) is Verdict.SUSPEND


def test_guesses_and_unsigned_reports_add_up_too() -> None:
    weak = [replace(past, proof=Proof.NAMED) for past in soft_days(1, 2, 3, 4)]
    assert decide_feedback(feedback(certainty=Certainty.GUESSED), weak) is Verdict.SUSPEND


def test_older_soft_bounces_weigh_less() -> None:
    """Halved for every thirty days beyond the first: a monthly newsletter never gets there."""
    new = feedback(FeedbackKind.SOFT)
    assert decide_feedback(new, soft_days(30, 60, 90, 120, 150)) is Verdict.COUNTED
    assert decide_feedback(new, soft_days(1, 2, 3, 60)) is Verdict.COUNTED
    assert decide_feedback(new, soft_days(1, 2, 3, 60, 61)) is Verdict.COUNTED
    assert decide_feedback(new, soft_days(1, 2, 3, 60, 58)) is Verdict.SUSPEND


def test_a_bad_day_is_one_point_however_many_issues_it_had() -> None:
    today = [feedback(FeedbackKind.SOFT, days_ago=n / 100, issue=100 + n) for n in range(20)]
    assert decide_feedback(feedback(FeedbackKind.SOFT), today) is Verdict.COUNTED


def test_five_points_over_two_issues_are_not_enough() -> None:
    same = [replace(past, issue=100 + n % 2) for n, past in enumerate(soft_days(1, 2, 3, 4, 5, 6))]
    assert decide_feedback(feedback(FeedbackKind.SOFT, issue=100), same) is Verdict.COUNTED
    assert decide_feedback(feedback(FeedbackKind.SOFT, issue=42), same) is Verdict.SUSPEND


def test_unknown_issues_are_told_apart_by_their_day() -> None:
    unknown = [replace(past, issue=None) for past in soft_days(1, 2, 3, 4)]
    assert decide_feedback(feedback(FeedbackKind.SOFT, issue=None), unknown) is Verdict.SUSPEND


@pytest.mark.parametrize(
    ("kind", "verdict"), [(FeedbackKind.COMPLAINT, Verdict.LEAVE), (FeedbackKind.POLICY, Verdict.ALARM)]
)
def test_a_proven_complaint_acts_at_once_and_a_proven_policy_refusal_alarms(
    kind: FeedbackKind, verdict: Verdict
) -> None:
    for proof in Proof:
        expected = verdict if proof.is_signed else Verdict.REVIEW
        assert decide_feedback(feedback(kind, proof=proof), ()) is expected


def test_a_guessed_complaint_is_for_a_person() -> None:
    guessed = feedback(FeedbackKind.COMPLAINT, certainty=Certainty.GUESSED)
    assert decide_feedback(guessed, ()) is Verdict.REVIEW


@pytest.mark.parametrize(
    "kind", [FeedbackKind.DELAYED, FeedbackKind.DELIVERED, FeedbackKind.AUTO_REPLY, FeedbackKind.ORDINARY]
)
def test_everything_else_has_no_consequence(kind: FeedbackKind) -> None:
    for proof, source in product(Proof, FeedbackSource):
        earlier = [feedback(days_ago=days, issue=days) for days in range(1, 30)]
        assert decide_feedback(feedback(kind, proof=proof, source=source), earlier) is Verdict.NONE


_ANY = st.builds(
    feedback,
    st.sampled_from(FeedbackKind),
    days_ago=st.floats(0, 400),
    issue=st.none() | st.integers(1, 5),
    proof=st.sampled_from(Proof),
    certainty=st.sampled_from(Certainty),
    source=st.sampled_from(FeedbackSource),
)


@given(_ANY.map(lambda new: replace(new, at=NOW)), st.lists(_ANY, max_size=12), st.randoms())
def test_the_policys_promises_hold_for_any_history(
    new: Feedback, earlier: list[Feedback], random: object
) -> None:
    """Suppression needs certainty; policy refusals in the past change nothing; order does not matter."""
    verdict = decide_feedback(new, earlier)
    if verdict is Verdict.SUPPRESS:
        assert new.is_certain
        assert new.finding.kind is FeedbackKind.HARD
    without_policy = [past for past in earlier if past.finding.kind is not FeedbackKind.POLICY]
    assert decide_feedback(new, without_policy) is verdict
    random.shuffle(earlier)  # type: ignore[attr-defined]
    assert decide_feedback(new, earlier) is verdict


def refusals(readers: int, domains: int, *, minutes_ago: float = 1) -> list[PolicyRefusal]:
    at = NOW - timedelta(minutes=minutes_ago)
    return [PolicyRefusal(subscriber=n, domain=f"d{n % domains}.example", at=at) for n in range(readers)]


def test_a_domain_that_refuses_five_readers_within_the_hour_is_paused() -> None:
    assert decide_pause(refusals(4, 1), now=NOW) is None
    pause = decide_pause(refusals(5, 1), now=NOW)
    assert pause is not None
    assert (pause.scope, pause.reason) == ("domain:d0.example", PauseReason.POLICY_DOMAIN)
    assert pause.until == NOW + timedelta(hours=1)


def test_ten_refused_readers_at_three_domains_pause_everything() -> None:
    assert decide_pause(refusals(9, 3), now=NOW) is None
    pause = decide_pause(refusals(10, 3), now=NOW)
    assert pause is not None
    assert (pause.scope, pause.reason) == ("relay", PauseReason.POLICY_RELAY)
    two_domains = decide_pause(refusals(10, 2), now=NOW)
    assert two_domains is not None
    assert two_domains.scope == "domain:d1.example"


def test_old_future_and_repeated_refusals_ask_for_nothing() -> None:
    assert decide_pause([], now=NOW) is None
    assert decide_pause(refusals(20, 4, minutes_ago=61), now=NOW) is None
    assert decide_pause(refusals(20, 4, minutes_ago=-5), now=NOW) is None
    assert decide_pause(refusals(1, 1) * 50, now=NOW) is None


def test_the_limits_are_those_that_are_documented() -> None:
    assert timedelta(hours=24) == HARD_APART
    assert timedelta(days=180) == MEMORY
