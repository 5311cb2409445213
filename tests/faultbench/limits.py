"""The machine gives no more: no further file can be opened, or no further memory had, by any sender for a while.

A sender that dies of it is started again, as a supervisor does, and meets the limit again as long as it holds. Only
the soft limit is lowered, to what each process has just then.
"""

import resource
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faultbench.crew import Crew
from tests.faultbench.scene import Scene
from tests.faultbench.troubles import Once, run_trouble

LIMITS = ("files", "memory")
"""What there can be no more of."""

_SECONDS = 8.0


def run_limit_cell(cell: str, *, seed: int, db: str = "sqlite") -> dict[str, Any]:
    """One run with that trouble, as `run_trouble`."""
    limit = _Limit(*_COUNTED[cell])
    trouble = Once(begin=limit.lower, end=limit.lift, seconds=_SECONDS, renew=True)
    return run_trouble(cell, trouble, seed=seed, db=db)


class _Limit:
    """One resource of all senders. `count` says how much of it a process has."""

    def __init__(self, which: int, count: Callable[[int], int]) -> None:
        self._which, self._count = which, count
        self._hard: dict[int, int] = {}

    def lower(self, _scene: Scene, crew: Crew) -> bool:
        """To what each has; whoever has been limited already keeps that limit."""
        for pid in (sender.pid for sender in crew.senders if sender.pid and sender.pid not in self._hard):
            with suppress(OSError):
                _, self._hard[pid] = resource.prlimit(pid, self._which)
                resource.prlimit(pid, self._which, (self._count(pid), self._hard[pid]))
        return True

    def lift(self, _scene: Scene, crew: Crew) -> bool:
        """For those that live."""
        for pid in (sender.pid for sender in crew.senders if sender.pid in self._hard):
            with suppress(OSError):
                resource.prlimit(pid, self._which, (self._hard[pid], self._hard[pid]))
        return True


def _open_files(pid: int) -> int:
    """The limit is one more than the highest number a new file may get (getrlimit(2)), and the lowest free is taken."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _address_space_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


_COUNTED: Mapping[str, tuple[int, Callable[[int], int]]] = {
    "files": (resource.RLIMIT_NOFILE, _open_files),
    "memory": (resource.RLIMIT_AS, _address_space_bytes),
}
