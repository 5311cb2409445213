"""A page of the ledger: all of it durable, or nothing of it there; whatever happens, the ledger finds another way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, Lease, Recipient
from publisher.store.database import Database, open_database, to_ms
from publisher.store.deliveries import freeze_issue, lease_batch, load_recipients
from publisher.store.ledger import Grant, Ledger, Settlement
from publisher.store.ledger_page import Change, LedgerPage, PageRefusedError
from publisher.store.migrate import migrate
from publisher.store.schema import delivery, suppression
from tests.store.rows import NOW, approved_issue, newsletter, readers

_NO_OUTCOME = (None, None, None, None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite: the one that has pages."""
    database = open_database(tmp_path / "nashra.db")
    migrate(database)
    yield database
    database.close()


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


@pytest.fixture
def page(database: Database) -> Iterator[LedgerPage]:
    """A page on that database."""
    page = LedgerPage(database.engine)
    yield page
    page.close()


def _change(lease: Lease, recipient: Recipient, came_to: tuple[object, ...] = _NO_OUTCOME) -> Change:
    which = (recipient.issue, recipient.subscriber, recipient.attempt, recipient.attempt - 1)
    return (*which, lease.issue, lease.ordinal, lease.fence, *came_to, to_ms(NOW))


def _states(database: Database) -> list[tuple[str, int]]:
    with database.read() as tx:
        query = sa.select(delivery.c.state, delivery.c.attempt).order_by(delivery.c.subscriber)
        return [(row.state, row.attempt) for row in tx.execute(query)]


def test_outcomes_and_intents_of_one_page_are_all_written(
    database: Database, page: LedgerPage, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, second, third) = held
    page.write([_change(lease, first), _change(lease, second)])
    page.write([_change(lease, first, ("sent", 0, "250 ok", "main")), _change(lease, third)])
    assert _states(database) == [("sent", 1), ("sending", 1), ("sending", 1)]
    with database.read() as tx:
        row = tx.execute(sa.select(delivery).where(delivery.c.subscriber == first.subscriber)).one()
    assert (row.reply, row.relay, row.at, row.ambiguous) == ("250 ok", "main", to_ms(NOW), 0)


def test_one_change_that_matches_nothing_undoes_the_page(
    database: Database, page: LedgerPage, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """Here an outcome of a delivery that was never begun, behind an intent that would do."""
    lease, (first, second, _) = held
    with pytest.raises(PageRefusedError):
        page.write([_change(lease, first), _change(lease, second, ("sent", 0, "250 ok", "main"))])
    assert _states(database) == [("pending", 0)] * 3
    page.write([_change(lease, first)])
    assert _states(database)[0] == ("sending", 1)


def test_state_that_no_delivery_may_take_undoes_the_page(
    database: Database, page: LedgerPage, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, *_) = held
    page.write([_change(lease, first)])
    with pytest.raises(PageRefusedError):
        page.write([_change(lease, first, ("suppressed", 0, "", None))])
    assert _states(database)[0] == ("sending", 1)


def test_page_asks_whether_the_reader_may_be_mailed_and_the_lease_holds(
    database: Database, page: LedgerPage, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    lease, (first, *_) = held
    late = replace(lease, fence=lease.fence - 1)
    with pytest.raises(PageRefusedError):
        page.write([_change(late, first)])
    with database.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO suppression (address_hash, reason, at) "
            "SELECT address_hash, 'complaint', 0 FROM subscriber WHERE id = ?",
            (first.subscriber,),
        )
        assert tx.scalar(sa.select(sa.func.count()).select_from(suppression)) == 1
    with pytest.raises(PageRefusedError):
        page.write([_change(lease, first)])
    assert _states(database)[0] == ("pending", 0)


def test_page_is_as_durable_as_every_other_transaction(page: LedgerPage) -> None:
    connection = page._open()
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_ledger_answers_each_where_a_page_is_refused(
    database: Database, held: tuple[Lease, tuple[Recipient, ...]]
) -> None:
    """One of three left meanwhile: she alone is not mailed."""
    lease, (first, second, third) = held
    with database.write() as tx:
        tx.exec_driver_sql(
            "UPDATE subscription SET status = 'unsubscribed' WHERE subscriber = ?", (second.subscriber,)
        )
    ledger = Ledger(database, lambda: NOW)
    try:
        answers = [ledger.begin(lease, recipient) for recipient in (first, second, third)]
        assert [answer.result(5) for answer in answers] == [Grant.GRANTED, Grant.SUPPRESSED, Grant.GRANTED]
        sent = Settlement(state=DeliveryState.SENT, ambiguous=0, reply="250 ok", relay="main")
        assert ledger.settle(lease, first, sent).result(5)
    finally:
        ledger.close()
    assert [state for state, _ in _states(database)] == ["sent", "suppressed", "sending"]
