"""The processes of a sender: itself, and those that sign beside it, seen from outside.

A process is known by its number and the moment it began, so that a number given to another is never mistaken for it.
"""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_BEGAN = 19
"""The place of `starttime` in /proc/PID/stat after the name (proc(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """One process. `began` is in clock ticks since the machine's start."""

    pid: int
    began: int


def load_children(pid: int) -> tuple[Kin, ...]:
    """The processes that a process started and that live: of a sender, those that sign. Empty where it is gone."""
    found: list[Kin] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            numbers = listed.read_text(encoding="ascii").split()
        except OSError:
            continue
        found += [kin for number in numbers if (kin := _look_at(int(number))) is not None]
    return tuple(found)


def is_alive(kin: Kin) -> bool:
    """Whether it still runs; a dead one that nobody has waited for does not."""
    return _look_at(kin.pid) == kin


def kill_at_once(processes: tuple[Kin, ...]) -> int:
    """SIGKILL, one right after the other; returns how many were hit."""
    hit = 0
    for kin in processes:
        if is_alive(kin):
            try:
                os.kill(kin.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            hit += 1
    return hit


def wait_for_end(processes: tuple[Kin, ...], patience_s: float) -> tuple[Kin, ...]:
    """Those that are still there after so many seconds."""
    until = time.monotonic() + patience_s
    left = processes
    while (left := tuple(kin for kin in left if is_alive(kin))) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _look_at(pid: int) -> Kin | None:
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    return None if fields[0] in "ZX" else Kin(pid=pid, began=int(fields[_BEGAN]))
