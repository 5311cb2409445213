"""Subscribers, their subscriptions, and the record of what they agreed to.

Promise: a subscription becomes `confirmed` only in `confirm_pending`; one that ended comes back only through
`request_subscriptions`, which is the reader's own request, and then only as `pending`. The record of consent is added
to, never changed. `subscriber` is the one table that holds an address.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.model.subscriber import ConsentKind, Subscriber, Subscription, SubscriptionStatus
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import consent, newsletter, subscriber, subscription
from publisher.store.upsert import insert_unless_taken


def ensure_subscriber(
    tx: Transaction, address: EmailAddress, *, address_hash: str, language: str, now: datetime
) -> int:
    """The id of the reader with this address, made if she is new. What is known of her stays as it is.

    `address_hash` is `suppressions.hash_address` of it: by it the sending queries see whether she is suppressed.
    """
    insert_unless_taken(
        tx,
        subscriber,
        address=str(address),
        address_key=address.key,
        address_hash=address_hash,
        language=language,
        created_at=to_ms(now),
    )
    found = sa.select(subscriber.c.id).where(subscriber.c.address_key == address.key)
    return int(tx.execute(found).scalar_one())


def load_subscriber(tx: Transaction, subscriber_id: int) -> Subscriber | None:
    """One reader, or None."""
    row = tx.execute(sa.select(subscriber).where(subscriber.c.id == subscriber_id)).first()
    if row is None:
        return None
    return Subscriber(id=row.id, address=decode_address(row.address), language=row.language)


def save_language(tx: Transaction, subscriber_id: int, language: str) -> None:
    """The language we write to her in from now on."""
    tx.execute(sa.update(subscriber).where(subscriber.c.id == subscriber_id).values(language=language))


def request_subscriptions(
    tx: Transaction, subscriber_id: int, newsletters: Iterable[int], *, language: str, now: datetime
) -> None:
    """Ask for newsletters (by id): a new or ended subscription waits for confirmation, a confirmed one stays."""
    asked = {"status": SubscriptionStatus.PENDING, "language": language, "requested_at": to_ms(now)}
    for newsletter_id in newsletters:
        keys = {"subscriber": subscriber_id, "newsletter": newsletter_id}
        if not insert_unless_taken(tx, subscription, **keys, **asked):
            tx.execute(
                sa.update(subscription)
                .filter_by(**keys)
                .where(subscription.c.status != SubscriptionStatus.CONFIRMED)
                .values(**asked, confirmed_at=None, ended_at=None)
            )


def load_subscriptions(tx: Transaction, subscriber_id: int) -> tuple[Subscription, ...]:
    """All of a reader's subscriptions, in the order of the newsletters' ids."""
    query = (
        sa.select(subscription, newsletter.c.slug)
        .join(newsletter, newsletter.c.id == subscription.c.newsletter)
        .where(subscription.c.subscriber == subscriber_id)
        .order_by(subscription.c.newsletter)
    )
    return tuple(
        Subscription(
            subscriber=row.subscriber,
            newsletter=row.slug,
            status=SubscriptionStatus(row.status),
            language=row.language,
            confirmed_at=None if row.confirmed_at is None else from_ms(row.confirmed_at),
        )
        for row in tx.execute(query)
    )


def load_slugs(
    tx: Transaction, subscriber_id: int, status: SubscriptionStatus | None = None
) -> tuple[str, ...]:
    """The newsletters a reader has a subscription to, by slug; only those of one status where it is named."""
    found = load_subscriptions(tx, subscriber_id)
    return tuple(s.newsletter for s in found if status is None or s.status is status)


def confirm_pending(
    tx: Transaction, subscriber_id: int, slugs: Sequence[str], now: datetime
) -> tuple[int, ...]:
    """Confirm what waits for this reader among these newsletters; returns their ids, none the second time."""
    named = sa.select(newsletter.c.id).where(newsletter.c.slug.in_(slugs))
    done = tx.execute(
        sa.update(subscription)
        .filter_by(subscriber=subscriber_id, status=SubscriptionStatus.PENDING)
        .where(subscription.c.newsletter.in_(named))
        .values(status=SubscriptionStatus.CONFIRMED, confirmed_at=to_ms(now))
        .returning(subscription.c.newsletter)
    )
    return tuple(sorted(done.scalars()))


def end_subscriptions(
    tx: Transaction, subscriber_id: int, newsletter_id: int | None, now: datetime
) -> tuple[int, ...]:
    """End one subscription, or all (None), confirmed or not; returns the ids of the newsletters that were ended."""
    ending = (
        sa.update(subscription)
        .filter_by(subscriber=subscriber_id)
        .where(subscription.c.status != SubscriptionStatus.UNSUBSCRIBED)
        .values(status=SubscriptionStatus.UNSUBSCRIBED, ended_at=to_ms(now))
        .returning(subscription.c.newsletter)
    )
    if newsletter_id is not None:
        ending = ending.filter_by(newsletter=newsletter_id)
    return tuple(sorted(tx.execute(ending).scalars()))


def record_consent(
    tx: Transaction,
    subscriber_id: int,
    newsletters: Iterable[int],
    kind: ConsentKind,
    *,
    network: str | None,
    evidence: str,
    now: datetime,
) -> None:
    """Add one row for each newsletter (by id). `network` is a keyed hash, never an IP address; `evidence` names
    the page and the wording the reader had before her.
    """
    rows = [
        {
            "subscriber": subscriber_id,
            "newsletter": newsletter_id,
            "kind": kind,
            "at": to_ms(now),
            "network": network,
            "evidence": evidence,
        }
        for newsletter_id in newsletters
    ]
    if rows:
        tx.execute(sa.insert(consent), rows)


def is_recorded(tx: Transaction, subscriber_id: int, *, evidence: str) -> bool:
    """Whether the reader's record of consent has an entry with this evidence."""
    query = sa.select(consent.c.id).filter_by(subscriber=subscriber_id, evidence=evidence).limit(1)
    return tx.scalar(query) is not None


def load_last_consent(tx: Transaction, subscriber_id: int, kind: ConsentKind) -> datetime | None:
    """When this last happened with this reader, for any newsletter; None for never."""
    query = sa.select(sa.func.max(consent.c.at)).filter_by(subscriber=subscriber_id, kind=kind)
    latest = tx.scalar(query)
    return None if latest is None else from_ms(latest)


def decode_address(text: str) -> EmailAddress:
    """The address as it stands in its column; it was checked before it went in."""
    local, _, domain = text.rpartition("@")
    return EmailAddress(local=local, domain=domain)
