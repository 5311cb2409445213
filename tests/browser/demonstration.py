"""A demonstration as its own process, as a person starts it: `nashra demo`, ended by Ctrl-C."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from publisher.mail.mailbox import Mailbox
from publisher.mail.stored import MailboxEntry

START = timedelta(seconds=60)
"""The first digest has come to the three sample readers long before."""
BEAT = timedelta(seconds=60)
"""How often the demonstration's newsletter is due."""
END = timedelta(seconds=20)
_SAMPLE_DIGESTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One that runs. `address` has no slash at its end."""

    folder: Path
    address: str

    def add_article(self, name: str, text: str) -> None:
        """A journalist saves a file: it appears whole, under its final name."""
        part = self.folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(self.folder / "articles" / f"{name}.md")

    def mails_to(self, address: str) -> tuple[MailboxEntry, ...]:
        """What came for `address`, newest first."""
        return tuple(mail for mail in Mailbox(self.folder / "mailbox").list_messages() if mail.to == address)


@contextmanager
def running_demonstration(folder: Path, port: int | None = None) -> Iterator[Demonstration]:
    """Start one in `folder` (made if missing) on `port`, a free one if None; Ctrl-C must end it with exit code 0."""
    port = port or _free_port()
    log = folder.with_suffix(".log")
    with log.open("wb") as stderr:
        command = [sys.executable, "-m", "publisher", "demo", "--dir", str(folder), "--port", str(port)]
        process = subprocess.Popen(command, stdout=stderr, stderr=stderr)
        try:
            demo = Demonstration(folder=folder, address=f"http://127.0.0.1:{port}")
            wait_until(lambda: _has_begun(demo, process, log), START, "the first digest")
            yield demo
        finally:
            code = _end(process)
    assert code == 0, f"the demonstration ended with {code}:\n{log.read_text()}"


def wait_until(holds: Callable[[], bool], patience: timedelta, what: str) -> None:
    """Look four times a second until it holds; fails, naming what was waited for, when patience ends."""
    deadline = time.monotonic() + patience.total_seconds()
    while not holds():
        assert time.monotonic() < deadline, f"waited {patience} in vain for {what}"
        time.sleep(0.25)


def _has_begun(demo: Demonstration, process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the pages answer and every sample reader has her confirmation, welcome and first digest."""
    assert process.poll() is None, f"the demonstration did not start:\n{log.read_text()}"
    try:
        with urllib.request.urlopen(demo.address, timeout=5):  # noqa: S310 - our own page, on loopback
            return Mailbox(demo.folder / "mailbox").count() >= 3 * _SAMPLE_DIGESTS
    except urllib.error.URLError:
        return False


def _end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(END.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
