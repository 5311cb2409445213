"""`nashra issue` in mid-send and after it, as an operator goes through it."""

import csv
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.cli.app import run
from publisher.cli.house import opened
from publisher.model.delivery import DeliveryState
from publisher.store.deliveries import count_deliveries
from publisher.store.schema import delivery
from tests.cli.frozen_issue import send, write_settings

S = DeliveryState


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return write_settings(tmp_path)


def issue(settings: Path, *arguments: object) -> int:
    return run(["issue", *map(str, arguments), "--settings", str(settings)])


def counts(settings: Path, issue_id: int) -> dict[DeliveryState, int]:
    with opened(settings) as house, house.room.database.read() as tx:
        return dict(count_deliveries(tx, issue_id))


def test_pause_resume_and_cancel_in_mid_send(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = send(settings, [S.SENT, S.DEFERRED, S.PENDING])
    assert issue(settings, "resume", number) == 1
    assert "is sending, not paused" in capsys.readouterr().err
    assert issue(settings, "pause", number) == 0
    assert issue(settings, "pause", number) == 1
    assert issue(settings, "resume", number) == 0
    capsys.readouterr()
    assert issue(settings, "cancel", number) == 0
    assert "2 readers did not get it" in capsys.readouterr().err
    assert counts(settings, number) == {S.SENT: 1, S.EXPIRED: 2}
    assert issue(settings, "cancel", number) == 1
    assert "too late to cancel" in capsys.readouterr().err


def test_an_issue_that_is_not_there_ends_with_2(settings: Path) -> None:
    for command in (
        ["pause"],
        ["resume"],
        ["retry", "--failed"],
        ["resolve", "--uncertain", "leave"],
        ["missed"],
    ):
        assert issue(settings, command[0], 99, *command[1:]) == 2


def test_what_failed_is_tried_again_only_when_asked(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = send(settings, [S.SENT, S.FAILED, S.FAILED])
    assert issue(settings, "retry", number) == 2
    assert counts(settings, number) == {S.SENT: 1, S.FAILED: 2}
    capsys.readouterr()
    assert issue(settings, "retry", number, "--failed") == 0
    assert "2 to be tried again" in capsys.readouterr().err
    assert counts(settings, number) == {S.SENT: 1, S.PENDING: 2}
    assert issue(settings, "retry", number, "--failed") == 0
    assert "nothing failed" in capsys.readouterr().err


def test_nothing_is_tried_again_after_the_issue_s_time(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = send(settings, [S.FAILED, S.UNCERTAIN], hours_left=-1)
    assert issue(settings, "retry", number, "--failed") == 1
    assert issue(settings, "resolve", number, "--uncertain", "resend") == 1
    assert "is not sent after" in capsys.readouterr().err
    assert issue(settings, "resolve", number, "--uncertain", "leave") == 0
    assert counts(settings, number) == {S.FAILED: 1, S.UNCERTAIN: 1}


def test_a_cancelled_issue_is_not_reopened(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = send(settings, [S.FAILED, S.PENDING])
    assert issue(settings, "cancel", number) == 0
    assert issue(settings, "retry", number, "--failed") == 1
    said = capsys.readouterr().err
    assert "nothing of it is sent any more" in said
    assert "next: nashra issue list" in said


def test_uncertain_ones_are_sent_once_more_or_left(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = send(settings, [S.UNCERTAIN, S.UNCERTAIN, S.SENT])
    assert issue(settings, "resolve", number, "--uncertain", "leave") == 0
    assert "2 left" in capsys.readouterr().err
    assert issue(settings, "resolve", number, "--uncertain", "leave") == 0
    assert "decided before" in capsys.readouterr().err
    assert issue(settings, "resolve", number, "--uncertain", "resend") == 0
    assert "2 to be sent once more" in capsys.readouterr().err
    assert counts(settings, number) == {S.PENDING: 2, S.SENT: 1}
    assert issue(settings, "resolve", number, "--uncertain", "maybe") == 2


def test_who_missed_it_as_csv_safe_for_spreadsheets(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = send(settings, [S.SENT, S.FAILED, S.UNCERTAIN])
    with opened(settings) as house, house.room.database.write() as tx:
        tx.execute(sa.update(delivery).where(delivery.c.state == S.FAILED).values(reply='=HYPERLINK("x")'))
    assert issue(settings, "missed", number, "--csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [(row["address"], row["state"], row["attempt"], row["relay"], row["reply"]) for row in rows] == [
        ("reader1@reader.example", "failed", "1", "main", '\'=HYPERLINK("x")'),
        ("reader2@reader.example", "uncertain", "1", "", "0 no answer"),
    ]


def test_who_missed_it_by_cause_and_for_scripts(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = send(settings, [S.FAILED, S.FAILED, S.UNCERTAIN])
    assert issue(settings, "missed", number) == 0
    out = capsys.readouterr().out
    assert out.split("\n")[0].split(maxsplit=2) == ["2", "failed", "said of failed"]
    assert "@" not in out, "addresses are printed only where asked for"
    assert issue(settings, "missed", number, "--json") == 0
    assert [row["state"] for row in json.loads(capsys.readouterr().out)] == ["failed", "failed", "uncertain"]


def test_when_everybody_got_it_nothing_is_listed(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert issue(settings, "missed", send(settings, [S.SENT])) == 0
    assert capsys.readouterr() == ("", "everybody got it\n")
