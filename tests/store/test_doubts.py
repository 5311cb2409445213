"""A delivery that came as far as the dot and waits again never ends as if it had not been sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.store.database import Database
from publisher.store.deliveries import expire_deliveries, lease_batch, load_recipients
from publisher.store.holding import CANCELLED_REPLY, cancel_sending, close_cancelled
from publisher.store.ledger import Grant, Ledger
from publisher.store.schema import delivery, suppression
from publisher.store.subscriptions import end_subscriptions
from tests.store.rows import NOW
from tests.store.sending import counts, frozen, leased

S = DeliveryState
LATE = NOW + timedelta(minutes=2)
"""After the lease of a minute has ended."""
UNKNOWN = "nobody knows whether it arrived; then "


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    ledger = Ledger(database, lambda: NOW)
    yield ledger
    ledger.close()


def crashed(database: Database, ledger: Ledger) -> int:
    """An issue of two readers whose sender died at the first one's dot."""
    issue_id, _ = frozen(database, 2)
    with database.write() as tx:
        lease = leased(tx, issue_id)
        first = load_recipients(tx, lease)[0]
    assert ledger.begin(lease, first).result(5) is Grant.GRANTED
    return issue_id


def replies(database: Database) -> dict[str, str | None]:
    """By state; of the tests' two deliveries each comes to another."""
    with database.read() as tx:
        return {row.state: row.reply for row in tx.execute(sa.select(delivery))}


def test_after_the_issues_time_a_doubt_is_uncertain_and_the_rest_expires(
    database: Database, ledger: Ledger
) -> None:
    issue_id = crashed(database, ledger)
    with database.write() as tx:
        again = lease_batch(tx, issue_id, 0, now=LATE, until=LATE + timedelta(minutes=1), hold=False)
        assert again is not None
        assert expire_deliveries(tx, again, now=LATE) == 2
    assert counts(database, issue_id) == {S.UNCERTAIN: 1, S.EXPIRED: 1}
    assert replies(database) == {S.UNCERTAIN: f"{UNKNOWN}the issue's time was over", S.EXPIRED: None}


@pytest.mark.parametrize("swept", [True, False], ids=["waiting again", "still at sending"])
def test_of_a_cancelled_issue_a_doubt_is_uncertain_and_is_not_counted_as_unsent(
    database: Database, ledger: Ledger, swept: bool
) -> None:
    issue_id = crashed(database, ledger)
    with database.write() as tx:
        if swept:
            assert lease_batch(tx, issue_id, 0, now=LATE, until=LATE, hold=False) is not None
        assert cancel_sending(tx, issue_id, now=LATE) == 1
        close_cancelled(tx, now=LATE + timedelta(minutes=1))
    assert counts(database, issue_id) == {S.UNCERTAIN: 1, S.EXPIRED: 1}
    wanted = {S.UNCERTAIN: f"{UNKNOWN}the issue was cancelled", S.EXPIRED: CANCELLED_REPLY}
    assert replies(database) == wanted


@pytest.mark.parametrize("how", ["left", "suppressed"])
def test_reader_in_doubt_who_left_meanwhile_is_uncertain_and_gets_no_copy(
    database: Database, ledger: Ledger, how: str
) -> None:
    issue_id = crashed(database, ledger)
    with database.write() as tx:
        again = lease_batch(tx, issue_id, 0, now=LATE, until=LATE + timedelta(minutes=1), hold=False)
        assert again is not None
        doubted, other = load_recipients(tx, again)
        tx.execute(sa.update(delivery).where(delivery.c.ambiguous > 0).values(reply="0 no answer"))
        for n, recipient in enumerate((doubted, other)):
            if how == "left":
                end_subscriptions(tx, recipient.subscriber, None, NOW)
            else:
                gone = {"address_hash": f"hash of reader{n}@reader.example", "reason": "x", "at": 0}
                tx.execute(sa.insert(suppression).values(**gone))
    assert ledger.begin(again, doubted).result(5) is Grant.SUPPRESSED
    assert ledger.begin(again, other).result(5) is Grant.SUPPRESSED
    assert counts(database, issue_id) == {S.UNCERTAIN: 1, S.SUPPRESSED: 1}
    said = f"0 no answer; {UNKNOWN}the reader had left or may not be mailed"
    assert replies(database) == {S.UNCERTAIN: said, S.SUPPRESSED: None}


@pytest.mark.parametrize("state", [S.EXPIRED, S.SUPPRESSED])
def test_the_database_itself_refuses_to_call_a_doubt_unsent(
    database: Database, ledger: Ledger, state: DeliveryState
) -> None:
    issue_id = crashed(database, ledger)
    with database.write() as tx:
        assert lease_batch(tx, issue_id, 0, now=LATE, until=LATE, hold=False) is not None
    with pytest.raises(sa.exc.IntegrityError), database.write() as tx:
        tx.execute(sa.update(delivery).where(delivery.c.ambiguous > 0).values(state=state))
    assert counts(database, issue_id) == {S.PENDING: 2}
