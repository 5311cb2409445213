"""Programs run beside the tests: they come up, end whole, and end by themselves."""

import sys
import time
from pathlib import Path

import pytest

from tests.lab import daemon
from tests.lab.daemon import DaemonError, free_port, running

LISTENER = """
import socket, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("up", flush=True)
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""


def test_a_program_ends_with_its_children(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with running((sys.executable, "-c", LISTENER, str(port)), port=port, log=log) as group:
        assert log.read_text() == "up\n"
        assert daemon._is_alive(group)
    assert not daemon._is_alive(group)


def test_a_program_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    words = (sys.executable, "-c", "raise SystemExit('no licence')")
    with (
        pytest.raises(DaemonError, match="no licence"),
        running(words, port=free_port(), log=tmp_path / "log"),
    ):
        raise AssertionError("it is not up")


def test_a_program_nobody_ends_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "LIFETIME_SECONDS", 1)
    port = free_port()
    with running((sys.executable, "-c", LISTENER, str(port)), port=port, log=tmp_path / "log") as group:
        deadline = time.monotonic() + 10
        while daemon._is_alive(group) and time.monotonic() < deadline:
            pass
        assert not daemon._is_alive(group)
