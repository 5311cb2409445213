"""`nashra issue deliveries`: what became of each reader's copy."""

import json
from pathlib import Path

import pytest

from publisher.cli.app import run
from publisher.model.delivery import DeliveryState
from tests.cli.frozen_issue import send, write_settings

S = DeliveryState


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return write_settings(tmp_path)


def deliveries(settings: Path, *arguments: object) -> int:
    return run(["issue", "deliveries", *map(str, arguments), "--settings", str(settings)])


def test_every_reader_has_a_line_and_no_address_stands_in_it(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = send(settings, [S.SENT, S.FAILED, S.PENDING])
    assert deliveries(settings, number) == 0
    told = capsys.readouterr().out
    assert [line.split()[2] for line in told.splitlines()] == ["sent", "failed", "pending"]
    assert "@" not in told


def test_states_and_a_limit_choose_among_them(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = send(settings, [S.FAILED, S.SENT, S.FAILED, S.UNCERTAIN])
    assert deliveries(settings, number, "--state", "failed", "--state", "uncertain") == 0
    told = capsys.readouterr().out
    assert [line.split()[2] for line in told.splitlines()] == ["failed", "failed", "uncertain"]
    assert deliveries(settings, number, "--state", "failed", "--limit", 1) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert deliveries(settings, number, "--state", "expired") == 0
    assert "no delivery is in that state" in capsys.readouterr().err


def test_a_script_reads_one_object_a_line(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = send(settings, [S.SENT, S.FAILED])
    assert deliveries(settings, number, "--json") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first.keys() == {"subscriber", "state", "attempt", "at", "relay", "reply"}
    assert (first["state"], second["state"], second["attempt"]) == ("sent", "failed", 1)


def test_an_issue_that_is_not_there_ends_with_2(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert deliveries(settings, 99) == 2
    assert "next:" in capsys.readouterr().err
