"""One signing process, as its sender sees it.

Promise: whatever becomes of the process, every request is answered or handed back (`lost`), none twice; it leaves no
zombie and no open socket. The private key goes to it over a socket that only the two of them hold, never on a command
line and never in the environment.
"""

import asyncio
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.mail.dkim_key import DkimKey
from publisher.mail.signing_child import introduce

_ROOT = Path(__file__).parents[2]
_PROGRAM = """
import sys
sys.path.append(sys.argv[1])
from publisher.mail.signing_child import main
main(int(sys.argv[2]))
"""
_AT_ONCE = 1 << 16


@dataclass(slots=True)
class Request:
    """Digests, the signatures to come, and when (by the loop's time) the process was asked."""

    digests: bytes
    answer: asyncio.Future[bytes]
    asked_at: float


class Signer:
    """Starts the process. It may be asked once it `is_ready`: once it has signed `trial` as `expected`.

    `lost` is called once, from the loop, when the process is gone or answers wrongly, with what it was (a word for the
    log) and the requests that nobody will answer; not after `close`. Raises OSError where no process can be started.
    """

    def __init__(
        self,
        keys: Sequence[DkimKey],
        *,
        trial: bytes,
        expected: bytes,
        lost: Callable[["Signer", str, list[Request]], None],
    ) -> None:
        self.is_ready = False
        self.loop = asyncio.get_running_loop()
        self._expected = expected
        self._lost = lost
        self._heard = b""
        self._open: deque[Request] = deque()
        self._line, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _start(theirs)
        except BaseException:
            self._line.close()
            raise
        self._line.setblocking(False)
        self.loop.add_reader(self._line, self._hear)
        self._open.append(Request(trial, self.loop.create_future(), self.loop.time()))
        self._say(introduce(keys) + trial)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def load(self) -> int:
        """How many requests wait for their answer."""
        return len(self._open)

    @property
    def waiting_since(self) -> float | None:
        """When the oldest of them was made, by the loop's time; None where there is none."""
        return self._open[0].asked_at if self._open else None

    def ask(self, digests: bytes) -> asyncio.Future[bytes]:
        """One SHA-256 digest for each key; the answer is the signatures, one behind the other."""
        request = Request(digests, self.loop.create_future(), self.loop.time())
        self._open.append(request)
        self._say(digests)
        return request.answer

    def give_up(self, why: str) -> None:
        """End the process and hand back what it did not answer."""
        if self._line.fileno() >= 0:
            self.close()
            requests = [request for request in self._open if self.is_ready and not request.answer.done()]
            self._open.clear()
            self._lost(self, why, requests)

    def close(self) -> None:
        """End the process and wait for it."""
        if self._line.fileno() < 0:
            return
        if not self.loop.is_closed():
            self.loop.remove_reader(self._line)
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _say(self, octets: bytes) -> None:
        """A few requests fit into the socket whatever the process does; one that takes none is as good as gone."""
        try:
            sent = self._line.send(octets)
        except OSError:
            sent = 0
        if sent != len(octets):
            self.loop.call_soon(self.give_up, "does not listen")

    def _hear(self) -> None:
        try:
            octets = self._line.recv(_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            self.give_up("ended")
            return
        self._heard += octets
        size = len(self._expected)
        while len(self._heard) >= size and self._open:
            answer, self._heard = self._heard[:size], self._heard[size:]
            self._take(answer)

    def _take(self, answer: bytes) -> None:
        request = self._open.popleft()
        if not self.is_ready:
            if answer != self._expected:
                self.give_up("signs wrongly")
                return
            self.is_ready = True
        if not request.answer.done():  # who asked may have been cancelled
            request.answer.set_result(answer)


def _start(line: socket.socket) -> subprocess.Popen[bytes]:
    """By a clean exec, since a threaded process must not be forked; in a group of its own, which Ctrl-C does not reach.
    The folder it runs in is not searched for modules.
    """
    handle = line.fileno()
    command = [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(handle)]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, pass_fds=(handle,), process_group=0)  # noqa: S603
