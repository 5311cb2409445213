"""A frozen issue and its rows in any state, for tests of what follows."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState, Lease
from publisher.model.issue import IssueState
from publisher.store.database import Database, Transaction
from publisher.store.deliveries import close_batch, count_deliveries, freeze_issue, lease_batch
from publisher.store.issues import load_issue
from publisher.store.schema import delivery
from tests.store.rows import NOW, approved_issue, newsletter, readers

S = DeliveryState


def frozen(database: Database, count: int, *, batch_size: int = 10) -> tuple[int, list[int]]:
    """An issue that is being sent to some readers: its id and theirs."""
    with database.write() as tx:
        daily = newsletter(tx)
        ids = readers(tx, daily, count)
        issue_id = approved_issue(tx, daily)
        freeze_issue(tx, issue_id, fallback="ar", batch_size=batch_size, now=NOW)
    return issue_id, ids


def leased(tx: Transaction, issue_id: int, ordinal: int = 0) -> Lease:
    """The batch, held for a minute."""
    lease = lease_batch(tx, issue_id, ordinal, now=NOW, until=NOW + timedelta(minutes=1), hold=False)
    assert lease is not None
    return lease


def ended(database: Database, states: Sequence[DeliveryState]) -> tuple[int, list[int]]:
    """An issue of one batch whose deliveries came to these states, given back."""
    issue_id, ids = frozen(database, len(states))
    with database.write() as tx:
        lease = leased(tx, issue_id)
        for reader, state in zip(ids, states, strict=True):
            for step in (S.SENDING, state):
                if state is not S.PENDING:
                    put(tx, reader, step)
        close_batch(tx, lease, now=NOW, retry_at=NOW + timedelta(hours=1))
    return issue_id, ids


def put(tx: Transaction, reader: int, state: DeliveryState) -> None:
    """Move one delivery as an attempt would."""
    values: dict[str, object] = {"state": state}
    if state is S.SENDING:
        values["attempt"] = delivery.c.attempt + 1
    elif state is S.UNCERTAIN:
        values |= {"ambiguous": 2, "reply": "0 no answer"}
    else:
        values |= {"reply": f"said of {state}", "relay": "main"}
    tx.execute(sa.update(delivery).where(delivery.c.subscriber == reader).values(**values))


def counts(database: Database, issue_id: int) -> Mapping[DeliveryState, int]:
    with database.read() as tx:
        return count_deliveries(tx, issue_id)


def state_of(database: Database, issue_id: int) -> IssueState:
    with database.read() as tx:
        found = load_issue(tx, issue_id)
    assert found is not None
    return found.state
