"""Notices: single mails that are no issue, each waiting in its row until the relay took it or it is too late.

Promise: one notice of a kind for a reader and day (`UNIQUE`), so that nobody can be flooded through our form. A notice
is begun only if, in the very transaction that marks it `sending`, there is still a reason to send it: a confirmation
needs something pending, a welcome something confirmed, and no suppressed address gets either. A `sending`
row is leased until its `retry_at`: after a crash, or once the lease has ended with nothing recorded, it is sent once
more; a second doubt makes it `uncertain`, never a third copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, end_unsent, explain_doubt
from publisher.model.subscriber import Notice, NoticeKind, SubscriptionStatus
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import notice, subscriber
from publisher.store.subscriptions import decode_address, load_slugs
from publisher.store.suppressions import is_suppressed
from publisher.store.upsert import insert_unless_taken

LIFETIME = timedelta(hours=48)
"""How long after its first turn a notice may still be begun."""

LEASE = timedelta(hours=1)
"""How long a claimed notice is left to whoever claimed it: longer than the slowest attempt, which may wait ten minutes
for the answer to the final dot alone (`mail.relay_settings.Timeouts`), or what is still under way would be sent twice.
"""

_WAITING = (DeliveryState.PENDING, DeliveryState.DEFERRED)
_NEEDS = {NoticeKind.CONFIRM: SubscriptionStatus.PENDING, NoticeKind.WELCOME: SubscriptionStatus.CONFIRMED}
_decode_slugs = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNotice:
    """A notice as it stands. `at` is when it last changed; `day` is the UTC date it counts for, `2026-11-22`."""

    id: int
    kind: NoticeKind
    subscriber: int
    state: DeliveryState
    language: str
    newsletters: tuple[str, ...]
    day: str
    at: datetime


def insert_notice(
    tx: Transaction,
    kind: NoticeKind,
    subscriber_id: int,
    *,
    language: str,
    newsletters: Sequence[str],
    due_at: datetime,
    now: datetime,
) -> int | None:
    """Queue a notice for `due_at`. None where the reader already has one of this kind for that UTC day."""
    day = due_at.date().isoformat()
    went_in = insert_unless_taken(
        tx,
        notice,
        kind=kind,
        subscriber=subscriber_id,
        day=day,
        language=language,
        newsletters=_encode_slugs(newsletters),
        at=to_ms(now),
        retry_at=to_ms(due_at),
        expires_at=to_ms(due_at + LIFETIME),
    )
    if not went_in:
        return None
    found = sa.select(notice.c.id).filter_by(subscriber=subscriber_id, kind=kind, day=day)
    return int(tx.execute(found).scalar_one())


def load_notice(tx: Transaction, notice_id: int) -> PastNotice | None:
    """One notice, or None."""
    row = tx.execute(sa.select(notice).where(notice.c.id == notice_id)).first()
    return None if row is None else _to_past(row)


def load_past_notices(
    tx: Transaction, subscriber_id: int, kind: NoticeKind, *, since: datetime
) -> tuple[PastNotice, ...]:
    """The reader's notices of one kind that changed at or after `since` or still wait, latest day first."""
    query = (
        sa.select(notice)
        .filter_by(subscriber=subscriber_id, kind=kind)
        .where(sa.or_(notice.c.at >= to_ms(since), notice.c.state.in_(_WAITING)))
        .order_by(notice.c.day.desc())
    )
    return tuple(_to_past(row) for row in tx.execute(query))


def load_due_notices(tx: Transaction, now: datetime, *, limit: int = 1000) -> tuple[int, ...]:
    """The ids of notices whose turn has come or whose lease has ended, oldest first; those past their time too, which
    claiming ends.
    """
    query = (
        sa.select(notice.c.id).where(_claimable(now)).order_by(notice.c.retry_at, notice.c.id).limit(limit)
    )
    return tuple(tx.execute(query).scalars())


