"""Unsubscribe: the reader leaves one newsletter, through the page or through her mail program (RFC 8058).

Promise: when this returns, the end of the subscription is on disk (`synchronous=FULL`), so no acknowledged unsubscribe
is ever lost, and the claim of every later delivery reads it. Leaving twice is leaving once.
"""

from dataclasses import dataclass
from datetime import datetime

from publisher.jobs.masking import mask_address
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import load_newsletter_ids
from publisher.store.subscriptions import (
    end_subscription,
    load_subscriber,
    load_subscriptions,
    record_consent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What the page shows. `newsletter` is a slug; `others` are those she still has a confirmed subscription to."""

    address_masked: str
    newsletter: str
    language: str
    has_left: bool
    others: tuple[str, ...]


def load_leaving(database: Database, *, subscriber: int, newsletter: int) -> Leaving | None:
    """What an unsubscribe token is about; None where the reader was erased or never asked. Changes nothing."""
    with database.read() as tx:
        return _load(tx, subscriber, newsletter)


def unsubscribe(
    database: Database,
    *,
    subscriber: int,
    newsletter: int,
    how: ConsentKind,
    network: str | None,
    evidence: str,
    now: datetime,
) -> Leaving | None:
    """End the subscription (`newsletter` is the newsletter's id). Returns how things stand; None as in `load_leaving`:
    then there is nothing to end, and she gets nothing either.
    """
    with database.write() as tx:
        if end_subscription(tx, subscriber, newsletter, now):
            record_consent(tx, subscriber, [newsletter], how, network=network, evidence=evidence, now=now)
        return _load(tx, subscriber, newsletter)


def _load(tx: Transaction, subscriber: int, newsletter: int) -> Leaving | None:
    slugs = {number: slug for slug, number in load_newsletter_ids(tx).items()}
    reader = load_subscriber(tx, subscriber)
    if reader is None or newsletter not in slugs:
        return None
    all_of_hers = {s.newsletter: s for s in load_subscriptions(tx, subscriber)}
    this = all_of_hers.pop(slugs[newsletter], None)
    if this is None:
        return None
    return Leaving(
        address_masked=mask_address(reader.address),
        newsletter=this.newsletter,
        language=this.language,
        has_left=this.status is SubscriptionStatus.UNSUBSCRIBED,
        others=tuple(slug for slug, s in all_of_hers.items() if s.status is SubscriptionStatus.CONFIRMED),
    )
