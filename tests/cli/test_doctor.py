"""`nashra doctor` as an operator reads it."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.cli.house import opened
from publisher.mail.mailbox import Mailbox
from publisher.wiring.intake import build_intake
from tests.cli.conftest import SETTINGS, Desk


@pytest.fixture
def away() -> Iterator[int]:
    """A port where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def listing(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


def test_what_does_not_work_is_marked_with_the_next_step_and_ends_with_1(
    desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    ended = desk.call("doctor")
    assert (ended.code, ended.err) == (1, "")
    lines = ended.out.splitlines()
    assert f"ok   data folder: {desk.folder / 'var'}" in lines
    assert "!    base_url: http://127.0.0.1:8000 opens on this machine only" in lines
    relay = next(place for place, line in enumerate(lines) if line.startswith("FAIL relay localhost"))
    assert "next: check host, port, tls" in lines[relay + 1]


def test_on_a_new_folder_it_makes_nothing(desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    desk.set('folder = "var"', 'folder = "new/data"')
    before = listing(desk.folder)
    ended = desk.call("doctor")
    assert "ok   database: none yet" in ended.out
    assert listing(desk.folder) == before


def test_it_goes_on_after_what_is_broken(desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look tells everything: an operator does not mend and run, mend and run."""
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    (desk.folder / "var/nashra.db").write_bytes(b"x" * 8192)
    (desk.folder / "articles").rename(desk.folder / "elsewhere")
    (desk.folder / "var/secret.key").chmod(0o644)
    failed = [line for line in desk.call("doctor").out.splitlines() if line.startswith("FAIL")]
    assert [line.split(":")[0].split()[1] for line in failed] == ["data", "database", "source", "relay"]


def test_warnings_of_the_settings_are_among_the_findings(
    desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    desk.set('schedule = "daily 18:00"', 'schedule = "daily 07:00"')
    assert "!    settings: newsletter daily is due at 07:00" in desk.call("doctor").out


def test_a_feed_that_vanished_is_told_until_the_settings_say_where_its_readers_go(
    desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    settings = Path("nashra.toml").read_text(encoding="utf-8")
    desk.write("nashra.toml", settings + '\n[[feed]]\nslug = "oil"\ntitle = "Oil"\n')
    desk.call("feeds", "publish")
    desk.write("nashra.toml", settings)
    desk.call("feeds", "publish")
    lines = desk.call("doctor").out.splitlines()
    (told,) = [
        place for place, line in enumerate(lines) if line.startswith("!    feed oil: left the settings")
    ]
    assert 'next: write [[moved]] with from = "oil" and to = "…"' in lines[told + 1]
    desk.write("nashra.toml", settings + '\n[[moved]]\nfrom = "oil"\nto = "index"\n')
    assert "left the settings" not in desk.call("doctor").out


def test_faulty_settings_end_with_2(desk: Desk) -> None:
    desk.write("nashra.toml", "[mail]\nprot = 25\n")
    ended = desk.call("doctor")
    assert (ended.code, ended.out) == (2, "")
    assert "$.mail.prot" in ended.err


@pytest.mark.anyio
async def test_all_is_well_with_a_relay_that_answers(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    monkeypatch.setenv("NASHRA_MAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(await mailbox.start()))
    monkeypatch.setenv("NASHRA_WEB__BASE_URL", "https://mail.news.example")
    monkeypatch.setenv("NASHRA_HOOKS__MAILGUN__SIGNING_KEY", "hunter2")
    try:
        ended = await asyncio.to_thread(desk.call, "doctor", "--json")
    finally:
        await mailbox.close()
    assert ended.code == 0
    findings = json.loads(ended.out)
    assert {item["health"] for item in findings} == {"good"}
    assert {item["subject"].split()[0] for item in findings} == {
        "clock", "data", "database", "source", "base_url", "newsletters", "feeds", "relay", "bounces",
    }  # fmt: skip
    assert mailbox.count() == 0
    assert "hunter2" not in ended.out


def test_doors_for_bounces_are_examined(desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    assert "!    bounces: they go to newsletter@news.example" in desk.call("doctor").out
    monkeypatch.setenv("NASHRA_BOUNCES__MAILDIR", "nowhere")
    monkeypatch.setenv("NASHRA_MAIL__BOUNCE_DOMAIN", "b.news.example")
    ended = desk.call("doctor")
    assert f"FAIL bounces by maildir {desk.folder / 'nowhere'}: is no Maildir" in ended.out
    assert "!    bounces:" not in ended.out


def test_a_shelf_that_nobody_reads_is_a_warning(
    desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    with opened(SETTINGS) as house:
        shelf = build_intake(house).shelf
        shelf.keep(b"spam")
        assert "unrecognised mail" not in desk.call("doctor").out
        monkeypatch.setattr("publisher.jobs.examine_returns.SHELF_MAILS", 1)
        shelf.keep(b"more spam")
    ended = desk.call("doctor")
    assert "!    unrecognised mail: 2 mails, 0 MB" in ended.out
    assert "next: nashra bounces unrecognised; delete in " in ended.out
