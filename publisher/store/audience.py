"""The audience as a whole: counts, lists, imports. Single readers are in `subscriptions`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import newsletter, subscriber, subscription
from publisher.store.subscriptions import decode_address
from publisher.store.upsert import insert_unless_taken

_ERASED = "erased.invalid"
"""The domain of readers who were erased. No address of it can ever be: RFC 2606 section 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A line of an export: one subscription with its address."""

    address: EmailAddress
    newsletter: str
    status: SubscriptionStatus
    language: str
    requested_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


def count_subscriptions(tx: Transaction) -> Mapping[str, Mapping[SubscriptionStatus, int]]:
    """Newsletter slug → status → how many; newsletters without any are there with an empty mapping."""
    counts: dict[str, dict[SubscriptionStatus, int]] = {
        slug: {} for slug in tx.execute(sa.select(newsletter.c.slug).order_by(newsletter.c.slug)).scalars()
    }
    query = (
        sa.select(newsletter.c.slug, subscription.c.status, sa.func.count().label("total"))
        .join(newsletter, newsletter.c.id == subscription.c.newsletter)
        .group_by(newsletter.c.slug, subscription.c.status)
    )
    for row in tx.execute(query):
        counts[row.slug][SubscriptionStatus(row.status)] = row.total
    return counts


def load_statuses(tx: Transaction, address: EmailAddress) -> Mapping[str, SubscriptionStatus]:
    """Newsletter slug → status for one address; empty where it is not known."""
    query = (
        sa.select(newsletter.c.slug, subscription.c.status)
        .join(newsletter, newsletter.c.id == subscription.c.newsletter)
        .join(subscriber, subscriber.c.id == subscription.c.subscriber)
        .where(subscriber.c.address_key == address.key)
    )
    return {row.slug: SubscriptionStatus(row.status) for row in tx.execute(query)}


def load_readers(tx: Transaction, *, slug: str | None = None) -> Iterator[Reader]:
    """Every subscription with its address, by newsletter and address; one newsletter's where a slug is given. Readers
    who were erased are left out: there is no address to give.
    """
    query = (
        sa.select(subscription, subscriber.c.address, newsletter.c.slug)
        .join(newsletter, newsletter.c.id == subscription.c.newsletter)
        .join(subscriber, subscriber.c.id == subscription.c.subscriber)
        .where(subscriber.c.address_key.not_like(f"%@{_ERASED}"))
        .order_by(newsletter.c.slug, subscriber.c.address_key)
    )
    if slug is not None:
        query = query.where(newsletter.c.slug == slug)
    for row in tx.execute(query.execution_options(yield_per=1000)):
        yield Reader(
            address=decode_address(row.address),
            newsletter=row.slug,
            status=SubscriptionStatus(row.status),
            language=row.language,
            requested_at=from_ms(row.requested_at),
            confirmed_at=None if row.confirmed_at is None else from_ms(row.confirmed_at),
            ended_at=None if row.ended_at is None else from_ms(row.ended_at),
        )


def import_confirmed(
    tx: Transaction, subscriber_id: int, newsletter_id: int, *, language: str, now: datetime
) -> bool:
    """Bring a subscription that was confirmed elsewhere. False, and nothing changed, where the reader already has one
    here, in whatever status: an import never revives somebody who left.
    """
    return insert_unless_taken(
        tx,
        subscription,
        newsletter=newsletter_id,
        subscriber=subscriber_id,
        status=SubscriptionStatus.CONFIRMED,
        language=language,
        requested_at=to_ms(now),
        confirmed_at=to_ms(now),
    )


def erase_subscriber(tx: Transaction, subscriber_id: int) -> None:
    """Forget a reader's address. The rows about her stay, about nobody: counts and history still add up."""
    nobody = f"erased-{subscriber_id}@{_ERASED}"
    tx.execute(
        sa.update(subscriber)
        .where(subscriber.c.id == subscriber_id)
        .values(address=nobody, address_key=nobody, address_hash=nobody)
    )


def is_erased(address: str) -> bool:
    """Whether this stands where the address of an erased reader was."""
    return address.endswith(f"@{_ERASED}")


def find_subscriber(tx: Transaction, address: EmailAddress) -> int | None:
    """The id of the reader with this address, or None."""
    return tx.scalar(sa.select(subscriber.c.id).where(subscriber.c.address_key == address.key))
