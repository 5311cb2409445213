"""Freezing hands every batch to the engine, once."""

from pathlib import Path

from publisher.jobs.freeze import freeze
from publisher.model.issue import IssueState
from publisher.model.work import Work, WorkKind
from tests.jobs.issues import composed, issue_of, subscribe
from tests.jobs.rooms import Scene, open_scene


def test_each_batch_becomes_a_work(tmp_path: Path) -> None:
    with open_scene(tmp_path, batch_size=2) as scene:
        subscribe(scene, 5)
        issue_id = composed(scene)
        scene.taken()
        assert freeze(scene.room, issue_id) == 5
        assert scene.taken() == [Work(WorkKind.SEND, f"{issue_id}:{ordinal}") for ordinal in range(3)]
        assert freeze(scene.room, issue_id) is None
        assert scene.taken() == []


def test_issue_without_readers_is_sent_and_counted(scene: Scene) -> None:
    issue_id = composed(scene)
    assert freeze(scene.room, issue_id) == 0
    assert issue_of(scene, issue_id).state is IssueState.SENT


def test_unknown_issue_is_no_error(scene: Scene) -> None:
    """A stale work is harmless."""
    assert freeze(scene.room, 99) is None
