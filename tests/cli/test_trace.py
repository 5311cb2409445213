"""`nashra trace`: everything about one reader and nothing about another."""

import json
from pathlib import Path

import pytest

from publisher.cli.app import run
from publisher.cli.house import opened
from publisher.mail.address import parse_address
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import NoticeKind
from publisher.store.audience import find_subscriber
from publisher.store.notices import insert_notice
from publisher.store.suppressions import add_suppression, hash_address
from tests.cli.frozen_issue import send, write_settings

S = DeliveryState


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = write_settings(tmp_path)
    send(file, [S.SENT, S.FAILED])
    return file


def trace(settings: Path, address: str, *more: str) -> int:
    return run(["trace", address, *more, "--settings", str(settings)])


def test_every_issue_and_mail_is_told_with_relay_and_reply(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(settings) as house, house.room.database.write() as tx:
        reader = find_subscriber(tx, parse_address("reader1@reader.example"))
        assert reader is not None
        now = house.room.now()
        insert_notice(
            tx, NoticeKind.WELCOME, reader, language="ar", newsletters=["daily"], due_at=now, now=now
        )
    assert trace(settings, "Reader1@reader.example") == 0
    head, status, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("subscriber ")
    assert status.split() == ["daily", "confirmed"]
    issue, notice = sorted(lines, key=lambda line: "notice" in line)
    assert "daily  no. 1  failed  attempt 1  main: said of failed" in issue
    assert "welcome  pending  attempt 0" in notice


def test_for_scripts(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trace(settings, "reader0@reader.example", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    (issue,) = told["issues"]
    assert (issue["state"], issue["relay"], issue["reply"]) == ("sent", "main", "said of sent")
    assert (told["suppressed"], told["mails"], told["feedback"]) == (False, [], [])


def test_an_unknown_address_is_told_apart_from_a_suppressed_one(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(settings, "nobody@reader.example") == 1
    said = capsys.readouterr().err
    assert "nothing was ever sent" in said
    assert "next: nashra" in said
    with opened(settings) as house, house.room.database.write() as tx:
        gone = hash_address(house.keys.suppression, parse_address("gone@reader.example"))
        add_suppression(tx, gone, reason="erased", now=house.room.now())
    assert trace(settings, "gone@reader.example") == 1
    assert "it is suppressed" in capsys.readouterr().err


def test_what_is_no_address_ends_with_2(settings: Path) -> None:
    assert trace(settings, "nobody") == 2
