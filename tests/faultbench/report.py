"""A run in figures: what the JSON holds, and what is printed."""

import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faultbench.cells import ALL_CELLS
from tests.faultbench.crash_points import Point
from tests.faultbench.evidence import Evidence
from tests.faultbench.journal import Verdict
from tests.faultbench.killer import Deed
from tests.faultbench.oracles import (
    Violation,
    o1_lost,
    o2_silent,
    o5_left,
    o6_body,
)


def build_report(evidence: Evidence, violations: Sequence[Violation]) -> dict[str, Any]:
    """Everything a script may want to check, JSON-ready."""
    plan = evidence.plan
    accepted = sum(map(len, evidence.accepted.values()))
    verdicts = Counter(entry.verdict for entry in evidence.journal)
    return {
        "passed": not violations,
        "revision": find_revision(),
        "n": plan.n,
        "db": plan.db,
        "workers": plan.workers,
        "connections": plan.lanes * plan.workers,
        "faults": plan.faults,
        "seed": plan.seed,
        "mutant": plan.mutant,
        "kills": evidence.deeds.kills,
        "deeds": {deed.value: evidence.deeds.done[deed] for deed in Deed},
        "states": dict(sorted(evidence.states.items())),
        "processes_killed": {"senders": evidence.deeds.senders, "signers": evidence.deeds.signers},
        "signatures": {"good": evidence.verified.good, "bad": len(evidence.verified.bad)},
        "accepted": accepted,
        "refused": verdicts[Verdict.PERMANENT],
        "put_off": verdicts[Verdict.TEMPORARY],
        "lost": sum(1 for _ in o1_lost(evidence)),
        "silent": sum(1 for _ in o2_silent(evidence)),
        "duplicates": evidence.duplicates,
        "bound": evidence.bound,
        "unclean_accepts": evidence.unclean,
        "max_copies": max(map(len, evidence.accepted.values()), default=0),
        "left": len(evidence.farewells),
        "after_unsub": sum(1 for _ in o5_left(evidence)),
        "body_mismatch": sum(1 for _ in o6_body(evidence)),
        "stuck_sending": evidence.states.get("sending", 0),
        "crash_points": {point.value: evidence.deeds.points[point] for point in Point},
        "passings": {point.value: sorted(evidence.deeds.passings[point]) for point in Point},
        "missed_points": {point.value: n for point, n in evidence.deeds.missed.items()},
        "fault_cells": {
            f"{s}:{k}": evidence.cells[(s, k)] for s, k in ALL_CELLS if evidence.cells.get((s, k))
        },
        "fault_cells_known": len(ALL_CELLS),
        "seconds": round(evidence.seconds, 2),
        "rate": round(accepted / evidence.seconds, 1) if evidence.seconds else 0.0,
        "rss_max_bytes": evidence.rss_max_bytes,
        "files_max": evidence.files_max,
        "exits": list(evidence.exits),
        "tracebacks": evidence.tracebacks,
        "violations": {v.oracle: {"count": v.count, "examples": list(v.examples)} for v in violations},
    }


def find_revision() -> str:
    """The commit that was tried, with `+` where the files differ from it; empty outside a repository."""
    root = Path(__file__).parents[2]
    said = [
        subprocess.run(
            ["git", "-C", str(root), *words], check=False, capture_output=True, text=True
        ).stdout.strip()
        for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
    ]
    return said[0] + ("+" if said[1] else "")


def render_report(report: dict[str, Any]) -> str:
    """A few lines for a person."""
    points, cells = report["crash_points"], report["fault_cells"]
    lines = [
        "{n} readers, {kills} kills, {connections} connections of {workers} senders, {db}, {faults}, seed {seed}",
        f"  states       {', '.join(f'{k} {v}' for k, v in report['states'].items())}",
        f"  done         {', '.join(f'{k} {v}' for k, v in report['deeds'].items() if v) or 'nothing'}",
        "  killed       {processes_killed[senders]} senders, {processes_killed[signers]} processes that sign",
        "  lost {lost}, silent {silent}, copies {duplicates} of at most {bound}, at most {max_copies} to one reader",
        "  left {left}, mailed after leaving {after_unsub}, octets that differ {body_mismatch}, stuck {stuck_sending}",
        "  signatures   {signatures[good]} verified by dkimpy, {signatures[bad]} not good",
        f"  crash points {sum(map(bool, points.values()))} of {len(points)}, cells {len(cells)} of {len(ALL_CELLS)}",
        f"  {{seconds}} s, {{rate}} messages a second, {report['rss_max_bytes'] >> 20} MB",
    ]
    lines = [line.format(**report) for line in lines]
    for oracle, found in report["violations"].items():
        lines.append(f"  {oracle}: {found['count']} violations")
        lines += [f"    {example}" for example in found["examples"]]
    return "\n".join([*lines, "  passed" if report["passed"] else "  FAILED"])
