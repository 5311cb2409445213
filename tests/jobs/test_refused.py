"""A refusal reaches the room that decides about it, what that asks for is obeyed, and nothing of it stops a lane."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.jobs.refused import note_refused
from publisher.model.address import EmailAddress
from publisher.model.delivery import Phase, Recipient, Refused, Reply
from publisher.store.schema import feedback
from tests.jobs.issues import frozen
from tests.jobs.rooms import Scene

pytestmark = pytest.mark.anyio
SPAM = Refused(phase=Phase.DOT, reply=Reply(code=550, enhanced="5.7.1", text="spam"))


def recipient(issue: int, number: int) -> Recipient:
    address = EmailAddress(f"reader{number - 1}", "reader.example")
    return Recipient(issue=issue, subscriber=number, address=address, variant="ar", attempt=1)


async def test_five_readers_refused_because_of_us_pause_their_domain_at_once(scene: Scene) -> None:
    issue, now, domains = frozen(scene, readers=5), scene.time.now, scene.room.relay.domains
    for number in range(1, 6):
        assert domains.paused_until("reader.example", now) == now
        await note_refused(scene.room, recipient(issue, number), SPAM)
    assert domains.paused_until("reader.example", now) == now + timedelta(hours=1)


async def test_our_own_refusal_is_no_feedback(scene: Scene) -> None:
    ours = Refused(phase=Phase.RCPT, reply=Reply(code=0, enhanced="5.6.7", text="needs SMTPUTF8"))
    await note_refused(scene.room, recipient(frozen(scene), 1), ours)
    with scene.room.database.read() as tx:
        assert tx.execute(sa.select(feedback)).all() == []


async def test_a_refusal_that_cannot_be_noted_stops_nobody(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    issue = frozen(scene, readers=1)
    with scene.room.database.write() as tx:
        tx.exec_driver_sql("DROP TABLE feedback")
    await note_refused(scene.room, recipient(issue, 1), SPAM)
    assert "refusal not noted" in caplog.text
