"""The tick: each slot is opened exactly once, whoever asks and however often."""

from datetime import timedelta
from pathlib import Path

from publisher.jobs.open_slots import next_due_at, open_due_slots
from publisher.model.issue import IssueState
from publisher.model.schedule import CatchUp
from publisher.model.work import WorkKind
from publisher.store.issues import load_issues
from tests.jobs.rooms import START, Scene, daily, open_scene


def slots(scene: Scene) -> list[tuple[str, IssueState]]:
    with scene.room.database.read() as tx:
        return [(issue.slot, issue.state) for issue in load_issues(tx)]


def test_a_slot_is_opened_when_it_comes_and_only_once(scene: Scene) -> None:
    assert open_due_slots(scene.room) == ()
    scene.time.pass_(hours=1)
    (issue,) = open_due_slots(scene.room)
    assert open_due_slots(scene.room) == ()
    assert slots(scene) == [("2025-11-01T18:00", IssueState.DUE)]
    assert [(work.kind, work.key) for work in scene.taken()] == [(WorkKind.COMPOSE, str(issue))]


def test_next_due_is_the_nearest_of_all_newsletters(scene: Scene) -> None:
    assert next_due_at(scene.room) == START + timedelta(hours=1)


def test_without_newsletters_nothing_is_ever_due(tmp_path: Path) -> None:
    with open_scene(tmp_path) as scene:
        room = scene.room
        empty = type(room)(**{**{name: getattr(room, name) for name in room.__slots__}, "newsletters": ()})
        assert next_due_at(empty) is None
        assert open_due_slots(empty) == ()


def test_after_a_long_stop_the_latest_slot_is_issued_and_the_others_say_why_not(scene: Scene) -> None:
    scene.time.pass_(days=3, hours=2)
    assert len(open_due_slots(scene.room)) == 1
    assert [state for _, state in slots(scene)][-1] is IssueState.DUE
    with scene.room.database.read() as tx:
        skipped = load_issues(tx, states=(IssueState.SKIPPED,))
    assert skipped
    for issue in skipped:
        assert issue.reason is not None
        assert scene.room.words["ar"].say_reason(issue.reason)


def test_newsletter_that_catches_up_on_nothing_skips_what_it_missed(tmp_path: Path) -> None:
    with open_scene(tmp_path, newsletters=(daily(catch_up=CatchUp.NONE),)) as scene:
        scene.time.pass_(days=1, hours=3)
        assert open_due_slots(scene.room) == ()
