"""Composing: what is in an issue, why, and that no article is ever in two or in none."""

from pathlib import Path

import pytest

from publisher.digest.error import DigestError
from publisher.digest.lint import Fault, FaultKind
from publisher.jobs.compose import approve_issue, cancel_issue, compose_issue
from publisher.jobs.ingest import ingest
from publisher.jobs.open_slots import open_due_slots
from publisher.model.issue import Issue, IssueState, Patch
from publisher.model.reason import reason
from publisher.model.site import Selection
from publisher.model.work import WorkKind
from publisher.store.articles import load_articles
from publisher.store.issues import load_choices, load_issue, load_renditions
from tests.jobs.rooms import Scene, daily, open_scene


def due(scene: Scene, **span: float) -> int:
    """Let time pass until a slot comes; the id of the issue."""
    scene.time.pass_(**span)
    return open_due_slots(scene.room)[-1]


def issue(scene: Scene, issue_id: int) -> Issue:
    with scene.room.database.read() as tx:
        found = load_issue(tx, issue_id)
    assert found is not None
    return found


def carried(scene: Scene, issue_id: int) -> list[str]:
    """The titles of the issue's articles, in order."""
    with scene.room.database.read() as tx:
        titles = {article.id: article.parsed.title for article in load_articles(tx)}
        return [titles[article] for article, included, _ in load_choices(tx, issue_id) if included]


def test_due_issue_becomes_approved_with_a_rendition_for_each_language(scene: Scene) -> None:
    scene.write("a", title="Alpha")
    ingest(scene.room)
    issue_id = due(scene, hours=1)
    scene.taken()
    compose_issue(scene.room, issue_id)
    assert (issue(scene, issue_id).state, issue(scene, issue_id).number) == (IssueState.APPROVED, 1)
    assert [work.kind for work in scene.taken()] == [WorkKind.FREEZE]
    with scene.room.database.read() as tx:
        renditions = load_renditions(tx, issue_id)
    assert [item.variant for item in renditions] == ["ar", "en"]
    for item in renditions:
        assert "Alpha" in item.subject
        assert Patch.UNSUBSCRIBE_URL in item.html
        assert f"https://mail.news.example/newsletters/daily/1?lang={item.variant}" in item.text


def test_nothing_new_means_no_issue_and_says_so(scene: Scene) -> None:
    issue_id = due(scene, hours=1)
    compose_issue(scene.room, issue_id)
    found = issue(scene, issue_id)
    assert (found.state, found.number) == (IssueState.SKIPPED, None)
    assert found.reason is not None
    assert found.reason.key == "issue.nothing_new"
    assert {words.language for words in scene.room.words.values() if words.say_reason(found.reason)} == {
        "ar",
        "en",
    }


def test_every_article_is_in_exactly_one_issue_also_one_that_came_in_late(scene: Scene) -> None:
    scene.write("a", title="Alpha")
    ingest(scene.room)
    first = due(scene, hours=1)
    compose_issue(scene.room, first)
    scene.write("b", title="Beta, dated before the first issue", date="2025-11-01T15:00:00+03:00")
    ingest(scene.room)
    second = due(scene, days=1)
    compose_issue(scene.room, second)
    third = due(scene, days=1)
    compose_issue(scene.room, third)
    assert carried(scene, first) == ["Alpha"]
    assert carried(scene, second) == ["Beta, dated before the first issue"]
    assert issue(scene, third).state is IssueState.SKIPPED


def test_every_weighed_article_has_its_reason(tmp_path: Path) -> None:
    """In or out, and the reason can be said in every language."""
    newsletter = daily(selection=Selection(languages=("ar",)))
    with open_scene(tmp_path, newsletters=(newsletter,)) as scene:
        scene.write("a", title="خبر", language="ar")
        scene.write("b", title="English")
        ingest(scene.room)
        issue_id = due(scene, hours=1)
        compose_issue(scene.room, issue_id)
        with scene.room.database.read() as tx:
            choices = load_choices(tx, issue_id)
        assert [included for _, included, _ in choices] == [True, False]
        for _, _, reason in choices:
            assert all(words.say_reason(reason) for words in scene.room.words.values())


