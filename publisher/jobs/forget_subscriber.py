"""Forget a reader: what she asked for when she asks to be erased.

Promise: afterwards her address is in no table; a keyed hash of it stays among the suppressions, so that no import and
no form brings mail to her again unless she is taken off that list.
"""

from datetime import datetime

from publisher.model.address import EmailAddress
from publisher.model.subscriber import ConsentKind
from publisher.store.audience import erase_subscriber, find_subscriber
from publisher.store.database import Database
from publisher.store.subscriptions import end_subscriptions, record_consent
from publisher.store.suppressions import add_suppression, hash_address


def forget_subscriber(database: Database, address: EmailAddress, *, hash_key: bytes, now: datetime) -> bool:
    """End all her subscriptions, suppress and erase the address. False where it was not known; it is suppressed all
    the same.
    """
    with database.write() as tx:
        add_suppression(tx, hash_address(hash_key, address), reason="erased at the reader's request", now=now)
        subscriber = find_subscriber(tx, address)
        if subscriber is None:
            return False
        ended = end_subscriptions(tx, subscriber, None, now)
        record_consent(
            tx,
            subscriber,
            ended,
            ConsentKind.UNSUBSCRIBED,
            network=None,
            evidence="erasure by command",
            now=now,
        )
        erase_subscriber(tx, subscriber)
    return True
