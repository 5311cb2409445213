"""Pause, resume, cancel: nothing is begun after them, what is in flight is settled, and every row ends."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store.database import Database
from publisher.store.deliveries import close_batch, lease_batch, load_open_batches, load_recipients
from publisher.store.holding import (
    CANCELLED_REPLY,
    cancel_sending,
    close_cancelled,
    pause_issue,
    resume_issue,
)
from publisher.store.ledger import Grant, Ledger, Settlement
from publisher.store.schema import delivery
from tests.store.rows import NOW
from tests.store.sending import counts, ended, frozen, leased, state_of

S = DeliveryState
SOON = NOW + timedelta(seconds=1)
LATE = NOW + timedelta(minutes=2)
"""After the lease of a minute has ended."""
SENT = Settlement(state=S.SENT, ambiguous=0, reply="250 ok", relay="main")


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    ledger = Ledger(database, lambda: NOW)
    yield ledger
    ledger.close()


def test_a_pause_stops_the_next_intent_and_keeps_the_outcome_in_flight(
    database: Database, ledger: Ledger
) -> None:
    """What was begun is sent, not doubted: a pause makes no copy."""
    issue_id, _ = frozen(database, 3)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        first, second, _ = load_recipients(tx, lease)
    assert ledger.begin(lease, first).result(5) is Grant.GRANTED
    with database.write() as tx:
        assert pause_issue(tx, issue_id)
    settled = ledger.settle(lease, first, SENT)
    assert ledger.begin(lease, second).result(5) is Grant.LOST
    assert settled.result(5)
    with database.write() as tx:
        close_batch(tx, lease, now=SOON, retry_at=SOON)
    assert counts(database, issue_id) == {S.SENT: 1, S.PENDING: 2}
    with database.read() as tx:
        assert tx.scalar(sa.select(delivery.c.relay).where(delivery.c.state == S.SENT)) == "main"


def test_a_paused_issue_is_not_leased_and_goes_on_at_once_when_resumed(database: Database) -> None:
    issue_id, _ = frozen(database, 3, batch_size=2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        close_batch(tx, lease, now=NOW, retry_at=NOW + timedelta(hours=4))
        assert pause_issue(tx, issue_id)
        assert not pause_issue(tx, issue_id)
        assert load_open_batches(tx, now=LATE) == ()
        assert lease_batch(tx, issue_id, 1, now=LATE, until=LATE, hold=False) is None
        assert resume_issue(tx, issue_id, now=SOON)
        assert not resume_issue(tx, issue_id, now=SOON)
        assert load_open_batches(tx, now=SOON) == ((issue_id, 0), (issue_id, 1))
    assert state_of(database, issue_id) is IssueState.SENDING


@pytest.mark.parametrize("paused", [False, True])
def test_cancelling_expires_what_waits_and_leaves_what_ended(database: Database, paused: bool) -> None:
    issue_id, _ = ended(database, [S.SENT, S.FAILED, S.DEFERRED, S.PENDING, S.UNCERTAIN])
    with database.write() as tx:
        if paused:
            pause_issue(tx, issue_id)
        assert cancel_sending(tx, issue_id, now=SOON) == 2
        assert cancel_sending(tx, issue_id, now=SOON) is None
        assert close_cancelled(tx, now=LATE) == 0, "nothing is left to close"
        replies = tx.execute(sa.select(delivery.c.reply).where(delivery.c.state == S.EXPIRED)).scalars().all()
    assert replies == [CANCELLED_REPLY] * 2
    assert counts(database, issue_id) == {S.SENT: 1, S.FAILED: 1, S.EXPIRED: 2, S.UNCERTAIN: 1}
    assert state_of(database, issue_id) is IssueState.CANCELLED


@pytest.mark.parametrize("outcome", [S.SENT, S.DEFERRED])
def test_what_is_in_flight_at_a_cancellation_ends_as_what_it_came_to(
    database: Database, ledger: Ledger, outcome: DeliveryState
) -> None:
    issue_id, _ = frozen(database, 2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        first, second = load_recipients(tx, lease)
    ledger.begin(lease, first).result(5)
    with database.write() as tx:
        assert cancel_sending(tx, issue_id, now=NOW) == 1
        assert close_cancelled(tx, now=NOW) == 0, "somebody holds it"
    assert ledger.settle(lease, first, Settlement(state=outcome, ambiguous=0, reply="")).result(5)
    assert ledger.begin(lease, second).result(5) is Grant.LOST
    with database.write() as tx:
        close_batch(tx, lease, now=SOON, retry_at=SOON)
        close_cancelled(tx, now=SOON)
        assert close_cancelled(tx, now=SOON) == 0
    wanted = {S.SENT: 1, S.EXPIRED: 1} if outcome is S.SENT else {S.EXPIRED: 2}
    assert counts(database, issue_id) == wanted


def test_what_a_crash_left_of_a_cancelled_issue_is_uncertain(database: Database, ledger: Ledger) -> None:
    """It cannot be sent once more, and nobody knows whether it was: listed, never silent."""
    issue_id, _ = frozen(database, 2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        first = load_recipients(tx, lease)[0]
    ledger.begin(lease, first).result(5)
    with database.write() as tx:
        cancel_sending(tx, issue_id, now=NOW)
        assert close_cancelled(tx, now=LATE) == 1
        assert close_cancelled(tx, now=LATE) == 0
    assert counts(database, issue_id) == {S.UNCERTAIN: 1, S.EXPIRED: 1}