def test_issue_waits_until_the_one_before_it_is_composed(scene: Scene) -> None:
    """So no article can be in both."""
    scene.write("a")
    ingest(scene.room)
    first, second = due(scene, hours=1), due(scene, days=1)
    compose_issue(scene.room, second)
    assert issue(scene, second).state is IssueState.DUE
    compose_issue(scene.room, first)
    compose_issue(scene.room, second)
    assert issue(scene, first).state is IssueState.APPROVED
    assert issue(scene, second).state is IssueState.SKIPPED


def test_composing_twice_is_harmless(scene: Scene) -> None:
    scene.write("a")
    ingest(scene.room)
    issue_id = due(scene, hours=1)
    compose_issue(scene.room, issue_id)
    scene.taken()
    compose_issue(scene.room, issue_id)
    compose_issue(scene.room, issue_id + 100)
    assert scene.taken() == []


def test_newsletter_that_asks_for_approval_waits_for_a_person(tmp_path: Path) -> None:
    with open_scene(tmp_path, newsletters=(daily(approve=True),)) as scene:
        scene.write("a")
        ingest(scene.room)
        issue_id = due(scene, hours=1)
        scene.taken()
        compose_issue(scene.room, issue_id)
        assert issue(scene, issue_id).state is IssueState.DRAFT
        assert scene.taken() == []
        assert approve_issue(scene.room, issue_id)
        assert [work.kind for work in scene.taken()] == [WorkKind.FREEZE]
        assert not approve_issue(scene.room, issue_id)


def test_articles_of_a_cancelled_issue_come_again(scene: Scene) -> None:
    scene.write("a", title="Alpha")
    ingest(scene.room)
    first = due(scene, hours=1)
    compose_issue(scene.room, first)
    assert cancel_issue(scene.room, first)
    assert not cancel_issue(scene.room, first)
    second = due(scene, days=1)
    compose_issue(scene.room, second)
    assert carried(scene, second) == ["Alpha"]
    assert issue(scene, second).number == 2


def test_issue_of_a_newsletter_that_left_the_settings_is_skipped(tmp_path: Path) -> None:
    with open_scene(tmp_path) as scene:
        issue_id = due(scene, hours=1)
    with open_scene(tmp_path, newsletters=(daily(slug="other"),)) as scene:
        compose_issue(scene.room, issue_id)
        found = issue(scene, issue_id)
        assert found.reason is not None
        assert found.reason.key == "issue.newsletter_gone"


def test_issue_whose_time_is_over_is_not_composed_and_its_articles_come_again(scene: Scene) -> None:
    scene.write("a", title="Alpha")
    ingest(scene.room)
    issue_id = due(scene, hours=1)
    scene.time.pass_(hours=25)
    compose_issue(scene.room, issue_id)
    found = issue(scene, issue_id)
    assert found.state is IssueState.SKIPPED
    assert found.reason == reason("issue.too_late")
    later = open_due_slots(scene.room)[-1]
    compose_issue(scene.room, later)
    assert carried(scene, later) == ["Alpha"]


def test_issue_that_cannot_be_written_says_so_and_lets_the_next_one_pass(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newsletter is never silenced by one issue that fails every time."""
    scene.write("a", title="Alpha")
    ingest(scene.room)
    first = due(scene, hours=1)

    def refuse(*_: object, **__: object) -> None:
        raise DigestError(
            newsletter="daily",
            number=1,
            variant="ar",
            faults=(Fault(kind=FaultKind.DIRECTION, detail="a cell has no dir"),),
        )

    with monkeypatch.context() as patched:
        patched.setattr("publisher.jobs.compose.render_digest", refuse)
        compose_issue(scene.room, first)
    found = issue(scene, first)
    assert found.state is IssueState.SKIPPED
    assert found.reason is not None
    assert "a cell has no dir" in scene.room.words["ar"].say_reason(found.reason)
    second = due(scene, days=1)
    compose_issue(scene.room, second)
    assert carried(scene, second) == ["Alpha"]
