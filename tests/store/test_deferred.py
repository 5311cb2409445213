"""Deliveries that were deferred: not taken again too soon, and counted for how soon that is."""

from datetime import timedelta

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.store.database import Database, to_ms
from publisher.store.deliveries import load_recipients, load_tries
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
        due = load_recipients(tx, lease, deferred_before=NOW - 5 * MINUTE)
        assert [item.subscriber for item in due] == ids[1:]
        assert [item.attempt for item in due] == [2, 1]
        assert len(load_recipients(tx, lease)) == 3


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
