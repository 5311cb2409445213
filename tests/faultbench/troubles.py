"""Trouble that comes once in the middle of an issue and passes: nothing is lost, and nobody has to do anything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faultbench.crew import Crew
from tests.faultbench.plan import Plan
from tests.faultbench.run import Interlude, run_plan
from tests.faultbench.scene import Scene

N = 3000
_BEGIN_SHARE = 0.2

Trouble = Callable[[Scene, Crew], bool]
"""Begins or ends the trouble; False where it did not work yet and is to be tried again."""


@dataclass(slots=True)
class Once:
    """Makes trouble once, for a while. `shares` are those mailed when it began and when it ended, to see that it
    was felt. `renew`: it is begun again and again, so that those who were started meanwhile feel it too."""

    begin: Trouble
    end: Trouble
    seconds: float
    renew: bool = False
    since: float = 0.0
    is_over: bool = False
    shares: list[float] = field(default_factory=list)

    def beat(self, scene: Scene, crew: Crew, share: float) -> bool:
        """As `Interlude`."""
        if not self.since:
            if share >= _BEGIN_SHARE and self.begin(scene, crew):
                self.since = time.monotonic()
                self.shares.append(share)
        elif not self.is_over and time.monotonic() - self.since > self.seconds:
            self.is_over = self.end(scene, crew)
            self.shares.append(share)
        elif self.renew and not self.is_over:
            self.begin(scene, crew)
        return self.is_over


def run_trouble(
    name: str, trouble: Once, *, seed: int, db: str, data: Path | None = None, door: Path | None = None
) -> dict[str, Any]:
    """One run with that trouble; its report, and in `trouble` the shares mailed when it began and ended. A sender that
    went on as if nothing were does not pass: the trouble was not felt.
    """
    plan = Plan(n=N, kills=0, seed=seed, db=db, trouble=name)
    report = run_plan(plan, data=data, door=door, interlude=Interlude(beat=trouble.beat))
    report["trouble"] = {"seconds": trouble.seconds, "shares": [round(share, 3) for share in trouble.shares]}
    stood_still = len(trouble.shares) == 2 and trouble.shares[1] - trouble.shares[0] < 0.5
    report["passed"] = report["passed"] and stood_still
    return report
