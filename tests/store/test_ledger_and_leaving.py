"""A reader who leaves while her delivery is being begun: whichever the database puts first, the other sees it."""

import threading
from datetime import timedelta
from typing import cast

import pytest

from publisher.store.database import Database
from publisher.store.deliveries import freeze_issue, lease_batch, load_recipients
from publisher.store.ledger import Grant, Ledger
from publisher.store.ledger_page import LedgerPage, PageRefusedError
from publisher.store.subscriptions import end_subscriptions
from tests.store.hesitating import Hesitating
from tests.store.rows import NOW, approved_issue, newsletter, readers


def _refuse(_page: LedgerPage, _changes: object) -> None:
    raise PageRefusedError


def test_leaving_is_not_acknowledged_while_a_mail_is_being_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else her "you are unsubscribed" comes first and the mail is begun afterwards (DESIGN, promise of delivery).
    In a transaction of several statements, that is: a page is one, and nothing can come between.
    """
    monkeypatch.setattr(LedgerPage, "write", _refuse)
    with database.write() as tx:
        daily = newsletter(tx)
        (reader,) = readers(tx, daily, 1)
        issue_id = approved_issue(tx, daily)
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW)
        lease = lease_batch(tx, issue_id, 0, now=NOW, until=NOW + timedelta(minutes=1), hold=False)
        assert lease is not None
        (recipient,) = load_recipients(tx, lease)
    slow = Hesitating(database)
    ledger = Ledger(cast("Database", slow), lambda: NOW)

    def leave() -> None:
        with database.write() as tx:
            end_subscriptions(tx, reader, None, NOW)

    leaver = threading.Thread(target=leave)
    try:
        begun = ledger.begin(lease, recipient)
        assert slow.written.wait(10)
        leaver.start()
        leaver.join(0.5)
        is_acknowledged_first = not leaver.is_alive()
    finally:
        slow.may_commit.set()
        leaver.join(30)
        grant = begun.result(30)
        ledger.close()
    assert not (is_acknowledged_first and grant is Grant.GRANTED)
