"""Freezing, leasing and closing: nobody forgotten, nobody twice, late workers without effect."""

from datetime import timedelta

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, Lease
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.database import Database, Transaction
from publisher.store.deliveries import (
    close_batch,
    count_deliveries,
    expire_deliveries,
    finish_issue,
    freeze_issue,
    lease_batch,
    load_open_batches,
    load_recipients,
    release_leases,
    renew_lease,
)
from publisher.store.issues import load_issue
from publisher.store.schema import delivery, suppression
from tests.store.rows import NOW, approved_issue, newsletter, readers

UNTIL = NOW + timedelta(minutes=15)
LATER = NOW + timedelta(minutes=16)


def freeze(tx: Transaction, *, count: int = 5, batch_size: int = 2) -> int:
    """An issue frozen for `count` readers."""
    daily = newsletter(tx)
    readers(tx, daily, count)
    issue_id = approved_issue(tx, daily)
    assert freeze_issue(tx, issue_id, fallback="ar", batch_size=batch_size, now=NOW) == count
    return issue_id


def lease(
    tx: Transaction, issue_id: int, *, ordinal: int = 0, hold: bool = False, late: bool = False
) -> Lease | None:
    now = LATER if late else NOW
    return lease_batch(tx, issue_id, ordinal, now=now, until=now + timedelta(minutes=15), hold=hold)


def set_state(tx: Transaction, issue_id: int, state: DeliveryState) -> None:
    """Bring all deliveries to a state along legal arrows."""
    if state is not DeliveryState.SENDING:
        set_state(tx, issue_id, DeliveryState.SENDING)
    tx.execute(sa.update(delivery).where(delivery.c.issue == issue_id).values(state=state))


def test_every_confirmed_subscriber_gets_one_row_and_nobody_else(database: Database) -> None:
    with database.write() as tx:
        daily, other = newsletter(tx), newsletter(tx, "other")
        confirmed = readers(tx, daily, 3)
        readers(tx, daily, 1, status=SubscriptionStatus.PENDING, prefix="pending")
        readers(tx, daily, 1, status=SubscriptionStatus.UNSUBSCRIBED, prefix="gone")
        readers(tx, other, 2, prefix="other")
        issue_id = approved_issue(tx, daily)
        assert freeze_issue(tx, issue_id, fallback="ar", batch_size=2, now=NOW) == 3
        rows = tx.execute(sa.select(delivery).order_by(delivery.c.subscriber)).all()
        issue = load_issue(tx, issue_id)
    assert [row.subscriber for row in rows] == confirmed
    assert [row.batch for row in rows] == [0, 0, 1]
    assert {row.state for row in rows} == {DeliveryState.PENDING}
    assert issue is not None
    assert (issue.state, issue.total, issue.frozen_at) == (IssueState.SENDING, 3, NOW)


def test_freezing_twice_is_refused(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx)
        assert freeze_issue(tx, issue_id, fallback="ar", batch_size=2, now=NOW) is None
        assert sum(count_deliveries(tx, issue_id).values()) == 5


def test_reader_gets_the_variant_of_her_language_or_the_fallback(database: Database) -> None:
    with database.write() as tx:
        daily = newsletter(tx)
        readers(tx, daily, 1, language="en", prefix="en")
        readers(tx, daily, 1, language="fr", prefix="fr")
        issue_id = approved_issue(tx, daily)
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW)
        held = lease(tx, issue_id)
        assert held is not None
        variants = {item.address.local: item.variant for item in load_recipients(tx, held)}
    assert variants == {"en0": "en", "fr0": "ar"}


def test_suppressed_reader_has_a_final_row_from_the_start(database: Database) -> None:
    """The row is there, so the states add up to the frozen count."""
    with database.write() as tx:
        daily = newsletter(tx)
        readers(tx, daily, 2)
        tx.execute(
            sa.insert(suppression).values(address_hash="hash of reader0@reader.example", reason="x", at=0)
        )
        issue_id = approved_issue(tx, daily)
        assert freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW) == 2
        assert count_deliveries(tx, issue_id) == {DeliveryState.SUPPRESSED: 1, DeliveryState.PENDING: 1}


def test_an_issue_without_readers_is_sent_at_once(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx, count=0)
        assert finish_issue(tx, issue_id, now=NOW)
        assert not finish_issue(tx, issue_id, now=NOW)
        issue = load_issue(tx, issue_id)
    assert issue is not None
    assert (issue.state, issue.sent_at, issue.total) == (IssueState.SENT, NOW, 0)


def test_a_leased_batch_is_nobody_elses_until_its_lease_ends(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx)
        first = lease(tx, issue_id)
        assert first is not None
        assert lease(tx, issue_id) is None
        assert (issue_id, 0) not in load_open_batches(tx, now=NOW)
        second = lease(tx, issue_id, late=True)
        assert second is not None
        assert second.fence == first.fence + 1
        assert renew_lease(tx, second, until=LATER)
        assert not renew_lease(tx, first, until=LATER)
        assert not close_batch(tx, first, now=LATER, retry_at=LATER)
        assert expire_deliveries(tx, first, now=LATER) == 0


def test_row_left_sending_is_resent_once_and_then_uncertain(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx, count=1)
        for expected in (DeliveryState.PENDING, DeliveryState.UNCERTAIN):
            held = lease(tx, issue_id)
            assert held is not None
            set_state(tx, issue_id, DeliveryState.SENDING)
            release_leases(tx, now=NOW)
            again = lease(tx, issue_id)
            assert again is not None
            assert count_deliveries(tx, issue_id) == {expected: 1}
            release_leases(tx, now=NOW)


def test_newsletter_that_holds_lists_the_first_doubt(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx, count=1)
        lease(tx, issue_id)
        set_state(tx, issue_id, DeliveryState.SENDING)
        lease(tx, issue_id, hold=True, late=True)
        assert count_deliveries(tx, issue_id) == {DeliveryState.UNCERTAIN: 1}


def test_recipients_are_those_of_the_batch_that_still_wait(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx)
        held = lease(tx, issue_id, ordinal=1)
        assert held is not None
        found = load_recipients(tx, held)
        assert [item.attempt for item in found] == [1, 1]
        assert [str(item.address) for item in found] == ["reader2@reader.example", "reader3@reader.example"]
        set_state(tx, issue_id, DeliveryState.SENT)
        assert load_recipients(tx, held) == ()


def test_batch_with_something_left_opens_again_at_its_retry_time(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx, count=2)
        held = lease(tx, issue_id)
        assert held is not None
        set_state(tx, issue_id, DeliveryState.DEFERRED)
        assert not close_batch(tx, held, now=NOW, retry_at=LATER)
        assert load_open_batches(tx, now=NOW) == ()
        assert load_open_batches(tx, now=LATER) == ((issue_id, 0),)
        again = lease(tx, issue_id, late=True)
        assert again is not None
        assert expire_deliveries(tx, again, now=LATER) == 2
        assert close_batch(tx, again, now=LATER, retry_at=LATER)


def test_issue_is_sent_when_its_last_batch_is_done(database: Database) -> None:
    with database.write() as tx:
        issue_id = freeze(tx, count=3)
        first, second = lease(tx, issue_id, ordinal=0), lease(tx, issue_id, ordinal=1)
        assert first is not None
        assert second is not None
        set_state(tx, issue_id, DeliveryState.SENT)
        assert not close_batch(tx, first, now=NOW, retry_at=NOW)
        assert close_batch(tx, second, now=LATER, retry_at=NOW)
        issue = load_issue(tx, issue_id)
    assert issue is not None
    assert (issue.state, issue.sent_at) == (IssueState.SENT, LATER)
