"""An issue that cannot be made into mail (settings changed in mid-send): its batch goes back, and is closed in time."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.jobs.send_batch import send_batch
from publisher.mail.dkim import DkimSigner
from publisher.mail.mailbox import Mailbox
from publisher.model.backoff import FIRST_RETRY
from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store.schema import BatchState, batch
from tests.jobs.issues import counts, frozen, issue_of
from tests.jobs.rooms import Scene
from tests.mail.dkim_oracle import RSA

pytestmark = pytest.mark.anyio

FOREIGN = DkimSigner(domain="other.example", keys=(RSA,))
"""A key that is not of the sender's domain: what it signs would be refused everywhere, so nothing is made with it."""


def standing(scene: Scene) -> tuple[str, int]:
    """The batch's state, and in how many seconds it may be taken again."""
    with scene.room.database.read() as tx:
        row = tx.execute(sa.select(batch.c.state, batch.c.retry_at)).one()
    return row.state, row.retry_at // 1000 - int(scene.time.now.timestamp())


async def test_the_batch_goes_back_for_its_ordinary_retry_and_the_operator_is_told(
    mailing: Scene, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    issue_id = frozen(mailing, readers=3)
    await send_batch(replace(mailing.room, dkim=FOREIGN), issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.PENDING: 3}, "nobody is charged with an attempt"
    assert standing(mailing) == (BatchState.OPEN, FIRST_RETRY.total_seconds())
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message.startswith("issue cannot be made into mail")
    assert (record.__dict__["issue"], record.__dict__["newsletter"]) == (issue_id, "daily")
    assert "other.example" in record.__dict__["error"]
    mailing.time.pass_(seconds=FIRST_RETRY.total_seconds())
    await send_batch(mailing.room, issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.SENT: 3}
    assert mailbox.count() == 3


async def test_past_its_time_it_expires_and_is_closed_without_being_made(
    mailing: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    issue_id = frozen(mailing, readers=3)
    mailing.time.now = issue_of(mailing, issue_id).not_after + timedelta(seconds=1)
    await send_batch(replace(mailing.room, dkim=FOREIGN), issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.EXPIRED: 3}
    assert standing(mailing)[0] == BatchState.DONE
    assert issue_of(mailing, issue_id).state is IssueState.SENT
    assert caplog.records == []
