"""`nashra serve` as its own process, as a service manager runs it."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import httpx2
import pytest

from publisher.cli import serve as module
from publisher.mail.mailbox import Mailbox
from publisher.mail.relay_settings import RelaySettings, Tls
from tests.cli.conftest import Desk

PATIENCE = 30
"""Seconds; everything here is done long before."""


@dataclass(slots=True)
class Serving:
    """A `nashra serve` that runs; its log is read as it comes."""

    process: subprocess.Popen[str]
    seen: list[str] = field(default_factory=list)
    lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def read(self, log: TextIO) -> None:
        """Until the process closes it."""
        for line in log:
            self.lines.put(line)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line of the log that matches."""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            line = self.lines.get(timeout=left)
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"{pattern} not in {self.seen}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(10)
        while not self.lines.empty():
            self.seen.append(self.lines.get())
        return code


@contextmanager
def serving(desk: Desk, *program: str) -> Iterator[Serving]:
    """A process of its own: `nashra serve`, or a program that is it with something in its place."""
    command = [sys.executable, *(program or ("-m", "publisher", "serve"))]
    with subprocess.Popen(command, cwd=desk.folder, stderr=subprocess.PIPE, text=True) as process:
        running = Serving(process)
        assert process.stderr is not None
        reader = threading.Thread(target=running.read, args=(process.stderr,))
        reader.start()
        try:
            yield running
        finally:
            process.kill()
            reader.join()


@pytest.fixture
def away() -> Iterator[int]:
    """A port where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def served(desk: Desk, away: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A newsroom on a free port whose relay is away."""
    desk.set('bind = "127.0.0.1:8000"', 'bind = "127.0.0.1:0"')
    monkeypatch.setenv("NASHRA_MAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("NASHRA_MAIL__PORT", str(away))
    return desk


def test_it_serves_logs_refuses_a_second_one_and_ends_when_asked(served: Desk) -> None:
    """One process for all of it, as starting one takes a while."""
    with serving(served) as first:
        address = first.wait_for(r"pages (http://127\.0\.0\.1:\d+)/ ")[1]
        page = httpx2.get(f"{address}/", timeout=5)
        assert page.status_code == 200
        assert 'dir="rtl"' in page.text
        first.wait_for(r"relay 127\.0\.0\.1 port \d+ \(none\): mail waits until it answers")
        assert first.process.poll() is None, "a relay that is away ends nothing"

        second = served.call("serve")
        assert (second.code, second.out) == (1, "")
        assert f"Another Nashra (process {first.process.pid}) already runs on" in second.err
        assert "next:" in second.err

        served.write("articles/late.md", "---\ntitle: Late\ndate: 2026-11-20\nlanguage: en\n---\n\nText.\n")
        ingested = served.call("ingest")
        assert ingested.code == 0, "commands work beside it"

        assert first.end() == 0
        assert [json.loads(line)["level"] for line in first.seen]
        assert "ending: messages in hand are finished first" in "".join(first.seen)
    with serving(served) as again:
        again.wait_for("pages http")
        assert again.end(signal.SIGINT) == 0


def test_asked_to_end_it_returns_as_done(served: Desk) -> None:
    """In this process: the signal is sent once a page was answered, when its handler stands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    served.set('bind = "127.0.0.1:0"', f'bind = "{address}"')

    def ask() -> None:
        for _ in range(500):
            try:
                httpx2.get(f"http://{address}/", timeout=5)
            except httpx2.TransportError:
                time.sleep(0.02)
                continue
            os.kill(os.getpid(), signal.SIGTERM)
            return

    asking = threading.Thread(target=ask)
    asking.start()
    ended = served.call("serve")
    asking.join()
    assert (ended.code, ended.out) == (0, "")
    events = [json.loads(line)["event"] for line in ended.err.splitlines()]
    assert f"pages http://{address}/   feeds http://{address}/feeds   (Ctrl-C ends)" in events


@pytest.mark.anyio
async def test_a_relay_that_answers_is_not_worth_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    port = await mailbox.start()
    await module._look_for_relay(RelaySettings(host="127.0.0.1", port=port, tls=Tls.NONE))
    await mailbox.close()
    assert "mail waits" not in caplog.text


def test_a_port_that_is_taken_ends_with_1_and_a_sentence(served: Desk, away: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served.set('bind = "127.0.0.1:0"', f'bind = "127.0.0.1:{port}"')
        ended = served.call("serve")
    assert (ended.code, ended.out) == (1, "")
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use." in ended.err
    assert "next:" in ended.err


def test_a_folder_that_cannot_be_used_ends_with_1_and_a_sentence(served: Desk) -> None:
    served.set('folder = "var"', 'folder = "nashra.toml"')
    ended = served.call("serve")
    assert ended.code == 1
    assert "nashra.toml cannot be used: File exists" in ended.err


@pytest.mark.parametrize("is_terminal", [True, False])
def test_people_are_talked_to_and_collectors_of_logs_get_lines_of_the_log(
    is_terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    module._announce("pages here")
    assert (capsys.readouterr().err == "pages here\n") is is_terminal
    assert (caplog.messages == ["pages here"]) is not is_terminal


def test_settings_that_cannot_be_used_end_with_2(tmp_path: Path, desk: Desk) -> None:
    ended = desk.call("serve", "--settings", tmp_path / "none.toml")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no such file" in ended.err
