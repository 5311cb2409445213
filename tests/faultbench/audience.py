"""The readers of a run, and what the relay has in store for each: all of it told by the address alone.

60 in 100 live on one big domain, the others on 49 small ones. One in a hundred is refused for good, two in a hundred
are put off once and then taken; each at RCPT or, every other one, at the final dot. They read Arabic and English.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.store.database import Database, to_ms
from publisher.store.schema import subscriber, subscription
from publisher.store.suppressions import hash_address

_CHUNK = 5000


class Role(StrEnum):
    """What happens to a reader's mail; the beginning of her address."""

    READER = "reader"
    """It is taken."""
    HARD_RCPT = "hard-rcpt"
    """550 to RCPT, always."""
    HARD_DOT = "hard-dot"
    """550 to the final dot, always."""
    SOFT_RCPT = "soft-rcpt"
    """450 to the first RCPT."""
    SOFT_DOT = "soft-dot"
    """451 to the first final dot."""


def role_of(number: int) -> Role:
    """Of the reader of that number, from 0."""
    match number % 200:
        case 7:
            return Role.HARD_RCPT
        case 107:
            return Role.HARD_DOT
        case 13 | 63:
            return Role.SOFT_RCPT
        case 113 | 163:
            return Role.SOFT_DOT
    return Role.READER


def read_role(local: str) -> Role:
    """Of an address, by its local part: all that the relay knows. One that was not made here is taken like any."""
    name = local.rpartition("-")[0]
    return Role(name) if name in set(Role) else Role.READER


def address_of(number: int) -> EmailAddress:
    """Of the reader of that number; her id in the database is one more."""
    domain = "big.example" if number % 5 < 3 else f"small{number % 49:02}.example"
    return EmailAddress(f"{role_of(number)}-{number}", domain)


def save_audience(
    database: Database, n: int, *, newsletter: int, languages: tuple[str, ...], hash_key: bytes, now: datetime
) -> None:
    """Write `n` confirmed readers with ids from 1."""
    at = to_ms(now)
    with database.write() as tx:
        for begin in range(0, n, _CHUNK):
            numbers = range(begin, min(begin + _CHUNK, n))
            readers = [_reader_row(number, languages, hash_key, at) for number in numbers]
            tx.execute(sa.insert(subscriber), readers)
            tx.execute(sa.insert(subscription), [_subscription_row(row, newsletter) for row in readers])


def _reader_row(number: int, languages: tuple[str, ...], hash_key: bytes, at: int) -> dict[str, object]:
    address = address_of(number)
    return {
        "id": number + 1,
        "address": str(address),
        "address_key": address.key,
        "address_hash": hash_address(hash_key, address),
        "language": languages[number % len(languages)],
        "created_at": at,
    }


def _subscription_row(reader: dict[str, object], newsletter: int) -> dict[str, object]:
    return {
        "newsletter": newsletter,
        "subscriber": reader["id"],
        "status": "confirmed",
        "language": reader["language"],
        "requested_at": reader["created_at"],
        "confirmed_at": reader["created_at"],
    }
