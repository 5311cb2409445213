"""`nashra demo`: the main job once, as a person starts it and as a script reads it."""

import io
import json
import socket
from contextlib import redirect_stderr, redirect_stdout
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from publisher.cli.app import run
from publisher.cli.demo import _say_summary
from publisher.demo.summary import Summary
from publisher.wiring.folder import DataFolder
from tests.cli.conftest import Desk, Ended


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def demo(folder: Path, *more: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["demo", "--once", "--dir", str(folder), "--port", str(free_port()), *more])
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def once(folder: Path) -> Ended:
    """The first start, to its end."""
    return demo(folder, "--json")


def mails(folder: Path) -> list[str]:
    return sorted(str(file) for file in (folder / "mailbox").glob("*.eml"))


def test_it_does_the_whole_job_and_tells_it_in_one_json_document(once: Ended, folder: Path) -> None:
    assert once.code == 0, once.err
    summary = json.loads(once.out)
    assert {article["lang"] for article in summary["articles"]} == {"ar", "en", "ckb"}
    assert summary["quarantined"] == []
    assert {feed["format"] for feed in summary["feeds"]} == {"rss", "atom", "json"}
    assert all(Path(feed["path"]).is_file() for feed in summary["feeds"])
    assert (summary["issue"]["newsletter"], summary["issue"]["number"]) == ("daily", 1)
    assert summary["deliveries"] == {"sent": 3}
    assert sorted(summary["eml"]) == mails(folder)
    found = [
        message_from_bytes(Path(file).read_bytes(), policy=default)["Subject"] for file in summary["eml"]
    ]
    assert summary["issue"]["subject"] in found
    assert "pages http://127.0.0.1:" in once.err


def test_elsewhere_than_on_a_terminal_each_change_is_one_line(once: Ended) -> None:
    lines = [line for line in once.err.splitlines() if line.startswith("daily: ")]
    assert lines
    assert len(set(lines)) == len(lines)


def test_a_second_start_continues_and_sends_nothing_twice(
    once: Ended, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal: a table that keeps itself up to date instead of lines."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    before = mails(folder)
    again = demo(folder)
    assert (again.code, again.out) == (0, "")
    assert "newsletter" in again.err
    assert "issue 1 of daily: 3 sent; mails in" in again.err
    assert mails(folder) == before


@pytest.mark.parametrize("terminal", [False, True])
def test_what_is_held_back_is_told_once_with_its_document_and_reason(
    once: Ended, folder: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    assert "held back" not in once.err
    if terminal:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "200")
    broken = folder / "articles" / "broken.md"
    broken.write_text("---\ntitle: بلا تاريخ\n---\n\nنص\n", "utf-8")
    try:
        told = demo(folder).err
    finally:
        broken.unlink()
    assert told.count("held back: ") == 1
    assert "held back: demo/broken.md: The article has no date. Add a line" in told, told


def test_a_second_one_on_the_same_folder_is_refused(desk: Desk, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "held", lock=True):
        ended = desk.call("demo", "--once", "--dir", tmp_path / "held", "--port", free_port())
    assert (ended.code, ended.out) == (1, "")
    assert "Another Nashra" in ended.err
    assert list((tmp_path / "held").iterdir()) == [tmp_path / "held" / "nashra.lock"]


def test_ended_before_the_first_issue_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = Summary(articles=(), quarantined=(), feeds=(), issue=None, deliveries={}, eml=())
    _say_summary(nothing, Path("x"))
    assert capsys.readouterr().err == "no issue went out yet\n"


@pytest.mark.parametrize("port", ["99999", "x"])
def test_a_port_that_is_none_ends_with_2(desk: Desk, tmp_path: Path, port: str) -> None:
    ended = desk.call("demo", "--once", "--dir", tmp_path / "new", "--port", port)
    assert (ended.code, ended.out) == (2, "")
    assert "next:" in ended.err
