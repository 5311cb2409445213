"""`nashra feeds stats`"""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.cli.app import run
from publisher.cli.feeds_stats import describe
from publisher.jobs.save_polls import PollBook
from publisher.jobs.sum_polls import FeedSum, PollSum, sum_polls
from publisher.jobs.tally_polls import Answered
from publisher.store.database import open_database
from tests.jobs.test_polls import FEEDLY


def write_house(folder: Path) -> Path:
    settings = folder / "nashra.toml"
    settings.write_text('[site]\ntitle = "الجبال"\nhome = "https://aljeebal.example"\n', encoding="utf-8")
    return settings


def test_what_was_counted_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = str(write_house(tmp_path))
    assert run(["feeds", "stats", "--settings", settings]) == 0
    assert "no poll was counted" in capsys.readouterr().err
    database = open_database(tmp_path / "var" / "nashra.db")
    book = PollBook(database, now=lambda: datetime.now(UTC), zone=ZoneInfo("Asia/Baghdad"))
    book.save([
        Answered("index.rss", 304, 0, 13_000, 100_000, FEEDLY, "192.0.2.1", 9_999),
        Answered("lang/ar.json", 200, 13_000, 13_000, 100_000, "newsboat/2", "192.0.2.2"),
    ])  # fmt: skip
    database.close()
    assert run(["feeds", "stats", "--settings", settings]) == 0
    told = capsys.readouterr().out
    for line in (
        "readers               462  at services, as these say",
        "                        1  programs a day that poll themselves",
        "polls              10,000  100.0 % answered 304",
        "not sent         130.0 MB  by 304",
        "Feedly   index.rss          462",
    ):
        assert line in told
    assert run(["feeds", "stats", "--settings", settings, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["subscribers"] == 462
    assert document["feeds"][0]["feed"] == "index.rss"
    assert "192.0.2" not in told + json.dumps(document)


def test_an_access_log_is_told_in_the_same_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings, log = str(write_house(tmp_path)), tmp_path / "access.log"
    log.write_text(
        f'192.0.2.1 - - [27/Nov/2026:11:00:00 +0300] "GET /feeds/index.rss HTTP/1.1" 304 0 "-" "{FEEDLY}"\n'
    )
    assert run(["feeds", "stats", "--settings", settings, "--log", str(log)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("2026-11-27 to 2026-11-27\n")
    assert "462" in told
    assert run(["feeds", "stats", "--settings", settings, "--log", str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_long_tables_are_cut_and_say_so() -> None:
    feeds = tuple(
        FeedSum(
            feed=f"{n}.rss", polls=0, not_modified=0, sent_bytes=0, saved_bytes=0, subscribers=0, readers=0
        )
        for n in range(25)
    )
    found = PollSum(
        first_day="a", last_day="b", polls=0, not_modified=0, sent_bytes=5 * 10**13, saved_by_304=999,
        saved_by_coding=0, subscribers=0, readers_a_day=0, feeds=feeds, services=(), worst=(),
    )  # fmt: skip
    lines = list(describe(found))
    assert lines[-1] == "and 5 more"
    assert any("50.0 TB" in line for line in lines)
    assert any("999 B" in line for line in lines)
    assert sum_polls({}) is None
