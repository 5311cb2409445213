"""PostgreSQL fails under the senders ten times in an issue: restarted as after a crash, or all connections ended.

What was in flight at such a moment may be sent again, as at a kill of all senders; nothing else, and nobody is lost.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.faultbench.crew import Crew
from tests.faultbench.plan import Plan, seeded
from tests.faultbench.run import Interlude, run_plan
from tests.faultbench.scene import Scene
from tests.postgres import find_binaries, restart_server

SERVER_CELLS = ("restart", "terminate")
"""`pg_ctl restart -m immediate`, and `pg_terminate_backend` of every connection."""

_N = 4000
_BLOWS = 10
_RESUME_S = 15.0
"""So soon after a blow the senders must mail again."""


def run_server_cell(cell: str, *, seed: int) -> dict[str, Any]:
    """One run; in `trouble` how many blows there were, and the longest the senders took to mail again."""
    plan = Plan(n=_N, kills=0, seed=seed, db="postgres", trouble=cell)
    strike = {"restart": _restart, "terminate": _terminate}[cell]
    chance = seeded(seed, "server")
    blows = Blows(strike=strike, due=sorted(chance.uniform(0.03, 0.85) for _ in range(_BLOWS)))
    report = run_plan(plan, interlude=Interlude(beat=blows.beat, at_risk=_BLOWS * plan.lanes * plan.workers))
    report["trouble"] = {"blows": blows.struck, "slowest_resume_s": round(blows.slowest_s, 2)}
    report["passed"] = report["passed"] and blows.struck == _BLOWS and blows.slowest_s <= _RESUME_S
    return report


@dataclass(slots=True, kw_only=True)
class Blows:
    """Strikes once each share of `due` is mailed, and sees how long nothing is mailed then."""

    strike: Callable[[Scene], None]
    due: list[float]
    struck: int = 0
    slowest_s: float = 0.0
    _since: float = 0.0
    _from_share: float = 0.0

    def beat(self, scene: Scene, _crew: Crew, share: float) -> bool:
        """As `Interlude`."""
        if self._since:
            self._watch(scene, share)
        elif self.due and share >= self.due[0]:
            self.due.pop(0)
            self.strike(scene)
            scene.database.engine.dispose()
            self.struck += 1
            self._since, self._from_share = time.monotonic(), share
        return not self.due and not self._since

    def _watch(self, scene: Scene, share: float) -> None:
        """What was in flight at the blow may still arrive; one more was begun after it."""
        in_flight = scene.plan.lanes * scene.plan.workers
        if share > self._from_share + in_flight / scene.plan.n:
            self.slowest_s = max(self.slowest_s, time.monotonic() - self._since)
            self._since = 0.0


def _restart(scene: Scene) -> None:
    binaries = find_binaries()
    assert binaries is not None
    assert scene.url is not None
    restart_server(binaries, scene.url)


def _terminate(scene: Scene) -> None:
    with scene.database.read() as tx:
        tx.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
