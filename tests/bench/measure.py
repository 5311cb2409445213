"""Sides that do the same work, taken in turn; medians, and how they compare."""

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Work = Callable[[], int]
"""Does some of the work and returns how many messages (or rows) that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one message, in seconds: by the clock, and of the processors, children that were waited for included."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `ours` and `peer` are in `unit`; `ratio` is what the goal speaks of."""

    what: str
    peer_name: str
    unit: str
    ours: float
    peer: float
    ratio: float
    goal: str
    reached: bool
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


def measure(sides: Mapping[str, Work], *, rounds: int) -> dict[str, Cost]:
    """Every side once a round, in turn, after one round that does not count; the median cost of a message of each."""
    taken: dict[str, list[Cost]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, work in sides.items():
            cost = cost_of(work)
            if number:
                taken[name].append(cost)
    return {
        name: Cost(
            wall=statistics.median(cost.wall for cost in costs),
            cpu=statistics.median(cost.cpu for cost in costs),
        )
        for name, costs in taken.items()
    }


def cost_of(work: Work) -> Cost:
    """What it costs, done once."""
    wall, cpu = time.perf_counter(), _cpu()
    count = work()
    return Cost(wall=(time.perf_counter() - wall) / count, cpu=(_cpu() - cpu) / count)


def at_least(
    what: str, peer_name: str, unit: str, ours: float, peer: float, goal: float, note: str = ""
) -> Row:
    """A row whose ratio is ours ÷ peer, and should be large: throughput."""
    ratio = ours / peer
    return Row(
        what=what, peer_name=peer_name, unit=unit, ours=ours, peer=peer, ratio=ratio,
        goal=f">= {goal:g}", reached=ratio >= goal, note=note,
    )  # fmt: skip


def at_most(
    what: str, peer_name: str, unit: str, ours: float, peer: float, goal: float, note: str = ""
) -> Row:
    """A row whose ratio is ours ÷ peer, and should be small: a cost."""
    ratio = ours / peer
    return Row(
        what=what, peer_name=peer_name, unit=unit, ours=ours, peer=peer, ratio=ratio,
        goal=f"<= {goal:g}", reached=ratio <= goal, note=note,
    )  # fmt: skip


def render_rows(rows: list[Row]) -> str:
    """As a Markdown table."""
    lines = ["| What | Against | Ours | Theirs | Ratio | Goal | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        verdict = ("reached" if row.reached else "missed") if row.goal else ""
        name = f"{row.what} ({row.note})" if row.note else row.what
        lines.append(
            f"| {name} | {row.peer_name} | {row.ours:,.4g} {row.unit} | {row.peer:,.4g} {row.unit} "
            f"| {row.ratio:.3g} | {row.goal} | {verdict} |"
        )
    return "\n".join(lines)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
