"""Forget a reader: what she asked for when she asks to be erased.

Promise: afterwards her address is in no table and in no file of the database; a keyed hash of it stays among the
suppressions, so that no import and no form brings mail to her again unless she is taken off that list. Copies
that were made before, such as backups, are the operator's to delete.
"""

from dataclasses import dataclass
from datetime import datetime

from publisher.model.address import EmailAddress
from publisher.model.subscriber import ConsentKind
from publisher.store.audience import erase_subscriber, find_subscriber
from publisher.store.database import Database
from publisher.store.subscriptions import end_subscriptions, record_consent
from publisher.store.suppressions import add_suppression, hash_address
from publisher.store.traces import erase_traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What forgetting came to. `was_known`: a reader had the address. `is_traceless` is False where a long-running
    reader of the database kept its log from being cut; forgetting again finishes it.
    """

    was_known: bool
    is_traceless: bool


def forget_subscriber(
    database: Database, address: EmailAddress, *, hash_key: bytes, now: datetime
) -> Forgotten:
    """End all her subscriptions, suppress and erase the address. One that is not known is suppressed all the same."""
    was_known = _forget(database, address, hash_key=hash_key, now=now)
    return Forgotten(was_known=was_known, is_traceless=erase_traces(database))


def _forget(database: Database, address: EmailAddress, *, hash_key: bytes, now: datetime) -> bool:
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
