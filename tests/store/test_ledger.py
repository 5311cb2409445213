"""The ledger: intents before sends, fences against late workers, nothing lost while the database is away."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, Lease, Recipient
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.database import Database
from publisher.store.deliveries import count_deliveries, freeze_issue, lease_batch, load_recipients
from publisher.store.ledger import Grant, Ledger, Settlement
from publisher.store.promise import Promise
from publisher.store.schema import delivery, subscription, suppression
from tests.store.rows import NOW, approved_issue, newsletter, readers

SENT = Settlement(state=DeliveryState.SENT, ambiguous=0, reply="250 ok")


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    """A running ledger."""
    ledger = Ledger(database, lambda: NOW)
    yield ledger
    ledger.close()


@pytest.fixture
def held(database: Database) -> tuple[Lease, tuple[Recipient, ...]]:
    """A leased batch of three readers."""
    with database.write() as tx:
        daily = newsletter(tx)
        readers(tx, daily, 3)
        issue_id = approved_issue(tx, daily)
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW)
        lease = lease_batch(tx, issue_id, 0, now=NOW, until=NOW + timedelta(minutes=1), hold=False)
        assert lease is not None
        return lease, load_recipients(tx, lease)


def test_granted_intent_is_durable_before_the_answer(
    database: Database, ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, *_) = held
    assert ledger.begin(lease, first).result(5) is Grant.GRANTED
    with database.read() as tx:
        row = tx.execute(sa.select(delivery).where(delivery.c.subscriber == first.subscriber)).one()
    assert (row.state, row.attempt) == (DeliveryState.SENDING, 1)


def test_outcome_and_next_intent_are_kept_in_order(
    database: Database, ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, second, _) = held
    ledger.begin(lease, first).result(5)
    settled, begun = ledger.settle(lease, first, SENT), ledger.begin(lease, second)
    assert begun.result(5) is Grant.GRANTED
    assert settled.is_kept
    assert settled.result()
    with database.read() as tx:
        counts = count_deliveries(tx, lease.issue)
    assert counts == {DeliveryState.SENT: 1, DeliveryState.SENDING: 1, DeliveryState.PENDING: 1}


@pytest.mark.parametrize("left", ["unsubscribed", "suppressed"])
def test_no_mail_is_begun_after_the_reader_left(
    database: Database, ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]], left: str
) -> None:
    """Checked in the very transaction that would have marked it `sending`."""
    lease, (first, *_) = held
    with database.write() as tx:
        if left == "unsubscribed":
            tx.execute(
                sa.update(subscription)
                .where(subscription.c.subscriber == first.subscriber)
                .values(status=SubscriptionStatus.UNSUBSCRIBED)
            )
        else:
            tx.execute(
                sa.insert(suppression).values(address_hash=f"hash of {first.address}", reason="x", at=0)
            )
    assert ledger.begin(lease, first).result(5) is Grant.SUPPRESSED
    with database.read() as tx:
        assert count_deliveries(tx, lease.issue)[DeliveryState.SUPPRESSED] == 1


def test_late_worker_changes_nothing(
    database: Database, ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, second, _) = held
    ledger.begin(lease, first).result(5)
    with database.write() as tx:
        after = NOW + timedelta(minutes=2)
        assert lease_batch(tx, lease.issue, 0, now=after, until=after, hold=False) is not None
    assert ledger.settle(lease, first, SENT).result(5) is False
    assert ledger.begin(lease, second).result(5) is Grant.LOST
    with database.read() as tx:
        assert DeliveryState.SENT not in count_deliveries(tx, lease.issue)


def test_same_delivery_cannot_be_begun_twice(
    ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, *_) = held
    assert ledger.begin(lease, first).result(5) is Grant.GRANTED
    assert ledger.begin(lease, first).result(5) is Grant.LOST


def test_what_a_constraint_refuses_fails_alone(
    ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """The entries that shared its commit are kept."""
    lease, (first, second, third) = held
    for recipient in (first, second):
        ledger.begin(lease, recipient).result(5)
    impossible = Settlement(state=DeliveryState.SENT, ambiguous=9, reply="")
    refused = ledger.settle(lease, first, impossible)
    settled, begun = ledger.settle(lease, second, SENT), ledger.begin(lease, third)
    with pytest.raises(sa.exc.IntegrityError):
        refused.result(5)
    assert settled.result(5) is True
    assert begun.result(5) is Grant.GRANTED


def test_what_the_driver_cannot_even_take_fails_alone_and_holds_up_nobody(
    ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """A lone surrogate is no text in UTF-8. The ledger's thread outlives whatever one entry does to it."""
    lease, (first, second, third) = held
    for recipient in (first, second):
        ledger.begin(lease, recipient).result(5)
    bent = ledger.settle(lease, first, Settlement(state=DeliveryState.SENT, ambiguous=0, reply="\ud800"))
    settled, begun = ledger.settle(lease, second, SENT), ledger.begin(lease, third)
    with pytest.raises(UnicodeEncodeError):
        bent.result(5)
    assert settled.result(5) is True
    assert begun.result(5) is Grant.GRANTED


