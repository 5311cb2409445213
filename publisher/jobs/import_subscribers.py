"""Bring readers who confirmed elsewhere.

Promise: nobody who left, and nobody we must not mail, is brought back by an import, and where the file itself says that
somebody did not confirm, or confirmed another newsletter, she is not brought; every address brought has a row in the
record of consent that says where her consent is kept. One bad line costs that line only.

Lines are brought in small steps, so that a reader who leaves meanwhile, or an issue that is being sent, never waits
long for the database. An import that was broken off is run again; what is there already is left out as known.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from publisher.mail.address import AddressError, parse_address
from publisher.model.reason import Reason, reason
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store.audience import import_confirmed
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import load_newsletter_ids
from publisher.store.subscriptions import ensure_subscriber, record_consent
from publisher.store.suppressions import hash_address, is_suppressed

STEP = 500
"""Lines in one transaction: a fraction of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """A line of the file, as written. Empty is what the file does not say: the newsletter's own `language`, a `status`
    of confirmed, the `newsletter` of the import.
    """

    number: int
    address: str
    language: str = ""
    status: str = ""
    newsletter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What holds for every line: the newsletter's slug, its language, the `languages` a reader may have, and
    `evidence`, which says where the consent is kept.
    """

    newsletter: str
    language: str
    languages: Collection[str]
    evidence: str


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
    database: Database, lines: Iterable[ImportLine], terms: Import, *, hash_key: bytes, now: datetime
) -> ImportReport:
    """Bring every line. Raises KeyError for an unknown newsletter."""
    brought, left_out = 0, list[LeftOut]()
    remaining = iter(lines)
    while step := tuple(islice(remaining, STEP)):
        faults = _bring_step(database, step, terms, hash_key=hash_key, now=now)
        brought += len(step) - len(faults)
        left_out += faults
    return ImportReport(brought=brought, left_out=tuple(left_out))


def _bring_step(
    database: Database, step: Sequence[ImportLine], terms: Import, *, hash_key: bytes, now: datetime
) -> list[LeftOut]:
    faults = []
    with database.write() as tx:
        newsletter_id = load_newsletter_ids(tx)[terms.newsletter]
        for line in step:
            fault = _bring(tx, line, newsletter_id, terms, hash_key=hash_key, now=now)
            if fault is not None:
                faults.append(LeftOut(number=line.number, reason=fault))
    return faults


def _bring(
    tx: Transaction, line: ImportLine, newsletter_id: int, terms: Import, *, hash_key: bytes, now: datetime
) -> Reason | None:
    """Bring one line; why not, where it is not brought."""
    try:
        address = parse_address(line.address)
    except AddressError as error:
        return error.reason
    language = _choose_language(line, terms)
    if language is None:
        return reason("subscribers.language", language=line.language, known=", ".join(terms.languages))
    if line.status not in ("", SubscriptionStatus.CONFIRMED):
        return reason("subscribers.not_confirmed", status=line.status)
    if line.newsletter not in ("", terms.newsletter):
        return reason("subscribers.other_newsletter", newsletter=line.newsletter)
    address_hash = hash_address(hash_key, address)
    if is_suppressed(tx, address_hash):
        return reason("subscribers.suppressed")
    subscriber = ensure_subscriber(tx, address, address_hash=address_hash, language=language, now=now)
    if not import_confirmed(tx, subscriber, newsletter_id, language=language, now=now):
        return reason("subscribers.known")
    evidence = terms.evidence
    record_consent(
        tx, subscriber, [newsletter_id], ConsentKind.IMPORTED, network=None, evidence=evidence, now=now
    )
    return None


def _choose_language(line: ImportLine, terms: Import) -> str | None:
    """The language of the tag as written, or of its first part (`ar-IQ`: `ar`); None for one we do not write."""
    tag = line.language.lower()
    if not tag:
        return terms.language
    return next((known for known in (tag, tag.partition("-")[0]) if known in terms.languages), None)
