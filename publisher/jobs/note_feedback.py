"""Note one piece of feedback and do what follows from it, in one transaction: what every door's job ends in.

Promise: the row, the suppression and the ended subscriptions are one commit; the same report about the same
delivery does nothing the second time. A suppression is the keyed hash of the address, so it outlives the reader's
row and every import.
"""

import logging
from dataclasses import dataclass

from publisher.model.feedback import Feedback, FeedbackKind, FeedbackSource, Pause, Verdict
from publisher.model.feedback_policy import (
    MEMORY,
    PAUSE_WINDOW,
    SPIKE_LIMIT,
    SPIKE_WINDOW,
    decide_feedback,
    decide_pause,
)
from publisher.model.subscriber import ConsentKind
from publisher.store.database import Transaction
from publisher.store.feedback import (
    count_suppressed,
    is_taken,
    load_earlier,
    load_policy_refusals,
    save_feedback,
)
from publisher.store.pauses import save_pause
from publisher.store.subscriptions import end_subscriptions, record_consent
from publisher.store.suppressions import suppress_subscriber

log = logging.getLogger(__name__)

_REASONS = {
    Verdict.SUPPRESS: "the address does not exist",
    Verdict.SUSPEND: "mail to it failed too often",
    Verdict.LEAVE: "complaint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What was done. `is_new`: this report about this delivery was not known. `pause` is one that was asked for now."""

    verdict: Verdict
    is_new: bool
    pause: Pause | None = None


def note_feedback(tx: Transaction, new: Feedback, *, report: str, subscriber: int | None) -> Noted:
    """Write it down and act. `report` identifies it among all reports; `subscriber` is None where nobody is named."""
    if is_taken(tx, report=report, issue=new.issue, subscriber_id=subscriber):
        return Noted(verdict=Verdict.NONE, is_new=False)
    earlier = () if subscriber is None else load_earlier(tx, subscriber, since=new.at - MEMORY)
    verdict = decide_feedback(new, earlier, suppressed_lately=_count_lately(tx, new))
    if not save_feedback(tx, new, report=report, subscriber_id=subscriber, verdict=verdict):
        return Noted(verdict=Verdict.NONE, is_new=False)
    ids = {"issue": new.issue, "subscriber": subscriber, "kind": new.finding.kind, "verdict": verdict}
    log.info("feedback.noted", extra=ids)
    if subscriber is not None and verdict in _REASONS:
        _stop_mailing(tx, subscriber, verdict, new)
    pause = _alarm(tx, new) if verdict is Verdict.ALARM else None
    return Noted(verdict=verdict, is_new=True, pause=pause)


def _count_lately(tx: Transaction, new: Feedback) -> int:
    """Asked only where it decides something; the operator is told."""
    if new.finding.source is not FeedbackSource.RCPT or new.finding.kind is not FeedbackKind.HARD:
        return 0
    lately = count_suppressed(tx, since=new.at - SPIKE_WINDOW, limit=SPIKE_LIMIT)
    if lately >= SPIKE_LIMIT:
        log.error("feedback.spike", extra={"issue": new.issue, "status": new.finding.status})
    return lately


def _stop_mailing(tx: Transaction, subscriber: int, verdict: Verdict, new: Feedback) -> None:
    suppress_subscriber(tx, subscriber, reason=_REASONS[verdict], now=new.at)
    if verdict is not Verdict.LEAVE:
        return
    record_consent(
        tx,
        subscriber,
        end_subscriptions(tx, subscriber, None, new.at),
        ConsentKind.UNSUBSCRIBED,
        network=None,
        evidence=f"complaint by {new.finding.source}: {new.finding.detail}",
        now=new.at,
    )


def _alarm(tx: Transaction, new: Feedback) -> Pause | None:
    """Tell the operator; ask for a pause where it is more than a single refusal."""
    log.error("feedback.refused_because_of_us", extra={"issue": new.issue, "status": new.finding.status})
    pause = decide_pause(load_policy_refusals(tx, since=new.at - PAUSE_WINDOW), now=new.at)
    if pause is None or not save_pause(tx, pause, now=new.at):
        return None
    log.error("feedback.pause", extra={"scope": pause.scope, "until": pause.until.isoformat()})
    return pause
