"""The machine gives no more: no sender can open a further file for a while, or one has hardly any memory.

Only soft limits are lowered, from outside. `files`: every sender gets no file beside those it has. `memory`: twenty
times one sender is asked to end, and whoever takes its place gets little more address space than it begins with, as
much as chance gives; it may die of it anywhere, and is started again as a supervisor does.
"""

import os
import resource
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faultbench.crew import Crew, Sender
from tests.faultbench.plan import Plan, seeded
from tests.faultbench.run import Interlude, run_plan
from tests.faultbench.scene import Scene
from tests.faultbench.troubles import N, Once, run_trouble

LIMITS = ("files", "memory")
"""What there can be no more of."""

_FILES_S = 8.0
_STARVED = 20
_STARVED_S = 3.0
_BEGIN_SHARE = 0.05
_LEAST, _MOST = 18.0, 28.0
"""Between these powers of two lie the octets that a sender gets beside what it begins with."""


def run_limit_cell(cell: str, *, seed: int, db: str = "sqlite") -> dict[str, Any]:
    """One run with that trouble; its report, and in `trouble` how it was felt: one that nobody felt does not pass."""
    if cell == "files":
        files = Files()
        return run_trouble(
            cell, Once(begin=files.lower, end=files.lift, seconds=_FILES_S, renew=True), seed=seed, db=db
        )
    famine = Famine(chance=seeded(seed, "memory"))
    plan = Plan(n=N, kills=0, seed=seed, db=db, trouble=cell)
    report = run_plan(plan, interlude=Interlude(beat=famine.beat))
    fallen = len(report["exits"])
    report["trouble"] = {"starved": famine.starved, "fallen": fallen, "tracebacks": report["tracebacks"]}
    report["passed"] = report["passed"] and famine.starved == _STARVED and fallen > 0
    return report


class Files:
    """The soft limit of open files, of all senders."""

    def __init__(self) -> None:
        self._hard: dict[int, int] = {}

    def lower(self, _scene: Scene, crew: Crew) -> bool:
        """To what each has; whoever has been limited already keeps that limit."""
        for pid in (sender.pid for sender in crew.senders if sender.pid and sender.pid not in self._hard):
            with suppress(OSError):
                _, self._hard[pid] = resource.prlimit(pid, resource.RLIMIT_NOFILE)
                # the lowest free number is taken, and it must stay below the limit (getrlimit(2))
                have = len(list(Path(f"/proc/{pid}/fd").iterdir()))
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (have, self._hard[pid]))
        return True

    def lift(self, _scene: Scene, crew: Crew) -> bool:
        """For those that live."""
        for pid in (sender.pid for sender in crew.senders if sender.pid in self._hard):
            with suppress(OSError):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (self._hard[pid], self._hard[pid]))
        return True


@dataclass(slots=True, kw_only=True)
class Famine:
    """Starves one sender after the other. `starved` says how many so far."""

    chance: Random
    starved: int = 0
    _place: Sender | None = None
    _asked: int = 0
    _pid: int = 0
    _since: float = field(default=0.0)

    def beat(self, _scene: Scene, crew: Crew, share: float) -> bool:
        """As `Interlude`."""
        if self._pid:
            self._watch()
        elif self._place is not None:
            self._starve(self._place)
        elif self.starved < _STARVED and share >= _BEGIN_SHARE:
            self._ask(crew)
        return self.starved == _STARVED

    def _ask(self, crew: Crew) -> None:
        living = [sender for sender in crew.senders if sender.pid]
        if living:
            self._place = self.chance.choice(living)
            self._asked = self._place.pid
            with suppress(ProcessLookupError):
                os.kill(self._asked, signal.SIGTERM)

    def _starve(self, place: Sender) -> None:
        """Whoever is there now, once it is another."""
        if place.pid in (0, self._asked):
            return
        self._pid, self._since = place.pid, time.monotonic()
        more = int(2 ** self.chance.uniform(_LEAST, _MOST))
        with suppress(OSError):
            resource.prlimit(self._pid, resource.RLIMIT_AS, (_address_space_bytes(self._pid) + more, -1))

    def _watch(self) -> None:
        """Until it fell, or has got by for long enough."""
        assert self._place is not None
        if self._place.pid == self._pid and time.monotonic() - self._since < _STARVED_S:
            return
        if self._place.pid == self._pid:
            with suppress(OSError):
                resource.prlimit(self._pid, resource.RLIMIT_AS, (-1, -1))
        self._pid, self._place = 0, None
        self.starved += 1


def _address_space_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