def claim_notice(tx: Transaction, notice_id: int, now: datetime) -> Notice | None:
    """Mark a due notice `sending` and return it; None where it is not due, another holds it, or it must not be sent.

    Whoever held a notice whose lease has ended left a doubt: it is claimed once more, and `uncertain` the second time.
    What must not be sent any more ends here, as `expired` or `suppressed`, or `uncertain` where there is a doubt. A
    claimed notice names what it is about now: all that waits for confirmation, or those of its newsletters that are
    still confirmed.
    """
    # The lock (on SQLite: BEGIN IMMEDIATE) makes a second claimer wait and then find the row leased.
    query = (
        sa.select(notice, subscriber.c.address, subscriber.c.address_hash)
        .join(subscriber, subscriber.c.id == notice.c.subscriber)
        .where(notice.c.id == notice_id, _claimable(now))
        .with_for_update(of=notice)
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    about, was_left = _about(tx, row), row.state == DeliveryState.SENDING
    ambiguous = row.ambiguous + was_left
    if was_left and row.ambiguous:
        _move(tx, row, now, state=DeliveryState.UNCERTAIN, ambiguous=ambiguous)
        return None
    if row.expires_at <= to_ms(now):
        _end(tx, row, now, DeliveryState.EXPIRED, ambiguous, because="its time was over")
        return None
    if not about or is_suppressed(tx, row.address_hash):
        _end(tx, row, now, DeliveryState.SUPPRESSED, ambiguous, because="there was no reason left to send it")
        return None
    _move(
        tx,
        row,
        now,
        state=DeliveryState.SENDING,
        attempt=row.attempt + 1,
        ambiguous=ambiguous,
        newsletters=_encode_slugs(about),
        retry_at=to_ms(now + LEASE),
    )
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        subscriber=row.subscriber,
        address=decode_address(row.address),
        language=row.language,
        newsletters=about,
        attempt=row.attempt + 1,
        ambiguous=ambiguous,
        expires_at=from_ms(row.expires_at),
    )


def record_notice(
    tx: Transaction,
    notice_id: int,
    attempt: int,
    state: DeliveryState,
    *,
    reply: str,
    ambiguous: int,
    retry_at: datetime,
    now: datetime,
    relay: str | None = None,
) -> bool:
    """Write what the attempt came to. False, and nothing written, where the notice is not in that attempt any more.

    `reply` is the answer, without addresses, of the relay of that name; `retry_at` matters only where `state` is to be
    tried again.
    """
    done = tx.execute(
        sa.update(notice)
        .filter_by(id=notice_id, attempt=attempt, state=DeliveryState.SENDING)
        .values(
            state=state,
            reply=reply,
            relay=relay,
            ambiguous=ambiguous,
            retry_at=to_ms(retry_at),
            at=to_ms(now),
        )
    )
    return done.rowcount == 1


def reopen_sending_notices(tx: Transaction, now: datetime) -> int:
    """After a crash: each `sending` notice is sent once more, or is `uncertain` if that was done before.

    Only the process that alone sends notices may call this. Returns how many were reopened or given up.
    """
    sending = sa.update(notice).filter_by(state=DeliveryState.SENDING)
    doubted_twice = tx.execute(
        sending.where(notice.c.ambiguous > 0).values(state=DeliveryState.UNCERTAIN, at=to_ms(now))
    )
    again = sending.values(state=DeliveryState.PENDING, ambiguous=1, retry_at=to_ms(now), at=to_ms(now))
    return doubted_twice.rowcount + tx.execute(again).rowcount


def _claimable(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        notice.c.state.in_((*_WAITING, DeliveryState.SENDING)),
        notice.c.retry_at <= to_ms(now),
    )


def _about(tx: Transaction, row: Any) -> tuple[str, ...]:
    """What there still is to write about; empty: nothing."""
    kind = NoticeKind(row.kind)
    standing = load_slugs(tx, row.subscriber, _NEEDS[kind])
    if kind is NoticeKind.CONFIRM:
        return standing
    named = _decode_slugs(row.newsletters)
    return tuple(slug for slug in standing if slug in named)


def _end(
    tx: Transaction, row: Any, now: datetime, state: DeliveryState, ambiguous: int, *, because: str
) -> None:
    """End a notice that is not sent any more: as `state`, or as `uncertain` with the reason where there is a doubt."""
    said = f"{row.reply}; " if row.reply else ""
    reply = said + explain_doubt(because) if ambiguous else row.reply
    _move(tx, row, now, state=end_unsent(state, ambiguous), ambiguous=ambiguous, reply=reply)


def _move(tx: Transaction, row: Any, now: datetime, **values: Any) -> None:
    """Change a row that this transaction has locked."""
    tx.execute(sa.update(notice).filter_by(id=row.id).values(**values, at=to_ms(now)))


def _to_past(row: Any) -> PastNotice:
    return PastNotice(
        id=row.id,
        kind=NoticeKind(row.kind),
        subscriber=row.subscriber,
        state=DeliveryState(row.state),
        language=row.language,
        newsletters=_decode_slugs(row.newsletters),
        day=row.day,
        at=from_ms(row.at),
    )


def _encode_slugs(slugs: Sequence[str]) -> str:
    return msgspec.json.encode(list(slugs)).decode()
