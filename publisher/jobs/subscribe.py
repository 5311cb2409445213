"""Subscribe: a reader (or somebody in her name) asks for newsletters through the form.

Promise: nothing but a confirmation mail follows from this, at most one for an address and day however often and from
wherever it is asked for. Who asks learns nothing about the address: for a new, pending, confirmed, departed or
suppressed one the same statements run in one transaction and the answer is the same. For a suppressed address they
run in a savepoint that is rolled back, so nothing of it is kept.

A request is never lost because many came at once: beyond the hour's budget its mail waits for an hour with room.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.model.address import EmailAddress
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import ConsentKind, NoticeKind, SubscriptionStatus
from publisher.model.work import Work, WorkKind
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import load_newsletter_ids
from publisher.store.notices import PastNotice, insert_notice, load_past_notices
from publisher.store.rates import claim_earliest, claim_turn, prune_rates
from publisher.store.subscriptions import (
    ensure_subscriber,
    load_last_consent,
    load_slugs,
    record_consent,
    request_subscriptions,
)
from publisher.store.suppressions import hash_address, is_suppressed

Submit = Callable[[Transaction, Work], None]
"""Makes work visible to the engine, only if the transaction commits."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


class Answer(StrEnum):
    """What the form may say. It depends on how much is asked, never on who the address belongs to."""

    TAKEN = "taken"
    """Taken down: if the address is one we may write to and did not confirm yet, a mail is on its way."""
    LATER = "later"
    """Too many requests from this network, or from everywhere: nothing was taken down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds against misuse of the form.

    `per_network` requests in an hour from one /24 or /64: mobile carriers put thousands of readers behind one, so it
    is no tighter. `mails_per_hour` confirmation mails altogether; more wait, up to `hours_ahead`. `unanswered` mails in
    30 days to an address that never confirms.
    """

    per_network: int = 30
    mails_per_hour: int = 200
    hours_ahead: int = 24
    unanswered: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the form said. `newsletters` are slugs the settings know; `network` is the keyed hash of where it came from
    (None: unknown); `evidence` names the page and wording.
    """

    address: EmailAddress
    newsletters: Sequence[str]
    language: str
    network: str | None
    evidence: str


def subscribe(
    database: Database,
    request: Request,
    *,
    now: datetime,
    submit: Submit,
    hash_key: bytes,
    limits: Limits,
) -> Answer:
    """Take a request down. `hash_key` is the key of the suppressions. Everything or nothing is written."""
    with database.write() as tx:
        prune_rates(tx, before=now - DAY)
        turn = _claim_turn(tx, request, now, limits)
        if turn is None:
            return Answer.LATER
        address_hash = hash_address(hash_key, request.address)
        suppressed = is_suppressed(tx, address_hash)
        savepoint = tx.begin_nested()
        notice_id = _write(tx, request, address_hash, turn=turn, now=now, limits=limits)
        if suppressed:
            savepoint.rollback()
        else:
            savepoint.commit()
            if notice_id is not None:
                submit(tx, Work(WorkKind.NOTICE, str(notice_id)))
    return Answer.TAKEN


def plan_confirmation(
    past: Sequence[PastNotice],
    pending: Sequence[str],
    *,
    turn: datetime,
    confirmed_at: datetime | None,
    unanswered: int,
) -> datetime | None:
    """When a confirmation mail is to go out, not before `turn`; None for none.

    `past` are the reader's confirmation notices of the last 30 days, `confirmed_at` when she last answered one. None is
    owed where nothing is pending, where one still waits (it will name all that is pending when it goes) or where
    the last day's named it all. What was added since gets its mail a day after the last one.
    """
    mailed = [n for n in past if n.state not in (DeliveryState.SUPPRESSED, DeliveryState.EXPIRED)]
    open_ones = [n for n in mailed if confirmed_at is None or n.at > confirmed_at]
    if not pending or len(open_ones) >= unanswered:
        return None
    if any(n.state in (DeliveryState.PENDING, DeliveryState.DEFERRED) for n in mailed):
        return None
    recent = [n for n in mailed if turn - n.at < DAY]
    if {slug for n in recent if n in open_ones for slug in n.newsletters}.issuperset(pending):
        return None
    due_at = max([turn, *(n.at + DAY for n in recent)])
    days_taken = {n.day for n in past}
    while due_at.date().isoformat() in days_taken:
        due_at = due_at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return due_at


def _claim_turn(tx: Transaction, request: Request, now: datetime, limits: Limits) -> datetime | None:
    """When this request's mail may go at the earliest; None where there is no turn left."""
    bucket = f"subscribe:{request.network or 'unknown'}"
    if not claim_turn(tx, bucket, limit=limits.per_network, window=HOUR, now=now):
        return None
    return claim_earliest(
        tx, "confirm", limit=limits.mails_per_hour, window=HOUR, now=now, ahead=limits.hours_ahead
    )


def _write(
    tx: Transaction, request: Request, address_hash: str, *, turn: datetime, now: datetime, limits: Limits
) -> int | None:
    """Write the request; returns the notice it needs, if it needs one."""
    ids = load_newsletter_ids(tx)
    wanted = [ids[slug] for slug in request.newsletters]
    reader = ensure_subscriber(
        tx, request.address, address_hash=address_hash, language=request.language, now=now
    )
    request_subscriptions(tx, reader, wanted, language=request.language, now=now)
    record_consent(
        tx,
        reader,
        wanted,
        ConsentKind.REQUESTED,
        network=request.network,
        evidence=request.evidence,
        now=now,
    )
    pending = load_slugs(tx, reader, SubscriptionStatus.PENDING)
    due_at = plan_confirmation(
        load_past_notices(tx, reader, NoticeKind.CONFIRM, since=now - MONTH),
        pending,
        turn=turn,
        confirmed_at=load_last_consent(tx, reader, ConsentKind.CONFIRMED),
        unanswered=limits.unanswered,
    )
    if due_at is None:
        return None
    return insert_notice(
        tx, NoticeKind.CONFIRM, reader, language=request.language, newsletters=pending, due_at=due_at, now=now
    )
