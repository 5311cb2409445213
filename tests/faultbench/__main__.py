"""`python -m tests.faultbench`: one run, or every mutant, or cells of trouble. Exit 0 where the promise held."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.faultbench.crash_points import Point
from tests.faultbench.disk import DISK_CELLS, run_disk_cell
from tests.faultbench.limits import LIMITS, run_limit_cell
from tests.faultbench.mutation import run_mutants
from tests.faultbench.plan import Plan
from tests.faultbench.report import find_revision, render_report
from tests.faultbench.run import run_plan
from tests.faultbench.server import SERVER_CELLS, run_server_cell
from tests.faultbench.sweep import plan_sweep


def main(arguments: list[str]) -> int:
    """Read the command line, run, print, and write the JSON."""
    asked = _parser().parse_args(arguments)
    report, text = _run(asked)
    print(text)
    if "artefacts" in report:
        print(f"  artefacts    {report['artefacts']}")
    _write(asked.json, {"seed": asked.seed, "revision": find_revision()} | report)
    return 0 if report["passed"] else 1


def _run(asked: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """The report and its lines."""
    if asked.mutants:
        report = run_mutants(seed=asked.seed, only=asked.only)
        return report, report.pop("text")
    if asked.disk:
        return _run_cells(asked.disk, DISK_CELLS, partial(run_disk_cell, seed=asked.seed, db=asked.db))
    if asked.limits:
        return _run_cells(asked.limits, LIMITS, partial(run_limit_cell, seed=asked.seed, db=asked.db))
    if asked.server:
        return _run_cells(asked.server, SERVER_CELLS, partial(run_server_cell, seed=asked.seed))
    plan = _plan(asked)
    if asked.points_sweep:
        plan = plan_sweep(plan, asked.points_sweep, asked.points or tuple(Point))
    report = run_plan(plan, keep=asked.keep)
    return report, render_report(report)


def _run_cells(
    which: str, known: Sequence[str], run: Callable[[str], dict[str, Any]]
) -> tuple[dict[str, Any], str]:
    """One of them, or all, one after the other."""
    runs = {cell: run(cell) for cell in (known if which == "all" else (which,))}
    lines = [
        f"{cell}: {render_report(found)}\n  trouble      {found['trouble']}" for cell, found in runs.items()
    ]
    return {"passed": all(found["passed"] for found in runs.values()), "cells": runs}, "\n".join(lines)


def _plan(asked: argparse.Namespace) -> Plan:
    names = (
        "n", "kills", "signer_kills", "seed", "db", "workers", "conns", "faults", "mutant", "terms", "zombies",
        "delay_ms", "pipelining", "budget_s",
    )  # fmt: skip
    return Plan(**{name: getattr(asked, name) for name in names})


def _write(file: Path | None, report: dict[str, Any]) -> None:
    if file is not None:
        file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="faultbench", description=__doc__)
    parser.add_argument("--n", type=int, default=5000, help="readers")
    parser.add_argument(
        "--kills", type=int, default=8, help="kill -9 of senders, half of them at named crash points"
    )
    parser.add_argument(
        "--signer-kills", type=int, help="kill -9 of one signing process alone; one for five kills by default"
    )
    parser.add_argument("--terms", type=int, default=0, help="SIGTERM to all senders")
    parser.add_argument(
        "--points-sweep",
        type=int,
        default=0,
        metavar="K",
        help="die at every crash point at its n-th passing, for n = 1 to K; one sender, one connection",
    )
    parser.add_argument(
        "--points",
        type=Point,
        nargs="*",
        metavar="POINT",
        help="of --points-sweep, these: " + ", ".join(Point),
    )
    parser.add_argument("--zombies", type=int, default=0, help="SIGSTOP for two leases, then SIGCONT")
    parser.add_argument("--seed", type=int, default=1, help="of all chance; any number does")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=2, help="senders on the database")
    parser.add_argument("--conns", type=int, default=8, help="connections of all senders together")
    parser.add_argument("--faults", default="none", help="none, mix1, greylist, cells, or STAGE:KIND")
    parser.add_argument(
        "--mutant", type=int, choices=range(1, 16), metavar="1..15", help="make the senders wrong"
    )
    parser.add_argument("--mutants", action="store_true", help="every mutant must be caught")
    parser.add_argument("--only", type=int, nargs="*", default=(), metavar="M", help="of --mutants, these")
    parser.add_argument("--disk", choices=("all", *DISK_CELLS), help="the disk fails in mid-issue")
    parser.add_argument("--limits", choices=("all", *LIMITS), help="no more files, or memory, in mid-issue")
    parser.add_argument(
        "--server", choices=("all", *SERVER_CELLS), help="PostgreSQL fails ten times in an issue"
    )
    parser.add_argument("--delay-ms", type=float, default=2.0, help="the relay's mean time for a dot")
    parser.add_argument("--no-pipelining", dest="pipelining", action="store_false", help="do not announce it")
    parser.add_argument("--budget-s", type=float, default=0.0, help="the most a run may take")
    parser.add_argument("--keep", action="store_true", help="keep the artefacts of a run that passed too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
