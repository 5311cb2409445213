"""While an issue waits, corrections reach it; once its time is over, its articles go to the next one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.jobs.compose import approve_issue, compose_issue
from publisher.jobs.correct import correct
from publisher.jobs.freeze import freeze
from publisher.jobs.ingest import ingest
from publisher.jobs.open_slots import open_due_slots
from publisher.jobs.outstanding import submit_outstanding
from publisher.jobs.recompose import keep_up, recompose_changed
from publisher.model.issue import IssueState
from publisher.model.reason import reason
from publisher.model.work import Work, WorkKind
from publisher.store.articles import load_articles
from publisher.store.issues import load_choices, load_renditions
from publisher.store.withdrawals import withdraw_article
from tests.jobs.issues import composed, issue_of, subscribe
from tests.jobs.rooms import Scene, daily, open_scene


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[Scene, int]]:
    """A draft with one article that waits for a person."""
    with open_scene(tmp_path, newsletters=(daily(approve=True),)) as scene:
        yield scene, composed(scene, title="Alpha")


def text(scene: Scene, issue_id: int) -> str:
    with scene.room.database.read() as tx:
        return " ".join(item.subject + item.html + item.text for item in load_renditions(tx, issue_id))


def withdraw(scene: Scene, title: str) -> None:
    with scene.room.database.write() as tx:
        (found,) = (item.id for item in load_articles(tx) if item.parsed.title == title)
        assert withdraw_article(tx, found, now=scene.time.now)


def test_a_correction_reaches_the_waiting_draft(waiting: tuple[Scene, int]) -> None:
    scene, issue_id = waiting
    scene.write("alpha", title="Alpha, corrected")
    ingest(scene.room)
    scene.taken()
    submit_outstanding(scene.room)
    assert Work(WorkKind.COMPOSE, str(issue_id)) in scene.taken()
    keep_up(scene.room, issue_id)
    assert issue_of(scene, issue_id).state is IssueState.DRAFT
    assert "Alpha, corrected" in text(scene, issue_id)
    submit_outstanding(scene.room)
    assert scene.taken() == [], "nothing is left to do until somebody approves"


def test_a_correction_told_by_command_stands_dated_in_the_waiting_draft(waiting: tuple[Scene, int]) -> None:
    """It revises no word of the article, and is told in both parts of every rendition, once."""
    scene, issue_id = waiting
    scene.taken()
    correct(scene.room, "desk/alpha.md", note="It was 40, not 400.")
    submit_outstanding(scene.room)
    assert Work(WorkKind.COMPOSE, str(issue_id)) in scene.taken()
    keep_up(scene.room, issue_id)
    told = "Correction, Saturday 1 November 2025: It was 40, not 400."
    with scene.room.database.read() as tx:
        parts = [part for item in load_renditions(tx, issue_id) for part in (item.html, item.text)]
    assert [part.count(told) for part in parts] == [1] * (2 * len(scene.room.site.languages))
    submit_outstanding(scene.room)
    assert scene.taken() == [], "nothing is left to do until somebody approves"


def test_a_correction_between_approval_and_freezing_is_mailed(waiting: tuple[Scene, int]) -> None:
    scene, issue_id = waiting
    subscribe(scene, 1)
    assert approve_issue(scene.room, issue_id)
    scene.write("alpha", title="Alpha, corrected")
    ingest(scene.room)
    assert freeze(scene.room, issue_id) == 1
    assert "Alpha, corrected" in text(scene, issue_id)


def test_what_was_frozen_stays_as_it_was(waiting: tuple[Scene, int]) -> None:
    scene, issue_id = waiting
    subscribe(scene, 1)
    approve_issue(scene.room, issue_id)
    freeze(scene.room, issue_id)
    scene.write("alpha", title="Alpha, corrected")
    ingest(scene.room)
    recompose_changed(scene.room, issue_id)
    assert "corrected" not in text(scene, issue_id)


def test_a_withdrawn_story_leaves_the_draft(tmp_path: Path) -> None:
    with open_scene(tmp_path, newsletters=(daily(approve=True),)) as scene:
        scene.write("b", title="Beta")
        issue_id = composed(scene, title="Alpha")
        withdraw(scene, "Alpha")
        keep_up(scene.room, issue_id)
        assert "Alpha" not in text(scene, issue_id)
        assert "Beta" in text(scene, issue_id)
        with scene.room.database.read() as tx:
            reasons = {why.key for _, included, why in load_choices(tx, issue_id) if not included}
        assert reasons == {"selection.withdrawn"}


def test_an_issue_with_nothing_left_is_cancelled(waiting: tuple[Scene, int]) -> None:
    scene, issue_id = waiting
    withdraw(scene, "Alpha")
    keep_up(scene.room, issue_id)
    found = issue_of(scene, issue_id)
    assert (found.state, found.reason) == (IssueState.CANCELLED, reason("issue.nothing_left"))


def test_a_draft_nobody_approved_in_time_gives_its_articles_to_the_next_issue(
    waiting: tuple[Scene, int],
) -> None:
    scene, issue_id = waiting
    scene.time.pass_(hours=25)
    assert not approve_issue(scene.room, issue_id), "too late: it would only expire"
    keep_up(scene.room, issue_id)
    found = issue_of(scene, issue_id)
    assert (found.state, found.reason) == (IssueState.CANCELLED, reason("issue.too_late"))
    (following,) = open_due_slots(scene.room)
    compose_issue(scene.room, following)
    assert "Alpha" in text(scene, following)


def test_an_approved_issue_that_was_never_frozen_in_time_is_cancelled(waiting: tuple[Scene, int]) -> None:
    scene, issue_id = waiting
    subscribe(scene, 1)
    approve_issue(scene.room, issue_id)
    scene.time.pass_(hours=25)
    assert freeze(scene.room, issue_id) is None
    assert issue_of(scene, issue_id).state is IssueState.CANCELLED
