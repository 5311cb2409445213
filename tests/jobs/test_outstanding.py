"""The sweep finds everything that is to be done, from rows alone."""

from pathlib import Path

import pytest

from publisher.jobs.freeze import freeze
from publisher.jobs.ingest import ingest
from publisher.jobs.open_slots import open_due_slots
from publisher.jobs.outstanding import recover, submit_outstanding
from publisher.jobs.perform import perform
from publisher.mail.mailbox import Mailbox
from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.model.work import WorkKind
from publisher.store.deliveries import lease_batch
from tests.jobs.issues import composed, counts, issue_of, subscribe
from tests.jobs.rooms import Scene, open_scene
from tests.jobs.test_send_notice import ask


def kinds(scene: Scene) -> list[WorkKind]:
    """What the sweep submits, whatever was submitted before."""
    scene.taken()
    submit_outstanding(scene.room)
    return [work.kind for work in scene.taken()]


def test_each_stage_of_an_issue_is_found_again(scene: Scene) -> None:
    """Every hand-over could have been lost with a process."""
    assert kinds(scene) == []
    subscribe(scene, 1)
    issue_id = composed(scene)
    assert kinds(scene) == [WorkKind.FREEZE]
    freeze(scene.room, issue_id)
    assert kinds(scene) == [WorkKind.SEND]
    scene.time.pass_(days=1)
    open_due_slots(scene.room)
    assert kinds(scene) == [WorkKind.COMPOSE, WorkKind.SEND]


def test_waiting_notice_is_found(scene: Scene) -> None:
    ask(scene)
    assert kinds(scene) == [WorkKind.NOTICE]


def test_after_a_start_under_the_lock_nobodys_lease_counts(scene: Scene) -> None:
    subscribe(scene, 1)
    issue_id = composed(scene)
    freeze(scene.room, issue_id)
    with scene.room.database.write() as tx:
        assert lease_batch(
            tx, issue_id, 0, now=scene.time.now, until=scene.time.now + scene.room.lease, hold=False
        )
    assert kinds(scene) == []
    recover(scene.room)
    assert kinds(scene) == [WorkKind.SEND]


@pytest.mark.anyio
async def test_works_lead_from_a_slot_to_the_mailbox(tmp_path: Path, mailbox: Mailbox) -> None:
    """The sweep alone, without any other signal, brings an issue out."""
    with open_scene(tmp_path, port=mailbox.port) as scene:
        subscribe(scene, 2)
        scene.write("a")
        ingest(scene.room)
        scene.time.pass_(hours=1)
        (issue_id,) = open_due_slots(scene.room)
        for _ in range(4):
            scene.taken()
            submit_outstanding(scene.room)
            for work in scene.taken():
                await perform(scene.room, work)
        assert issue_of(scene, issue_id).state is IssueState.SENT
        assert counts(scene, issue_id) == {DeliveryState.SENT: 2}
        assert mailbox.count() == 2
        await scene.room.relay.close()
