"""The engine as it runs in the product, in a newsroom made for the bench."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from publisher.jobs.newsroom import Newsroom
from publisher.jobs.send_batch import send_batch
from publisher.mail.fleet import Fleet
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.delivery import DeliveryState, Lease, Recipient
from publisher.model.issue import IssueState
from publisher.store.database import Transaction, open_database, to_ms
from publisher.store.deliveries import count_deliveries, freeze_issue
from publisher.store.issues import move_issue, open_slot, save_composed
from publisher.store.ledger import Grant, Settlement
from publisher.store.migrate import migrate
from publisher.store.newsletters import ensure_newsletters
from publisher.store.promise import Promise
from publisher.store.schema import batch, issue, subscriber, subscription
from tests.bench import sample
from tests.jobs.rooms import open_scene
from tests.store.rows import NOW

LANES = 8
AT_ONCE = 2
"""Batches in work at a time, so that lanes do not idle at a batch's end."""


class NoLedger:
    """Grants everything, writes nothing: what the engine costs without its promise."""

    def begin(self, _lease: Lease, _recipient: Recipient) -> Promise[Grant]:
        answer: Promise[Grant] = Promise()
        answer.fulfil(Grant.GRANTED)
        return answer

    def settle(self, _lease: Lease, _recipient: Recipient, _settlement: Settlement) -> Promise[bool]:
        answer: Promise[bool] = Promise()
        answer.fulfil(True)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A newsroom whose relay is the sink. `has_ledger`: outcomes are written down."""

    room: Newsroom
    has_ledger: bool


def prepare(folder: Path, readers: int) -> None:
    """A migrated database with so many confirmed readers of the newsletter `daily`."""
    folder.mkdir()
    database = open_database(folder / "nashra.db")
    migrate(database)
    with database.write() as tx:
        (newsletter,) = ensure_newsletters(tx, ["daily"], begun_at=NOW).values()
        for start in range(0, readers, 50_000):
            _insert_readers(tx, newsletter, range(start + 1, min(start + 50_000, readers) + 1))
    with database.write() as tx:
        tx.exec_driver_sql("ANALYZE")
    database.close()


def _insert_readers(tx: Transaction, newsletter: int, numbers: range) -> None:
    at = to_ms(NOW)
    tx.execute(
        sa.insert(subscriber),
        [
            {
                "id": n, "address": f"reader{n}@example.net", "address_key": f"reader{n}@example.net",
                "address_hash": f"{n:064x}", "language": "ar", "created_at": at,
            }
            for n in numbers
        ],
    )  # fmt: skip
    tx.execute(
        sa.insert(subscription),
        [
            {
                "newsletter": newsletter, "subscriber": n, "status": "confirmed", "language": "ar",
                "requested_at": at,
            }
            for n in numbers
        ],
    )  # fmt: skip


@contextmanager
def open_engine(folder: Path, port: int, *, ledger: Callable[[], object] | None = None) -> Iterator[Engine]:
    """The newsroom in `folder`. `ledger` replaces its own."""
    relay = RelaySettings(host="127.0.0.1", port=port, tls=Tls.NONE, lanes=LANES, ehlo_name="bench.example")

    def now() -> datetime:
        return datetime.now(UTC)

    fleet = Fleet((relay,), now=now)
    changes: dict[str, Any] = {"relay": fleet, "notice_relay": fleet.express, "now": now}
    if ledger is not None:
        changes["ledger"] = ledger()
    with open_scene(folder, port=port, **changes) as scene:
        yield Engine(room=scene.room, has_ledger=ledger is None)


def freeze_next(engine: Engine) -> int:
    """A new issue of the sample rendition, frozen for all readers; its id."""
    found = approve_next(engine)
    room = engine.room
    with room.database.write() as tx:
        freeze_issue(tx, found, fallback="ar", batch_size=room.batch_size, now=room.now())
    return found


def approve_next(engine: Engine) -> int:
    """A new issue of the sample rendition, ready to be frozen; its id."""
    room = engine.room
    now = room.now()
    with room.database.write() as tx:
        number = (tx.scalar(sa.select(sa.func.max(issue.c.id))) or 0) + 1
        found = open_slot(
            tx, room.newsletter_ids["daily"], slot=f"2026-11-{number:02d}T18:00", due_at=now,
            not_after=now.replace(year=now.year + 1), skipped=None,
        )  # fmt: skip
        if found is None:
            raise RuntimeError("the slot is taken")
        move_issue(tx, found, IssueState.DUE, IssueState.COMPOSING)
        save_composed(tx, found, number=number, renditions=[sample.rendition()], now=now)
        move_issue(tx, found, IssueState.COMPOSING, IssueState.DRAFT)
        move_issue(tx, found, IssueState.DRAFT, IssueState.APPROVED)
    return found


async def send_issue(engine: Engine, issue_id: int, *, most: int | None = None) -> int:
    """Send the issue, or the batches of its first `most` messages; returns how many messages that was. Raises
    RuntimeError where one of them was not sent.
    """
    room = engine.room
    with room.database.read() as tx:
        total = sum(count_deliveries(tx, issue_id).values())
        batches = tx.scalar(sa.select(sa.func.count()).where(batch.c.issue == issue_id)) or 0
    if most is not None:
        batches, total = most // room.batch_size, most
    ordinals = iter(range(batches))

    async def work() -> None:
        for ordinal in ordinals:
            await send_batch(room, issue_id, ordinal)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    await room.relay.close()
    if engine.has_ledger:
        with room.database.read() as tx:
            sent = count_deliveries(tx, issue_id).get(DeliveryState.SENT, 0)
        if sent != total:
            raise RuntimeError(f"{sent} of {total} were sent")
    return total
