"""Every crash point at its n-th passing, for n from 1 to K, as SQLite does: one sender, one connection, one issue.

A passing is counted from the moment the point is armed, just after the death before it. With one connection the bound
is sharp: only a death with a message between its dot and its settled outcome may cost a copy, and just one.
"""

from collections.abc import Sequence
from dataclasses import replace

from tests.faultbench.crash_points import BATCHWISE, EARLY, Point
from tests.faultbench.plan import SWEEP_BATCH, Plan


def plan_sweep(plan: Plan, last: int, points: Sequence[Point] = tuple(Point)) -> Plan:
    """The run that dies at every passing up to `last` of these points, with as many readers as that takes."""
    return replace(
        plan,
        n=count_readers(last, points),
        kills=0,
        signer_kills=0,
        terms=0,
        zombies=0,
        workers=1,
        conns=1,
        delay_ms=min(plan.delay_ms, 1.0),
        sweep=last,
        sweep_points=tuple(points),
    )


def count_readers(last: int, points: Sequence[Point]) -> int:
    """Each passing is a message, or a batch of them; a third more for those who leave, and for some to end with."""
    late = [point for point in points if point not in EARLY]
    passings = last * (last + 1) // 2
    messages = sum(passings * (SWEEP_BATCH if point in BATCHWISE else 1) for point in late)
    return messages * 4 // 3 + 20
