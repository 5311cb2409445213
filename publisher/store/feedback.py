"""What came back: one row for each report about each delivery, added once and never changed.

Promise: the same report about the same delivery is taken once, by whichever door and however often it comes. No address
is written: a row names its reader by id, and `detail` was cleaned before it came here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.feedback import (
    Certainty,
    Feedback,
    FeedbackKind,
    FeedbackSource,
    Finding,
    Proof,
    Verdict,
)
from publisher.model.feedback_policy import PolicyRefusal
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import delivery, feedback, subscriber
from publisher.store.upsert import insert_unless_taken

_MOST_EARLIER = 200
_MOST_REFUSALS = 100
"""Looked at when deciding on a pause: far more than it takes, and a flood of refusals does not read itself again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeedback:
    """A row. `subscriber` is None where nothing tied the report to a reader."""

    id: int
    subscriber: int | None
    feedback: Feedback
    verdict: Verdict


def is_taken(tx: Transaction, *, report: str, issue: int | None, subscriber_id: int | None) -> bool:
    """Whether this report about this delivery has a row already."""
    query = sa.select(feedback.c.id).filter_by(report=report, delivery=_delivery_key(issue, subscriber_id))
    return tx.scalar(query) is not None


def save_feedback(
    tx: Transaction, taken: Feedback, *, report: str, subscriber_id: int | None, verdict: Verdict
) -> bool:
    """Write a row. False, and nothing written, where this report about this delivery has one."""
    finding = taken.finding
    return insert_unless_taken(
        tx,
        feedback,
        report=report,
        delivery=_delivery_key(taken.issue, subscriber_id),
        issue=taken.issue,
        subscriber=subscriber_id,
        kind=finding.kind,
        certainty=finding.certainty,
        source=finding.source,
        proof=taken.proof,
        verdict=verdict,
        status=finding.status,
        detail=finding.detail,
        at=to_ms(taken.at),
    )


def load_earlier(tx: Transaction, subscriber_id: int, *, since: datetime) -> tuple[Feedback, ...]:
    """What came back about one reader since then, newest first; the latest two hundred are more than any decision
    asks.
    """
    query = (
        sa.select(feedback)
        .where(feedback.c.subscriber == subscriber_id, feedback.c.at >= to_ms(since))
        .order_by(feedback.c.at.desc(), feedback.c.id.desc())
        .limit(_MOST_EARLIER)
    )
    return tuple(_read_row(row).feedback for row in tx.execute(query))


def load_feedback(
    tx: Transaction,
    *,
    subscriber_id: int | None = None,
    kinds: Sequence[FeedbackKind] = (),
    limit: int = 100,
) -> tuple[StoredFeedback, ...]:
    """The latest rows, newest first: of one reader, of some kinds, or all."""
    query = sa.select(feedback).order_by(feedback.c.at.desc(), feedback.c.id.desc()).limit(limit)
    if subscriber_id is not None:
        query = query.where(feedback.c.subscriber == subscriber_id)
    if kinds:
        query = query.where(feedback.c.kind.in_(kinds))
    return tuple(_read_row(row) for row in tx.execute(query))


def load_one(tx: Transaction, feedback_id: int) -> StoredFeedback | None:
    """One row, or None."""
    row = tx.execute(sa.select(feedback).where(feedback.c.id == feedback_id)).first()
    return None if row is None else _read_row(row)


def count_suppressed(tx: Transaction, *, since: datetime, limit: int) -> int:
    """How many readers were suppressed as dead since then; counts no further than `limit`."""
    found = (
        sa.select(feedback.c.id)
        .where(
            feedback.c.kind == FeedbackKind.HARD,
            feedback.c.verdict == Verdict.SUPPRESS,
            feedback.c.at >= to_ms(since),
        )
        .order_by(feedback.c.at)
        .limit(limit)
    )
    return tx.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def load_policy_refusals(tx: Transaction, *, since: datetime) -> tuple[PolicyRefusal, ...]:
    """The latest proven refusals because of us, newest first, at most a hundred, with the domain that refused."""
    query = (
        sa.select(feedback.c.subscriber, feedback.c.at, subscriber.c.address_key)
        .join(subscriber, subscriber.c.id == feedback.c.subscriber)
        .where(
            feedback.c.kind == FeedbackKind.POLICY,
            feedback.c.verdict == Verdict.ALARM,
            feedback.c.at >= to_ms(since),
        )
        .order_by(feedback.c.at.desc())
        .limit(_MOST_REFUSALS)
    )
    return tuple(
        PolicyRefusal(
            subscriber=row.subscriber, domain=row.address_key.rpartition("@")[2], at=from_ms(row.at)
        )
        for row in tx.execute(query)
    )


def is_begun(tx: Transaction, issue: int, subscriber_id: int) -> bool:
    """Whether this issue was ever begun to be sent to this reader: nothing comes back of what never went out."""
    query = sa.select(delivery.c.attempt).filter_by(issue=issue, subscriber=subscriber_id)
    return (tx.scalar(query) or 0) > 0


def _delivery_key(issue: int | None, subscriber_id: int | None) -> str:
    """`i42.s9`, `s9`, or empty: NULLs are never equal to each other, so they cannot stand in a unique key."""
    reader = "" if subscriber_id is None else f"s{subscriber_id}"
    return reader if issue is None else f"i{issue}.{reader}"


def _read_row(row: sa.Row[tuple[object, ...]]) -> StoredFeedback:
    values = row._mapping
    return StoredFeedback(
        id=values["id"],
        subscriber=values["subscriber"],
        feedback=Feedback(
            finding=Finding(
                kind=FeedbackKind(values["kind"]),
                certainty=Certainty(values["certainty"]),
                source=FeedbackSource(values["source"]),
                status=values["status"],
                detail=values["detail"],
            ),
            proof=Proof(values["proof"]),
            issue=values["issue"],
            at=from_ms(values["at"]),
        ),
        verdict=Verdict(values["verdict"]),
    )
