"""Builders of stored things, for tests: the least that makes a row legal."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.direction import Direction
from publisher.model.issue import IssueState, Rendition
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.database import Transaction, to_ms
from publisher.store.issues import move_issue, open_slot, save_composed
from publisher.store.newsletters import ensure_newsletters
from publisher.store.schema import subscriber, subscription

NOW = datetime(2025, 11, 1, 15, 0, tzinfo=UTC)
HOME = "https://news.example"


def parsed(key: str = "a.txt", **changes: object) -> Parsed:
    """A short article."""
    values: dict[str, object] = {
        "source": "desk",
        "key": key,
        "title": "عنوان",
        "language": "ar",
        "direction": Direction.RTL,
        "blocks": (Block(kind=BlockKind.PARAGRAPH, text="فقرة"),),
        "published_at": NOW - timedelta(hours=1),
        "published_raw": "1 نوفمبر 2025",
        "zone_from": "site",
        "url": f"https://news.example/{key}",
    }
    return Parsed(**{**values, **changes})  # type: ignore[arg-type]


def newsletter(tx: Transaction, slug: str = "daily") -> int:
    """A newsletter begun a day ago."""
    return ensure_newsletters(tx, [slug], begun_at=NOW - timedelta(days=1))[slug]


def readers(
    tx: Transaction,
    newsletter_id: int,
    count: int,
    *,
    status: SubscriptionStatus = SubscriptionStatus.CONFIRMED,
    language: str = "ar",
    prefix: str = "reader",
) -> list[int]:
    """Subscribers with one subscription each; their ids."""
    ids = []
    for n in range(count):
        address = f"{prefix}{n}@reader.example"
        row = tx.execute(
            sa.insert(subscriber)
            .values(
                address=address,
                address_key=address,
                address_hash=f"hash of {address}",
                language=language,
                created_at=to_ms(NOW),
            )
            .returning(subscriber.c.id)
        ).one()
        tx.execute(
            sa.insert(subscription).values(
                newsletter=newsletter_id,
                subscriber=row.id,
                status=status,
                language=language,
                requested_at=to_ms(NOW),
            )
        )
        ids.append(int(row.id))
    return ids


def approved_issue(
    tx: Transaction, newsletter_id: int, *, slot: str = "2025-11-01T18:00", number: int = 1
) -> int:
    """An issue with an Arabic and an English rendition, ready to be frozen."""
    issue_id = open_slot(
        tx, newsletter_id, slot=slot, due_at=NOW, not_after=NOW + timedelta(days=1), skipped=None
    )
    assert issue_id is not None
    assert move_issue(tx, issue_id, IssueState.DUE, IssueState.COMPOSING)
    save_composed(tx, issue_id, number=number, renditions=[rendition("ar"), rendition("en")], now=NOW)
    assert move_issue(tx, issue_id, IssueState.COMPOSING, IssueState.DRAFT)
    assert move_issue(tx, issue_id, IssueState.DRAFT, IssueState.APPROVED)
    return issue_id


def rendition(variant: str) -> Rendition:
    """A rendition that says which variant it is."""
    return Rendition(
        variant=variant, subject=f"subject {variant}", preheader="", html=f"<p>{variant}</p>", text=variant
    )
