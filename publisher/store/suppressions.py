"""Addresses we must not mail, and why, without keeping the address.

Only a keyed hash is stored: who holds the database without the key cannot ask it "is she on the list?" for an
address he guesses, and an erased reader's address stays erased.
"""

import hmac
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.store.database import Transaction, to_ms
from publisher.store.schema import subscriber, suppression
from publisher.store.upsert import insert_unless_taken


def hash_address(key: bytes, address: EmailAddress) -> str:
    """HMAC-SHA256 of the address's `key` (two spellings of one reader are one hash), 64 hexadecimal digits."""
    return hmac.new(key, address.key.encode(), sha256).hexdigest()


def is_suppressed(tx: Transaction, address_hash: str) -> bool:
    """Whether no mail may go to the address of this hash."""
    query = sa.select(suppression.c.address_hash).where(suppression.c.address_hash == address_hash)
    return tx.execute(query).first() is not None


def add_suppression(tx: Transaction, address_hash: str, *, reason: str, now: datetime) -> bool:
    """Suppress an address. False where it already was: the first reason stays."""
    return insert_unless_taken(tx, suppression, address_hash=address_hash, reason=reason, at=to_ms(now))


def suppress_subscriber(tx: Transaction, subscriber_id: int, *, reason: str, now: datetime) -> bool:
    """Suppress the address of a reader we know. False where there is no such reader, or it already was."""
    address_hash = tx.scalar(sa.select(subscriber.c.address_hash).filter_by(id=subscriber_id))
    return address_hash is not None and add_suppression(tx, address_hash, reason=reason, now=now)
