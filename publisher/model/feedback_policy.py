"""What follows from bounces and complaints: the policy, and nothing but the policy.

Promise: no single bounce that came by mail suppresses anybody; no guess and no unsigned report ever suppresses by
itself; a refusal because of us never counts against the reader; a proven complaint acts at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from publisher.model.feedback import (
    RELAY_SCOPE,
    Feedback,
    FeedbackKind,
    FeedbackSource,
    Pause,
    PauseReason,
    Proof,
    Verdict,
)

MEMORY = timedelta(days=180)
"""Older feedback is forgotten."""
HARD_APART = timedelta(hours=24)
"""Two reports of a dead address, so far apart at least: a server that was broken for an evening costs no reader."""
SPIKE_WINDOW = timedelta(hours=1)
SPIKE_LIMIT = 100
"""So many readers may be suppressed by a single refusal within the hour. Beyond, the relay may be what is broken
(its table of recipients, its resolver), and one evening must not empty a list: then it takes a second refusal, a day
later.
"""
SOFT_LIMIT = 5.0
SOFT_ISSUES = 3
SOFT_FULL = timedelta(days=30)
"""A soft bounce weighs 1 for so long, then half as much for every such span that passes."""

PAUSE_WINDOW = timedelta(hours=1)
PAUSE_LENGTH = timedelta(hours=1)
PAUSE_DOMAIN_READERS = 5
PAUSE_RELAY_READERS = 10
PAUSE_RELAY_DOMAINS = 3

_FAILURES = frozenset({FeedbackKind.HARD, FeedbackKind.SOFT, FeedbackKind.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRefusal:
    """Somebody refused us: for which reader, at which domain, when."""

    subscriber: int
    domain: str
    at: datetime


def decide_feedback(new: Feedback, earlier: Sequence[Feedback], *, suppressed_lately: int = 0) -> Verdict:
    """What follows from `new`, knowing what came before about the same reader, in any order.

    `suppressed_lately` is how many readers were suppressed within `SPIKE_WINDOW`.
    """
    kind = new.finding.kind
    if kind is FeedbackKind.COMPLAINT:
        return Verdict.LEAVE if new.is_certain else Verdict.REVIEW
    if kind is FeedbackKind.POLICY:
        return Verdict.ALARM if new.proof.is_signed else Verdict.REVIEW
    if kind not in _FAILURES:
        return Verdict.NONE
    if new.proof is Proof.NONE:
        return Verdict.REVIEW
    known = [past for past in earlier if timedelta() <= new.at - past.at <= MEMORY]
    if _is_dead(new, known, is_spike=suppressed_lately >= SPIKE_LIMIT):
        return Verdict.SUPPRESS
    return Verdict.SUSPEND if _has_failed_too_often(new, known) else Verdict.COUNTED


def _is_dead(new: Feedback, known: Iterable[Feedback], *, is_spike: bool) -> bool:
    """Refused at RCPT, or two certain reports, about different deliveries, a day or more apart."""
    if new.finding.kind is not FeedbackKind.HARD or not new.is_certain:
        return False
    if new.finding.source is FeedbackSource.RCPT and not is_spike:
        return True
    return any(
        past.finding.kind is FeedbackKind.HARD
        and past.is_certain
        and new.at - past.at >= HARD_APART
        and (past.issue is None or past.issue != new.issue)
        for past in known
    )


def _has_failed_too_often(new: Feedback, known: Iterable[Feedback]) -> bool:
    """At least five points over at least three issues; a day gives one point, however many reports it brought."""
    failures = [new, *(past for past in known if past.finding.kind in _FAILURES)]
    latest: dict[date, datetime] = {}
    for failure in failures:
        day = failure.at.date()
        latest[day] = max(latest.get(day, failure.at), failure.at)
    score = sum(_weight(new.at - at) for at in latest.values())
    issues = {failure.issue if failure.issue is not None else failure.at.date() for failure in failures}
    return score >= SOFT_LIMIT and len(issues) >= SOFT_ISSUES


def _weight(age: timedelta) -> float:
    return min(1.0, float(2.0 ** (1.0 - age / SOFT_FULL)))


def decide_pause(refusals: Iterable[PolicyRefusal], *, now: datetime) -> Pause | None:
    """Whether the refusals of the last hour ask for a pause, and of what; readers count once for each domain.

    Everything pauses where ten readers at three domains were refused; one domain where it refused five.
    """
    recent = {(r.domain, r.subscriber) for r in refusals if timedelta() <= now - r.at <= PAUSE_WINDOW}
    by_domain = Counter(domain for domain, _ in recent)
    until = now + PAUSE_LENGTH
    if len(recent) >= PAUSE_RELAY_READERS and len(by_domain) >= PAUSE_RELAY_DOMAINS:
        return Pause(scope=RELAY_SCOPE, until=until, reason=PauseReason.POLICY_RELAY)
    domain, readers = max(by_domain.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if readers < PAUSE_DOMAIN_READERS:
        return None
    return Pause(scope=f"domain:{domain}", until=until, reason=PauseReason.POLICY_DOMAIN)
