"""An issue that is paused or cancelled while a delivery is being begun: whichever the database puts first, the other
sees it.
"""

import threading
from typing import cast

import pytest

from publisher.model.delivery import DeliveryState
from publisher.store.database import Database
from publisher.store.deliveries import load_recipients
from publisher.store.holding import cancel_sending, pause_issue
from publisher.store.ledger import Grant, Ledger
from publisher.store.ledger_page import LedgerPage, PageRefusedError
from tests.store.hesitating import Hesitating
from tests.store.rows import NOW
from tests.store.sending import counts, frozen, leased


def _refuse(_page: LedgerPage, _changes: object) -> None:
    raise PageRefusedError


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_holding_is_not_acknowledged_while_a_mail_is_being_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Else an operator reads "paused", and a mail is begun afterwards. In a transaction of several statements, that
    is: a page is one, and nothing can come between.
    """
    monkeypatch.setattr(LedgerPage, "write", _refuse)
    issue_id, _ = frozen(database, 2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        recipient = load_recipients(tx, lease)[0]
    slow = Hesitating(database)
    ledger = Ledger(cast("Database", slow), lambda: NOW)

    def hold() -> None:
        with database.write() as tx:
            assert pause_issue(tx, issue_id) if how == "pause" else cancel_sending(tx, issue_id, now=NOW) == 1

    holder = threading.Thread(target=hold)
    try:
        begun = ledger.begin(lease, recipient)
        assert slow.written.wait(10)
        holder.start()
        holder.join(0.5)
        is_acknowledged_first = not holder.is_alive()
    finally:
        slow.may_commit.set()
        holder.join(30)
        grant = begun.result(30)
        ledger.close()
    assert not holder.is_alive()
    assert (is_acknowledged_first, grant) == (False, Grant.GRANTED)
    left = DeliveryState.PENDING if how == "pause" else DeliveryState.EXPIRED
    assert counts(database, issue_id) == {DeliveryState.SENDING: 1, left: 1}


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_mail_is_not_begun_while_its_issue_is_being_held(database: Database, how: str) -> None:
    """The intent waits for the other's commit, and finds the issue held."""
    issue_id, _ = frozen(database, 2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        recipient = load_recipients(tx, lease)[0]
    ledger = Ledger(database, lambda: NOW)
    try:
        with database.write() as tx:
            assert pause_issue(tx, issue_id) if how == "pause" else cancel_sending(tx, issue_id, now=NOW) == 2
            begun = ledger.begin(lease, recipient)
            with pytest.raises(TimeoutError):
                begun.result(0.2)
        assert begun.result(30) is Grant.LOST
    finally:
        ledger.close()
