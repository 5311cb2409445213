"""Signing on every core: processes beside the sender that make signatures, because RSA holds the interpreter.

Promise: whoever asks gets her signature. While no process is ready, and when one is lost with what it was asked, it is
made here: signing is a pure function, so making one again is harmless. A lost process is started again, later each
time; processes that had nothing to do for a while end, and all end with the sender, however it ends.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Sequence

from publisher.mail.dkim_key import DkimKey
from publisher.mail.signer import Request, Signer
from publisher.mail.signing_child import sign_digests

log = logging.getLogger(__name__)

_TRIAL = hashlib.sha256(b"nashra").digest()
_ENOUGH = 2
"""Requests with each process before one more is started: one it works on, and the next."""
_MOST_WAITING = 64
"""Requests with one process; further ones are signed here, so a socket never runs full."""
_LATE_S = 0.02
"""A process that owes an answer for so long gets no core to itself; what comes meanwhile is signed here."""
_LOOK_S = 1.0
_PATIENCE_S = 10.0
"""How long a process may take for an answer, or to start; then it counts as lost."""
_IDLE_S = 60.0
"""Without a request for so long, the processes end: memory and copies of the key are held only while mail is sent."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0


def count_signers() -> int:
    """As many processes as there are cores for this one, less one for itself, and at least one; none on a single core,
    where they would only cost.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores - 1


def next_pause(losses: int) -> float:
    """Seconds before the next start, after so many losses in a row."""
    doublings = min(losses - 1, 10)
    return min(_FIRST_PAUSE_S * (1 << doublings), _LONGEST_PAUSE_S)


def _keeps_up(signer: Signer, now: float) -> bool:
    since = signer.waiting_since
    return since is None or (signer.load < _MOST_WAITING and now - since < _LATE_S)


class Signers:
    """Up to `most` processes that sign with `keys`; 0: all is signed here. Nothing is started before it is needed.

    Used from one event loop at a time.
    """

    def __init__(self, keys: Sequence[DkimKey], *, most: int) -> None:
        self._keys = tuple(keys)
        self._most = most if keys else 0
        self._signers: list[Signer] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look: asyncio.TimerHandle | None = None
        self._asked_at = 0.0
        self._losses = 0
        self._start_again_at = 0.0
        trial = _TRIAL * len(self._keys)
        self._trial, self._expected = trial, sign_digests(self._keys, trial)

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the processes there are now."""
        return tuple(signer.pid for signer in self._signers)

    @property
    def ready(self) -> int:
        """How many of them sign."""
        return sum(signer.is_ready for signer in self._signers)

    async def sign(self, digests: bytes) -> bytes:
        """The signatures of one SHA-256 digest for each key, both one behind the other."""
        signer = self._choose()
        return sign_digests(self._keys, digests) if signer is None else await signer.ask(digests)

    def close(self) -> None:
        """End all processes and wait for them. Nobody may be waiting for a signature any more."""
        if self._look is not None:
            self._look.cancel()
        self._look = None
        signers, self._signers = self._signers, []
        for signer in signers:
            signer.close()

    def _choose(self) -> Signer | None:
        """The ready process with the least to do; None: sign here. Starts one more where all are busy."""
        if not self._most:
            return None
        loop = asyncio.get_running_loop()
        self._belong_to(loop)
        self._asked_at = loop.time()
        ready = [signer for signer in self._signers if signer.is_ready]
        least = min(ready, key=lambda signer: signer.load, default=None)
        if len(ready) == len(self._signers) and (least is None or least.load >= _ENOUGH):
            self._start_one(loop)
        return least if least is not None and _keeps_up(least, loop.time()) else None

    def _belong_to(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            self.close()
            self._loop = loop

    def _start_one(self, loop: asyncio.AbstractEventLoop) -> None:
        if len(self._signers) >= self._most or loop.time() < self._start_again_at:
            return
        try:
            signer = Signer(self._keys, trial=self._trial, expected=self._expected, lost=self._take_loss)
        except OSError as error:
            self._pause(loop)
            log.warning("no signing process can be started", extra={"error": type(error).__name__})
            return
        self._signers.append(signer)
        if self._look is None:
            self._look = loop.call_later(_LOOK_S, self._look_after, loop)

    def _take_loss(self, lost: Signer, why: str, requests: list[Request]) -> None:
        self._signers.remove(lost)
        self._pause(lost.loop)
        log.warning("signing process lost", extra={"pid": lost.pid, "fault": why})
        for request in requests:
            request.answer.set_result(sign_digests(self._keys, request.digests))

    def _pause(self, loop: asyncio.AbstractEventLoop) -> None:
        self._losses += 1
        self._start_again_at = loop.time() + next_pause(self._losses)

    def _look_after(self, loop: asyncio.AbstractEventLoop) -> None:
        """Once a second while there are processes: give up those that hang, and end all when nobody asks or waits any
        more.
        """
        self._look = None
        now = loop.time()
        if now - self._asked_at > _IDLE_S and not any(signer.load for signer in self._signers):
            self.close()
        for signer in list(self._signers):
            if signer.waiting_since is not None and now - signer.waiting_since > _PATIENCE_S:
                signer.give_up("hangs")
        if now > self._start_again_at + _LONGEST_PAUSE_S:
            self._losses = 0
        if self._signers:
            self._look = loop.call_later(_LOOK_S, self._look_after, loop)
