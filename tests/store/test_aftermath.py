"""After the send: who did not get it, and a person's choices."""

from datetime import timedelta

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store.aftermath import LEFT, leave_uncertain, load_fates, reopen_failed, reopen_uncertain
from publisher.store.audience import erase_subscriber
from publisher.store.database import Database
from publisher.store.deliveries import close_batch, load_open_batches, load_recipients
from publisher.store.schema import delivery
from tests.store.rows import NOW
from tests.store.sending import counts, ended, leased, put, state_of

S = DeliveryState
LATER = NOW + timedelta(hours=2)


def test_everyone_but_those_whom_the_relay_took_it_for_is_listed(database: Database) -> None:
    issue_id, ids = ended(database, [S.SENT, S.FAILED, S.DEFERRED, S.PENDING, S.UNCERTAIN])
    with database.write() as tx:
        erase_subscriber(tx, ids[4])
        missed = list(
            load_fates(tx, issue_id, [state for state in DeliveryState if state is not DeliveryState.SENT])
        )
    assert [(item.address, item.state, item.attempt, item.relay, item.reply) for item in missed] == [
        ("reader1@reader.example", S.FAILED, 1, "main", "said of failed"),
        ("reader2@reader.example", S.DEFERRED, 1, "main", "said of deferred"),
        ("reader3@reader.example", S.PENDING, 0, None, None),
        (None, S.UNCERTAIN, 1, None, "0 no answer"),
    ]


def test_failed_ones_wait_again_and_the_issue_is_open_again(database: Database) -> None:
    issue_id, _ = ended(database, [S.SENT, S.FAILED, S.FAILED, S.UNCERTAIN])
    assert state_of(database, issue_id) is IssueState.SENT
    with database.write() as tx:
        assert reopen_failed(tx, issue_id, now=LATER) == 2
        assert load_open_batches(tx, now=LATER) == ((issue_id, 0),)
        assert reopen_failed(tx, issue_id, now=LATER) == 0
    assert state_of(database, issue_id) is IssueState.SENDING
    assert counts(database, issue_id) == {S.SENT: 1, S.PENDING: 2, S.UNCERTAIN: 1}


def test_where_nothing_failed_nothing_is_opened(database: Database) -> None:
    issue_id, _ = ended(database, [S.SENT])
    with database.write() as tx:
        assert reopen_failed(tx, issue_id, now=LATER) == 0
    assert state_of(database, issue_id) is IssueState.SENT


def test_an_uncertain_one_gets_one_more_copy_and_no_other_by_itself(database: Database) -> None:
    """A further doubt is the second again, so it is final; a crash as well."""
    issue_id, (reader,) = ended(database, [S.UNCERTAIN])
    with database.write() as tx:
        assert reopen_uncertain(tx, issue_id, now=NOW) == 1
        lease = leased(tx, issue_id)
        (recipient,) = load_recipients(tx, lease)
        assert recipient.ambiguous == 1
        put(tx, reader, S.SENDING)
        close_batch(tx, lease, now=NOW, retry_at=NOW)
        lease = leased(tx, issue_id)  # after a crash: what is at `sending` is settled when leased again
        assert load_recipients(tx, lease) == ()
        row = tx.execute(sa.select(delivery)).one()
    assert (row.state, row.ambiguous) == (S.UNCERTAIN, 2)


def test_leaving_it_is_noted_once_and_the_reply_is_kept(database: Database) -> None:
    issue_id, _ = ended(database, [S.UNCERTAIN, S.UNCERTAIN, S.FAILED])
    with database.write() as tx:
        assert leave_uncertain(tx, issue_id) == 2
        assert leave_uncertain(tx, issue_id) == 0
        replies = {
            row.reply for row in tx.execute(sa.select(delivery).where(delivery.c.state == S.UNCERTAIN))
        }
    assert replies == {f"0 no answer; {LEFT}"}
    assert state_of(database, issue_id) is IssueState.SENT
