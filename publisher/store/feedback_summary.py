"""What came back, in sum: for an operator who looks once a day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from publisher.model.feedback import FeedbackKind, Pause, Verdict
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.pauses import load_pauses
from publisher.store.schema import feedback, subscriber

_MOST_REFUSALS = 5000
_ERASED = "(erased)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A domain that refuses us: how many of our readers there, when last, and what it said then (cleaned)."""

    domain: str
    readers: int
    latest: datetime
    status: str | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSummary:
    """`counts` are the reports by kind; `alarms` the domains that refuse us, most readers first; `pauses` stand now."""

    since: datetime
    counts: Mapping[FeedbackKind, int]
    alarms: tuple[Alarm, ...]
    pauses: tuple[Pause, ...]


def load_summary(tx: Transaction, *, since: datetime, now: datetime) -> FeedbackSummary:
    """Everything since a moment; alarms of the latest five thousand refusals."""
    counted = (
        sa.select(feedback.c.kind, sa.func.count())
        .where(feedback.c.at >= to_ms(since))
        .group_by(feedback.c.kind)
    )
    return FeedbackSummary(
        since=since,
        counts={FeedbackKind(kind): count for kind, count in sorted(tx.execute(counted))},
        alarms=_load_alarms(tx, since),
        pauses=load_pauses(tx, now=now),
    )


def _load_alarms(tx: Transaction, since: datetime) -> tuple[Alarm, ...]:
    query = (
        sa.select(
            feedback.c.subscriber,
            feedback.c.at,
            feedback.c.status,
            feedback.c.detail,
            subscriber.c.address_key,
        )
        .join(subscriber, subscriber.c.id == feedback.c.subscriber, isouter=True)
        .where(feedback.c.verdict == Verdict.ALARM, feedback.c.at >= to_ms(since))
        .order_by(feedback.c.at.desc(), feedback.c.id.desc())
        .limit(_MOST_REFUSALS)
    )
    latest: dict[str, Any] = {}
    readers: set[tuple[str, int]] = set()
    for row in tx.execute(query):
        domain = _ERASED if row.address_key is None else row.address_key.rpartition("@")[2]
        latest.setdefault(domain, row)
        readers.add((domain, row.subscriber))
    counts = Counter(domain for domain, _ in readers)
    return tuple(
        Alarm(
            domain=domain,
            readers=count,
            latest=from_ms(latest[domain].at),
            status=latest[domain].status,
            detail=latest[domain].detail,
        )
        for domain, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
