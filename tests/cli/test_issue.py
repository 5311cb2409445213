"""`nashra issue` as an editor uses it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from publisher.cli.house import opened
from publisher.jobs.compose import compose_issue
from publisher.jobs.freeze import freeze
from publisher.jobs.newsroom import Newsroom
from publisher.model.issue import IssueState
from publisher.model.reason import reason
from publisher.store.issues import load_issue, open_slot
from publisher.text.words import load_words
from tests.cli.conftest import SETTINGS, Desk
from tests.store.rows import readers

ARABIC = load_words("ar")


@contextmanager
def room() -> Iterator[Newsroom]:
    with opened(SETTINGS) as house:
        yield house.room


def due(slot: str = "2026-11-22T18:00") -> int:
    """A slot that has come due."""
    with room() as found, found.database.write() as tx:
        now = found.now()
        issue_id = open_slot(
            tx, found.newsletter_ids["daily"], slot=slot, due_at=now, not_after=now + timedelta(days=1), skipped=None
        )  # fmt: skip
    assert issue_id is not None
    return issue_id


@pytest.fixture
def draft(desk: Desk) -> int:
    """An issue with the starter's article that waits for a person."""
    desk.set("# approve = false", "approve = true")
    issue_id = due()
    with room() as found:
        compose_issue(found, issue_id)
    return issue_id


def state(issue_id: int) -> IssueState:
    with room() as found, found.database.read() as tx:
        issue = load_issue(tx, issue_id)
    assert issue is not None
    return issue.state


def test_without_issues_it_says_when_the_first_comes(desk: Desk) -> None:
    ended = desk.call("issue", "list")
    assert (ended.code, ended.out) == (0, "")
    assert "no issue yet" in ended.err
    assert json.loads(desk.call("issue", "list", "--json").out) == []


def test_issues_are_listed_and_skipped_ones_say_why_in_the_sites_language(desk: Desk, draft: int) -> None:
    with room() as found, found.database.write() as tx:
        now = found.now()
        open_slot(
            tx, found.newsletter_ids["daily"], slot="2026-11-21T18:00", due_at=now - timedelta(days=1),
            not_after=now, skipped=reason("schedule.not_caught_up"),
        )  # fmt: skip
    lines = desk.call("issue", "list").out.splitlines()
    why = ARABIC.say("schedule.not_caught_up")
    assert lines == [
        f"    2  daily  2026-11-21T18:00  no number  skipped  {why}",
        "    1  daily  2026-11-22T18:00  no. 1  draft",
    ]
    found_json = json.loads(desk.call("issue", "list", "--newsletter", "daily", "--json").out)
    assert [(item["id"], item["state"], item["reason"]) for item in found_json] == [
        (2, "skipped", why),
        (1, "draft", None),
    ]


def test_show_tells_state_deliveries_and_why_each_article_is_in_or_out(desk: Desk, draft: int) -> None:
    with room() as found:
        with found.database.write() as tx:
            readers(tx, found.newsletter_ids["daily"], 3)
        assert desk.call("issue", "approve", draft).code == 0
        assert freeze(found, draft) == 3
    lines = desk.call("issue", "show", draft).out.splitlines()
    assert lines[0] == "daily  2026-11-22T18:00  no. 1  sending"
    assert [line.split(":")[0].strip() for line in lines[1:4]] == ["ar", "ckb", "en"]
    assert lines[4].split() == ["3", "pending"]
    assert lines[5].split()[0] == "in"
    assert lines[5].endswith(ARABIC.say("selection.first"))
    found_json = json.loads(desk.call("issue", "show", draft, "--json").out)
    assert found_json["issue"]["number"] == 1
    assert found_json["deliveries"] == {"pending": 3}
    assert found_json["subjects"].keys() == {"ar", "ckb", "en"}
    assert [item["included"] for item in found_json["articles"]] == [True]


def test_an_article_that_is_out_is_told_with_its_reason(desk: Desk, draft: int) -> None:
    article = desk.folder / "articles/welcome.md"
    desk.write("articles/welcome.md", article.read_text(encoding="utf-8") + "\nOne sentence more.\n")
    assert desk.call("ingest").out.startswith("0 new, 1 revised")
    second = due("2026-11-23T18:00")
    with room() as found:
        compose_issue(found, second)
    lines = desk.call("issue", "show", second).out.splitlines()
    assert lines[0].endswith(f"skipped  {ARABIC.say('issue.nothing_new')}")
    assert lines[-1].split()[0] == "out"
    assert lines[-1].endswith(ARABIC.say("selection.corrected", issue=1))


def test_preview_writes_the_very_text_one_file_a_language_and_kind(desk: Desk, draft: int) -> None:
    ended = desk.call("issue", "preview", draft, "to/look/at")
    names = [f"to/look/at/daily-1-{lang}.{kind}" for lang in ("ar", "ckb", "en") for kind in ("html", "txt")]
    assert (ended.code, ended.out.splitlines()) == (0, names)
    html = (desk.folder / names[0]).read_text(encoding="utf-8")
    assert 'dir="rtl"' in html
    assert "أهلاً بكم في النشرة" in html
    assert "أهلاً بكم في النشرة" in (desk.folder / names[1]).read_text(encoding="utf-8")


def test_preview_of_an_issue_without_text_is_told(desk: Desk) -> None:
    ended = desk.call("issue", "preview", due(), "x")
    assert (ended.code, ended.out) == (1, "")
    assert "issue 1 is due and has no text" in ended.err


def test_preview_into_a_place_that_cannot_be_written_is_told(desk: Desk, draft: int) -> None:
    desk.write("file", "")
    ended = desk.call("issue", "preview", draft, "file")
    assert ended.code == 1
    assert "cannot be written" in ended.err


def test_a_draft_is_approved_once(desk: Desk, draft: int) -> None:
    assert desk.call("issue", "approve", draft).err == "issue 1 is approved\n"
    assert state(draft) is IssueState.APPROVED
    ended = desk.call("issue", "approve", draft)
    assert ended.code == 1
    assert "issue 1 is approved, not a draft" in ended.err


def test_an_issue_is_cancelled_before_and_in_mid_send(desk: Desk, draft: int) -> None:
    assert desk.call("issue", "cancel", draft).err == "issue 1 is cancelled\n"
    assert state(draft) is IssueState.CANCELLED
    second = due("2026-11-23T18:00")
    with room() as found:
        compose_issue(found, second)
        with found.database.write() as tx:
            readers(tx, found.newsletter_ids["daily"], 1)
        desk.call("issue", "approve", second)
        freeze(found, second)
    ended = desk.call("issue", "cancel", second)
    assert (ended.code, ended.err) == (0, "issue 2 is cancelled; 1 readers did not get it\n")
    assert state(second) is IssueState.CANCELLED


@pytest.mark.parametrize("command", ["show", "approve", "cancel"])
@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("7", "there is no issue 7"),
        ("x", '"x"'),
        ("0", "Must be >= 1"),
        ("9" * 20, "Must be <"),
        ("", "ISSUE"),
    ],
)
def test_an_issue_that_is_none_ends_with_2_and_a_sentence(
    desk: Desk, command: str, number: str, said: str
) -> None:
    ended = desk.call("issue", command, *([number] if number else []))
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "next: nashra issue" in ended.err


def test_an_unknown_newsletter_ends_with_2(desk: Desk) -> None:
    ended = desk.call("issue", "list", "--newsletter", "dayly")
    assert ended.code == 2
    assert "--newsletter with one of: daily" in ended.err
