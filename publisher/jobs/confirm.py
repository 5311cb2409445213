"""Confirm: the reader pressed the button on the page that the confirmation mail led her to.

Promise: only this confirms anything, only over a token that went to the address itself, and only by POST: programs
that open every link in a mail confirm nothing. Nothing is confirmed that the page with the button did not show:
anybody can ask for more in her name while it stands open. Pressing again changes nothing and shows the same page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from publisher.jobs.masking import mask_address
from publisher.jobs.subscribe import Submit
from publisher.model.subscriber import ConsentKind, NoticeKind, SubscriptionStatus
from publisher.model.work import Work, WorkKind
from publisher.store.database import Database, Transaction
from publisher.store.notices import insert_notice, load_notice
from publisher.store.subscriptions import (
    confirm_pending,
    load_slugs,
    load_subscriber,
    record_consent,
    save_language,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the page shows. `waiting` and `confirmed` are newsletters by slug; `language` is that of the request."""

    subscriber: int
    address_masked: str
    language: str
    waiting: tuple[str, ...]
    confirmed: tuple[str, ...]


def load_confirmation(database: Database, *, subscriber: int, notice: int) -> Confirmation | None:
    """What a confirmation token is about; None where its reader or notice is gone. Changes nothing."""
    with database.read() as tx:
        return _load(tx, subscriber, notice)


def confirm(
    database: Database,
    *,
    subscriber: int,
    notice: int,
    shown: Collection[str],
    network: str | None,
    evidence: str,
    now: datetime,
    submit: Submit,
) -> Confirmation | None:
    """Confirm what the page showed (`shown`, by slug) and queue the welcome. Returns how things stand afterwards.

    `shown` comes from the form as it was posted; what of it does not wait for this reader is passed over. What waits
    and was not shown stays `pending`, so that the page asks for it next.
    """
    with database.write() as tx:
        asked = _load(tx, subscriber, notice)
        if asked is None:
            return None
        agreed = tuple(slug for slug in asked.waiting if slug in shown)
        if newly := confirm_pending(tx, subscriber, agreed, now):
            record_consent(
                tx, subscriber, newly, ConsentKind.CONFIRMED, network=network, evidence=evidence, now=now
            )
            save_language(tx, subscriber, asked.language)
            welcome = insert_notice(
                tx,
                NoticeKind.WELCOME,
                subscriber,
                language=asked.language,
                newsletters=agreed,
                due_at=now,
                now=now,
            )
            if welcome is not None:
                submit(tx, Work(WorkKind.NOTICE, str(welcome)))
        return _load(tx, subscriber, notice)


def _load(tx: Transaction, subscriber: int, notice: int) -> Confirmation | None:
    reader, asked = load_subscriber(tx, subscriber), load_notice(tx, notice)
    if reader is None or asked is None:
        return None
    if asked.kind is not NoticeKind.CONFIRM or asked.subscriber != subscriber:
        return None
    return Confirmation(
        subscriber=subscriber,
        address_masked=mask_address(reader.address),
        language=asked.language,
        waiting=load_slugs(tx, subscriber, SubscriptionStatus.PENDING),
        confirmed=load_slugs(tx, subscriber, SubscriptionStatus.CONFIRMED),
    )
