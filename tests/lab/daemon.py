"""Programs that run beside us for a while.

Promise: each ends when its block ends, with everything it started, and by itself after `LIFETIME_SECONDS` should we be
killed before. Only process groups that were made here are ever signalled. All listen on loopback.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

LIFETIME_SECONDS = 300
_PATIENCE_SECONDS = 60.0


class DaemonError(Exception):
    """A program that did not come up; carries what it said."""


@contextmanager
def running(words: Sequence[str], *, port: int, log: Path) -> Iterator[int]:
    """The program, once it takes connections on `port`; its process group. What it says goes to `log`."""
    bounded = ("timeout", "--kill-after=5", str(LIFETIME_SECONDS), *words)
    with log.open("ab") as said:
        process = subprocess.Popen(
            bounded, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, cwd="/"
        )
    try:
        _await_port(port, process, log)
        yield process.pid
    finally:
        _end(process)


def free_port() -> int:
    """A port of loopback nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.01)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise DaemonError(f"{process.args!r} does not listen on port {port}\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: Postfix's master leaves its children behind where it is only told to end itself."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
            if not _is_alive(process.pid):
                return


def _is_alive(group: int) -> bool:
    """Whether anybody of the group is left, for at most a second; those who end do so at their own pace. The dead that
    nobody has buried yet do not count.
    """
    for _ in range(100):
        if not any(_belongs(stat, group) for stat in Path("/proc").glob("[0-9]*/stat")):
            return False
        time.sleep(0.01)
    return True


def _belongs(stat: Path, group: int) -> bool:
    """By `/proc/PID/stat`: the name in brackets may hold anything; then state, parent, group (proc(5))."""
    try:
        state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False
    return int(its_group) == group and state != "Z"
