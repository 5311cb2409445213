"""Fifteen defects a sender could have, each a small patch of a running one; the oracles must catch every one.

They are the mistakes of real systems (facts on listmonk, Ghost, Keila in the project's history) and of hasty edits.
Each is laid over the product's functions by name, so a mutant that no longer fits fails loudly instead of passing.
"""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from publisher import serving
from publisher.jobs import lane, open_slots, outstanding, send_batch
from publisher.mail.conversation import Conversation
from publisher.mail.relay import Lane
from publisher.mail.reply import read_reply
from publisher.model import delivery as model
from publisher.model.delivery import DeliveryState, Refused, Sent
from publisher.store import deliveries, issues, ledger_statements
from publisher.store.database import Transaction, from_ms
from publisher.store.ledger import Grant, Ledger, Settlement
from publisher.store.promise import Promise
from publisher.store.schema import batch, delivery, newsletter


def _swap(owner: Any, name: str, replacement: Any) -> Any:
    """Replace what is there; returns it. AttributeError where nothing of that name is."""
    original = getattr(owner, name)
    setattr(owner, name, replacement)
    return original


def sent_at_claim() -> None:
    """1: a delivery is `sent` when it is begun."""
    begin = Ledger.begin

    def mutant(self: Ledger, lease: Any, recipient: Any) -> Any:
        claimed = Settlement(state=DeliveryState.SENT, ambiguous=0, reply="claimed")

        async def claim() -> Grant:
            granted = await begin(self, lease, recipient)
            self.settle(lease, recipient, claimed)
            return granted

        return asyncio.ensure_future(claim())

    _swap(Ledger, "begin", mutant)


def error_is_sent() -> None:
    """2: whatever the relay did, the delivery counts as sent."""
    deliver = Lane.deliver

    async def mutant(self: Lane, message: Any) -> Any:
        outcome = await deliver(self, message)
        return Sent(reply=outcome.reply)

    _swap(Lane, "deliver", mutant)


def cursor_of_the_issue() -> None:
    """3: what was fetched once is never fetched again, as with a checkpoint that moves when it reads."""
    load = deliveries.load_open_batches

    def mutant(tx: Transaction, *, now: datetime) -> Any:
        fresh = {(r.issue, r.ordinal) for r in tx.execute(sa.select(batch).where(batch.c.fence == 0))}
        return tuple(key for key in load(tx, now=now) if key in fresh)

    _swap(outstanding, "load_open_batches", mutant)


def outcomes_by_the_hundred() -> None:
    """4: outcomes are kept in memory and written a hundred at a time."""
    settle = Ledger.settle
    kept: list[tuple[Any, Any, Any]] = []

    def mutant(self: Ledger, lease: Any, recipient: Any, settlement: Any) -> Promise[bool]:
        kept.append((lease, recipient, settlement))
        if len(kept) >= 100:
            for item in kept:
                settle(self, *item)
            kept.clear()
        done: Promise[bool] = Promise()
        done.fulfil(True)
        return done

    _swap(Ledger, "settle", mutant)


def no_fencing() -> None:
    """5: a worker that slept past its lease goes on with the list it has in memory."""
    begin = Ledger.begin

    def mutant(self: Ledger, lease: Any, recipient: Any) -> Any:
        async def forgive() -> Grant:
            grant = await begin(self, lease, recipient)
            return Grant.GRANTED if grant is Grant.LOST else grant

        return asyncio.ensure_future(forgive())

    _swap(Ledger, "begin", mutant)
    _swap(send_batch, "_keep", _never_renew)


async def _never_renew(_run: Any) -> None:
    return


def lease_too_short() -> None:
    """6: the lease ends while a message still waits for its answer, and nobody renews it."""
    lease = deliveries.lease_batch

    def mutant(
        tx: Transaction, issue_id: int, ordinal: int, *, now: datetime, until: datetime, hold: bool
    ) -> Any:
        return lease(tx, issue_id, ordinal, now=now, until=now + timedelta(seconds=0.1), hold=hold)

    _swap(send_batch, "lease_batch", mutant)
    _swap(send_batch, "_keep", _never_renew)


def queue_in_memory() -> None:
    """7: works are handed out once and never derived again from rows."""
    _swap(outstanding, "load_open_batches", lambda *_, **__: ())


def freeze_in_two_steps() -> None:
    """8: the issue is `sending` before all its deliveries are written."""
    whole = deliveries._insert_deliveries

    def mutant(tx: Transaction, issue_id: int, newsletter_id: int, **more: Any) -> None:
        whole(tx, issue_id, newsletter_id, **more)
        half = tx.scalar(
            sa.select(sa.func.max(delivery.c.subscriber) / 2).where(delivery.c.issue == issue_id)
        )
        tx.exec_driver_sql("DROP TRIGGER delivery_deleted")
        tx.execute(sa.delete(delivery).where(delivery.c.issue == issue_id, delivery.c.subscriber > half))
        deliveries._insert_batches(tx, issue_id, now=more["now"])
        tx.connection.commit()
        os.kill(os.getpid(), signal.SIGKILL)

    _swap(deliveries, "_insert_deliveries", mutant)


