"""Unsubscribe: the reader leaves a newsletter, through the page or through her mail program (RFC 8058).

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
    end_subscriptions,
    load_subscriber,
    load_subscriptions,
    record_consent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What the page shows. `newsletters` (slugs) are those it is about, `others` those she stays subscribed to.

    `has_left`: none of `newsletters` is sent to her any more.
    """

    address_masked: str
    language: str
    newsletters: tuple[str, ...]
    has_left: bool
    others: tuple[str, ...]


def load_leaving(database: Database, *, subscriber: int, newsletter: int | None) -> Leaving | None:
    """What an unsubscribe token is about: one newsletter by its id, or (None) all that she gets.

    None where the reader was erased or never asked for it. Changes nothing.
    """
    with database.read() as tx:
        return _load(tx, subscriber, newsletter)


def unsubscribe(
    database: Database,
    *,
    subscriber: int,
    newsletter: int | None,
    how: ConsentKind,
    network: str | None,
    evidence: str,
    now: datetime,
) -> Leaving | None:
    """End one subscription, or (None) all. Returns how things stand; None as in `load_leaving`: then there was
    nothing to end, and she gets nothing either.
    """
    with database.write() as tx:
        ended = end_subscriptions(tx, subscriber, newsletter, now)
        record_consent(tx, subscriber, ended, how, network=network, evidence=evidence, now=now)
        return _load(tx, subscriber, newsletter)


def _load(tx: Transaction, subscriber: int, newsletter: int | None) -> Leaving | None:
    reader = load_subscriber(tx, subscriber)
    slugs = {number: slug for slug, number in load_newsletter_ids(tx).items()}
    hers = {s.newsletter: s for s in load_subscriptions(tx, subscriber)}
    about = {slugs.get(newsletter)} & hers.keys() if newsletter is not None else set(hers)
    if reader is None or not about:
        return None
    staying = {slug for slug, s in hers.items() if s.status is not SubscriptionStatus.UNSUBSCRIBED}
    return Leaving(
        address_masked=mask_address(reader.address),
        language=reader.language,
        newsletters=tuple(slug for slug in hers if slug in (about & staying or about)),
        has_left=not about & staying,
        others=tuple(
            slug for slug, s in hers.items() if s.status is SubscriptionStatus.CONFIRMED and slug not in about
        ),
    )
