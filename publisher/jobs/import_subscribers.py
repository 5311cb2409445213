"""Bring readers who confirmed elsewhere.

Promise: nobody who left, and nobody we must not mail, is brought back by an import; every address brought has a row in
the record of consent that says where her consent is kept. One bad line costs that line only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from publisher.mail.address import AddressError, parse_address
from publisher.model.reason import Reason, reason
from publisher.model.subscriber import ConsentKind
from publisher.store.audience import import_confirmed
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import load_newsletter_ids
from publisher.store.subscriptions import ensure_subscriber, record_consent
from publisher.store.suppressions import hash_address, is_suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """A line of the file: an address as written, and the language she reads (empty: the newsletter's)."""

    number: int
    address: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A line that was not brought, and why."""

    number: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many were brought, and the lines left out in order."""

    brought: int
    left_out: tuple[LeftOut, ...]


def import_subscribers(
    database: Database,
    lines: Iterable[ImportLine],
    *,
    newsletter: str,
    language: str,
    evidence: str,
    hash_key: bytes,
    now: datetime,
) -> ImportReport:
    """Bring every line, in one transaction. `evidence` says where the consent is kept. Raises KeyError for an unknown
    newsletter.
    """
    brought, left_out = 0, []
    with database.write() as tx:
        newsletter_id = load_newsletter_ids(tx)[newsletter]
        for line in lines:
            fault = _bring(
                tx, line, newsletter_id, language=language, evidence=evidence, key=hash_key, now=now
            )
            if fault is None:
                brought += 1
            else:
                left_out.append(LeftOut(number=line.number, reason=fault))
    return ImportReport(brought=brought, left_out=tuple(left_out))


def _bring(
    tx: Transaction,
    line: ImportLine,
    newsletter_id: int,
    *,
    language: str,
    evidence: str,
    key: bytes,
    now: datetime,
) -> Reason | None:
    try:
        address = parse_address(line.address)
    except AddressError as error:
        return error.reason
    address_hash = hash_address(key, address)
    if is_suppressed(tx, address_hash):
        return reason("subscribers.suppressed")
    reads = line.language or language
    subscriber = ensure_subscriber(tx, address, address_hash=address_hash, language=reads, now=now)
    if not import_confirmed(tx, subscriber, newsletter_id, language=reads, now=now):
        return reason("subscribers.known")
    record_consent(
        tx, subscriber, [newsletter_id], ConsentKind.IMPORTED, network=None, evidence=evidence, now=now
    )
    return None