def no_slot_key() -> None:
    """9: nothing says whether a slot was issued: every start issues it again."""
    number = itertools.count()

    def forget(tx: Transaction, newsletter_id: int) -> datetime:
        if next(number):
            return issues.load_watermark(tx, newsletter_id)
        begun = tx.scalar(sa.select(newsletter.c.begun_at).where(newsletter.c.id == newsletter_id))
        return from_ms(begun or 0)

    def mutant(tx: Transaction, newsletter_id: int, *, slot: str, **more: Any) -> Any:
        return issues.open_slot(tx, newsletter_id, slot=f"{slot} {time.monotonic_ns()}", **more)

    _swap(open_slots, "load_watermark", forget)
    _swap(open_slots, "open_slot", mutant)


def refusals_retried() -> None:
    """10: a refusal for good is tried again."""

    def mutant(outcome: Any, *, ambiguous: int, hold: bool) -> DeliveryState:
        if isinstance(outcome, Refused):
            return DeliveryState.DEFERRED
        return model.next_state(outcome, ambiguous=ambiguous, hold=hold)

    _swap(lane, "next_state", mutant)


def checked_at_freeze_only() -> None:
    """11: who left after the freeze is mailed all the same."""
    _swap(ledger_statements, "_subscribed", sa.true)
    _swap(ledger_statements, "_suppressed", sa.false)


def rendered_when_sent() -> None:
    """12: the text is made anew for each sending."""
    compiled = send_batch._compile

    def mutant(room: Any, found: Any, renditions: Any) -> Any:
        stamp = f"{time.monotonic_ns()}\n"
        return compiled(room, found, tuple(replace(r, text=stamp + r.text) for r in renditions))

    _swap(send_batch, "_compile", mutant)


def talk_out_of_step() -> None:
    """13: a connection on which the relay said more than it was asked for goes on being used."""

    def in_turn(self: Any) -> None:
        if self._lost is not None:
            raise self._error()

    def read_answers(self: Any, answers: asyncio.Future[Any]) -> None:
        while len(self._replies) < self._asked:
            found = read_reply(bytes(self._buffer))
            if found is None:
                return
            reply, taken = found
            del self._buffer[:taken]
            self._replies.append(reply)
        answers.set_result(tuple(self._replies))

    async def exchange(self: Any, octets: bytes, asked: int, *, wait: float, wait_body: Any = None) -> Any:
        self._asked, self._replies = asked, []
        self._answers = asyncio.get_running_loop().create_future()
        self._transport.write(octets)
        self._read_answers(self._answers)
        try:
            return await asyncio.wait_for(self._answers, wait)
        except TimeoutError:
            self.abort()
            raise self._error() from None
        finally:
            self._answers = None

    _swap(Conversation, "require_turn", in_turn)
    _swap(Conversation, "_read_answers", read_answers)
    _swap(Conversation, "_exchange", exchange)
    _swap(Conversation, "is_open", property(lambda self: self._lost is None))


def commits_not_durable() -> None:
    """14: a commit does not wait for the disk."""

    def mutant(connection: Any, _record: object) -> None:
        if "sqlite" in type(connection).__module__:
            connection.execute("PRAGMA synchronous=OFF").close()
        else:
            connection.execute("SET synchronous_commit = off")
            connection.commit()

    def at_checkout(connection: Any, record: object, _proxy: object) -> None:
        mutant(connection, record)

    event.listen(sa.Engine, "checkout", at_checkout)


def gone_when_asked() -> None:
    """15: SIGTERM ends the process at once."""

    def mutant(loop: Any, _ending: Any) -> Any:
        from contextlib import nullcontext

        loop.add_signal_handler(signal.SIGTERM, os._exit, 0)
        return nullcontext()

    from tests.faultbench import child

    _swap(serving, "_signals", mutant)
    _swap(child, "_signals", mutant)


MUTANTS: tuple[Callable[[], None], ...] = (
    sent_at_claim,
    error_is_sent,
    cursor_of_the_issue,
    outcomes_by_the_hundred,
    no_fencing,
    lease_too_short,
    queue_in_memory,
    freeze_in_two_steps,
    no_slot_key,
    refusals_retried,
    checked_at_freeze_only,
    rendered_when_sent,
    talk_out_of_step,
    commits_not_durable,
    gone_when_asked,
)
"""By number, from 1."""


def install(number: int) -> None:
    """Make this process a mutant."""
    MUTANTS[number - 1]()
