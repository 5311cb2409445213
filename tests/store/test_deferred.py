"""Deliveries that were deferred: not taken again too soon, and counted for how soon that is."""

from datetime import timedelta

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.store.database import Database, to_ms
from publisher.store.deliveries import load_doubt_end, load_recipients, load_tries
from publisher.store.schema import delivery
from tests.store.rows import NOW
from tests.store.sending import ended, frozen, leased, put

S = DeliveryState
MINUTE = timedelta(minutes=1)


def test_only_what_was_deferred_long_enough_ago_is_taken_and_what_waits_always(database: Database) -> None:
    issue_id, ids = frozen(database, 3)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        for reader, ago in ((ids[0], 4 * MINUTE), (ids[1], 5 * MINUTE)):
            put(tx, reader, S.SENDING)
            put(tx, reader, S.DEFERRED)
            tx.execute(sa.update(delivery).filter_by(subscriber=reader).values(at=to_ms(NOW - ago)))
        due = load_recipients(tx, lease, now=NOW)
        assert [item.subscriber for item in due] == ids[1:]
        assert [item.attempt for item in due] == [2, 1]
        assert len(load_recipients(tx, lease)) == 3


def test_what_a_relay_left_in_doubt_waits_a_quarter_of_an_hour_and_holds_up_nobody(
    database: Database,
) -> None:
    issue_id, ids = frozen(database, 4)
    early, late, refused, crashed = ids
    with database.write() as tx:
        lease = leased(tx, issue_id)
        for reader, minutes in ((early, 15), (late, 14), (refused, 5)):
            put(tx, reader, S.SENDING)
            put(tx, reader, S.DEFERRED)
            at = to_ms(NOW - minutes * MINUTE)
            doubts = 0 if reader == refused else 1
            tx.execute(sa.update(delivery).filter_by(subscriber=reader).values(at=at, ambiguous=doubts))
        tx.execute(sa.update(delivery).filter_by(subscriber=crashed).values(ambiguous=1))
        due = load_recipients(tx, lease, now=NOW)
        assert [item.subscriber for item in due] == [early, refused, crashed]


def test_where_only_doubts_are_left_the_end_of_the_first_is_known(database: Database) -> None:
    issue_id, ids = frozen(database, 3)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        assert load_doubt_end(tx, lease) is None, "nothing is in doubt"
        for reader, minutes in zip(ids[:2], (9, 4), strict=True):
            put(tx, reader, S.SENDING)
            put(tx, reader, S.DEFERRED)
            at = to_ms(NOW - minutes * MINUTE)
            tx.execute(sa.update(delivery).filter_by(subscriber=reader).values(at=at, ambiguous=1))
        assert load_doubt_end(tx, lease) is None, "one waits that is not in doubt"
        put(tx, ids[2], S.SENDING)
        put(tx, ids[2], S.SENT)
        assert load_doubt_end(tx, lease) == NOW + 6 * MINUTE
        for reader in ids[:2]:
            put(tx, reader, S.SENDING)
            put(tx, reader, S.SENT)
        assert load_doubt_end(tx, lease) is None, "nothing is left"


def test_the_delivery_that_was_tried_least_counts(database: Database) -> None:
    issue_id, ids = frozen(database, 4)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        assert load_tries(tx, lease) == 1
        for reader, tries in ((ids[0], 4), (ids[1], 3)):
            for _ in range(tries):
                put(tx, reader, S.SENDING)
                put(tx, reader, S.DEFERRED)
        put(tx, ids[2], S.SENDING)
        put(tx, ids[2], S.SENT)
        assert load_tries(tx, lease) == 3


def test_where_all_ended_nothing_was_deferred(database: Database) -> None:
    issue_id, _ = ended(database, [S.SENT, S.PENDING])
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE batch SET retry_at = 0")
        assert load_tries(tx, leased(tx, issue_id)) == 1