def test_ledger_waits_while_the_database_is_locked_and_loses_nothing(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """A table that is away stands for a full or read-only disk: the entry is tried again until it is durable."""
    lease, (first, *_) = held
    ledger = Ledger(database, lambda: NOW)
    with database.write() as tx:
        tx.exec_driver_sql("ALTER TABLE suppression RENAME TO away")
    answer = ledger.begin(lease, first)
    assert not answer.is_kept
    with database.write() as tx:
        tx.exec_driver_sql("ALTER TABLE away RENAME TO suppression")
    assert answer.result(10) is Grant.GRANTED
    ledger.close()


def test_closing_gives_up_on_a_database_that_never_comes_back(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, *_) = held
    ledger = Ledger(database, lambda: NOW)
    with database.write() as tx:
        tx.exec_driver_sql("DROP TABLE suppression")
    answer = ledger.begin(lease, first)
    ledger.close(patience=timedelta(seconds=0.1))
    with pytest.raises(sa.exc.SQLAlchemyError):
        answer.result(5)


def test_closing_commits_what_was_given(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, recipients = held
    ledger = Ledger(database, lambda: datetime(2025, 11, 1, tzinfo=NOW.tzinfo))
    answers = [ledger.begin(lease, recipient) for recipient in recipients]
    ledger.close()
    assert [answer.result(0) for answer in answers] == [Grant.GRANTED] * 3


def test_of_entries_written_together_each_gets_its_own_answer(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """One reader left, one delivery was begun already: the others of the commit are granted, those are not."""
    lease, (first, second, third) = held
    earlier = Ledger(database, lambda: NOW)
    assert earlier.begin(lease, first).result(5) is Grant.GRANTED
    earlier.close()
    with database.write() as tx:
        tx.execute(
            sa.update(subscription)
            .where(subscription.c.subscriber == second.subscriber)
            .values(status=SubscriptionStatus.UNSUBSCRIBED)
        )
    ledger = Ledger(database, lambda: NOW)
    with database.write():  # nothing can be committed meanwhile, so that all four share one commit
        settled = ledger.settle(lease, first, SENT)
        begun = [ledger.begin(lease, recipient) for recipient in (second, third, first)]
    assert settled.result(5)
    assert [answer.result(5) for answer in begun] == [Grant.SUPPRESSED, Grant.GRANTED, Grant.LOST]
    ledger.close()


@pytest.mark.anyio
async def test_an_asker_who_was_cancelled_takes_nobodys_answer(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """Her intent is durable all the same; the others of the commit are answered."""
    lease, recipients = held
    ledger = Ledger(database, lambda: NOW)
    with database.write():
        gone, *others = [
            asyncio.ensure_future(_answer_to(ledger.begin(lease, asker))) for asker in recipients
        ]
        await asyncio.sleep(0)
        gone.cancel()
    assert await asyncio.wait_for(asyncio.gather(*others), 5) == [Grant.GRANTED] * 2
    await asyncio.to_thread(ledger.close)
    with database.read() as tx:
        assert count_deliveries(tx, lease.issue) == {DeliveryState.SENDING: 3}


async def _answer_to(promise: Promise[Grant]) -> Grant:
    return await promise


def test_an_asker_whose_loop_is_closed_holds_up_nobody(
    ledger: Ledger, held: tuple[Lease, tuple[Recipient, ...]], database: Database
) -> None:
    lease, (first, second, _) = held

    async def ask() -> Promise[Grant]:
        return ledger.begin(lease, first)

    with database.write():
        asyncio.run(ask())
    assert ledger.begin(lease, second).result(5) is Grant.GRANTED
