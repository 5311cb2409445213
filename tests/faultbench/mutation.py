"""The harness proves itself: every mutant must be caught, by the oracle that is there for it.

Each mutant gets the smallest run in which its defect shows. The same runs with a sound sender must pass: what catches
a mutant is the defect, not the run.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.faultbench.mutants import MUTANTS
from tests.faultbench.plan import Plan
from tests.faultbench.run import run_plan
from tests.faultbench.scene import drop_folder

_CALM = Plan(n=600, kills=0)
_KILLED = Plan(n=1500, kills=6, points=False, delay_ms=10)
_ASLEEP = Plan(n=4000, kills=0, zombies=2, delay_ms=4)
_SLOW = Plan(n=600, kills=0, delay_ms=30)
_ASKED = Plan(n=1500, kills=0, terms=4, delay_ms=10)
_CHATTY = Plan(n=600, kills=0, faults="data:two-replies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mutant's run, and the oracles of which one must speak."""

    plan: Plan
    oracles: tuple[str, ...]


TRIALS: tuple[Trial, ...] = (
    Trial(plan=_KILLED, oracles=("O1 lost",)),
    Trial(plan=_CALM, oracles=("O1 lost",)),
    Trial(plan=_KILLED, oracles=("O2 silent",)),
    Trial(plan=_KILLED, oracles=("O3 copies",)),
    Trial(plan=_ASLEEP, oracles=("O3 copies", "O4 twice")),
    Trial(plan=_SLOW, oracles=("O3 copies", "O4 twice")),
    Trial(plan=_KILLED, oracles=("O2 silent",)),
    Trial(plan=_CALM, oracles=("O2 silent",)),
    Trial(plan=_CALM, oracles=("O10 once",)),
    Trial(plan=replace(_CALM, budget_s=20), oracles=("O9 refused",)),
    Trial(plan=_CALM, oracles=("O5 left",)),
    Trial(plan=_CALM, oracles=("O6 body",)),
    Trial(plan=replace(_CHATTY, budget_s=30), oracles=("O1 lost",)),
    Trial(plan=_CALM, oracles=("O11 sound",)),
    Trial(plan=_ASKED, oracles=("O3 copies", "O7 stuck")),
)
"""By the mutant's number, from 1."""

_CONTROLS = (_CALM, _KILLED, _ASLEEP, _SLOW, _ASKED, _CHATTY)


def run_mutants(*, seed: int, only: tuple[int, ...] | list[int] = ()) -> dict[str, Any]:
    """Every mutant, or those named, and the controls; `passed` where each was caught by its oracle, and no control."""
    numbers = tuple(only) or range(1, len(MUTANTS) + 1)
    results = [try_mutant(number, seed) for number in numbers]
    controls = [] if only else [run_plan(replace(plan, seed=seed)) for plan in _CONTROLS]
    caught = sum(result["caught"] for result in results)
    lines = [
        f"{result['mutant']:2} {result['name']:24} "
        f"{'caught by ' + ', '.join(result['oracles']) if result['caught'] else 'NOT CAUGHT ' + str(result['oracles'])}"
        for result in results
    ]
    lines.append(f"{caught} of {len(results)} caught")
    if controls:
        lines.append(f"{sum(c['passed'] for c in controls)} of {len(controls)} sound senders passed")
    return {
        "passed": caught == len(results) and all(control["passed"] for control in controls),
        "caught": caught,
        "mutants": results,
        "controls": [{"passed": c["passed"], "violations": c["violations"]} for c in controls],
        "text": "\n".join(lines),
    }


def try_mutant(number: int, seed: int) -> dict[str, Any]:
    """One mutant in its run; which oracles spoke, and whether its own was among them."""
    trial = TRIALS[number - 1]
    report = run_plan(replace(trial.plan, seed=seed, mutant=number))
    found = list(report["violations"])
    caught = any(oracle in found for oracle in trial.oracles)
    if caught and "artefacts" in report:
        drop_folder(Path(report["artefacts"]))
    return {
        "mutant": number,
        "name": MUTANTS[number - 1].__name__,
        "caught": caught,
        "oracles": found,
        "seconds": report["seconds"],
    }
