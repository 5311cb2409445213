"""What happened to one reader: every delivery and notice, as its row tells it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import NoticeKind
from publisher.store.database import Transaction, from_ms
from publisher.store.schema import delivery, issue, newsletter, notice


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDelivery:
    """One issue to the reader. `doubts` counts attempts whose fate is not known; `reply` is the relay's last answer."""

    issue: int
    newsletter: str
    number: int | None
    slot: str
    state: DeliveryState
    attempt: int
    doubts: int
    at: datetime
    relay: str | None
    reply: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMail:
    """One notice to the reader."""

    notice: int
    kind: NoticeKind
    state: DeliveryState
    attempt: int
    doubts: int
    at: datetime
    relay: str | None
    reply: str | None


def load_past_deliveries(tx: Transaction, subscriber_id: int) -> tuple[PastDelivery, ...]:
    """Every issue that was frozen for the reader, oldest first."""
    query = (
        sa.select(delivery, newsletter.c.slug, issue.c.number, issue.c.slot)
        .join(issue, issue.c.id == delivery.c.issue)
        .join(newsletter, newsletter.c.id == issue.c.newsletter)
        .where(delivery.c.subscriber == subscriber_id)
        .order_by(issue.c.due_at, issue.c.id)
    )
    return tuple(
        PastDelivery(
            issue=row.issue,
            newsletter=row.slug,
            number=row.number,
            slot=row.slot,
            state=DeliveryState(row.state),
            attempt=row.attempt,
            doubts=row.ambiguous,
            at=from_ms(row.at),
            relay=row.relay,
            reply=row.reply,
        )
        for row in tx.execute(query)
    )


def load_past_mails(tx: Transaction, subscriber_id: int) -> tuple[PastMail, ...]:
    """Every confirmation and welcome that was queued for the reader, oldest first."""
    query = sa.select(notice).where(notice.c.subscriber == subscriber_id).order_by(notice.c.day, notice.c.id)
    return tuple(
        PastMail(
            notice=row.id,
            kind=NoticeKind(row.kind),
            state=DeliveryState(row.state),
            attempt=row.attempt,
            doubts=row.ambiguous,
            at=from_ms(row.at),
            relay=row.relay,
            reply=row.reply,
        )
        for row in tx.execute(query)
    )
