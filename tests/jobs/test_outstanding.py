"""The sweep finds everything that is to be done, from rows alone."""

from dataclasses import replace
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
from publisher.model.schedule_text import parse_recurrence
from publisher.model.work import WorkKind
from publisher.store.deliveries import lease_batch
from tests.jobs.issues import composed, counts, issue_of, subscribe
from tests.jobs.rooms import Scene, daily, open_scene
from tests.jobs.test_send_notice import ask
from tests.store.rows import readers


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


def test_what_is_more_urgent_is_submitted_first_as_the_settings_of_now_say(tmp_path: Path) -> None:
    """The digest is the older issue. Nothing of it is kept, so other settings hold for what is under way too."""
    digest, flash = daily(), daily(slug="flash", urgent=True, recurrence=parse_recurrence("daily 19:00"))
    with open_scene(tmp_path, newsletters=(digest, flash)) as scene:
        for slug in ("daily", "flash"):
            with scene.room.database.write() as tx:
                readers(tx, scene.room.newsletter_ids[slug], 1, prefix=slug)
        freeze(scene.room, composed(scene))
        freeze(scene.room, composed(scene))
        scene.taken()
        ask(scene)
        assert kinds(scene) == [WorkKind.NOTICE, WorkKind.BREAKING, WorkKind.SEND]
        calm = replace(scene.room, newsletters=(digest, replace(flash, urgent=False)))
        submit_outstanding(calm)
        assert [work.kind for work in scene.taken()] == [WorkKind.NOTICE, WorkKind.SEND, WorkKind.SEND]
        gone = replace(scene.room, newsletters=(digest,))
        submit_outstanding(gone)
        assert [work.kind for work in scene.taken()] == [WorkKind.NOTICE, WorkKind.SEND, WorkKind.SEND]


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
