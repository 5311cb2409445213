"""`python -m tests.faultbench`: one run, or every mutant, or every disk cell. Exit 0 where the promise held."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.faultbench.disk import DISK_CELLS, run_disk_cell
from tests.faultbench.mutation import run_mutants
from tests.faultbench.plan import Plan
from tests.faultbench.report import render_report
from tests.faultbench.run import run_plan


def main(arguments: list[str]) -> int:
    """Read the command line, run, print, and write the JSON."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.mutants:
        report = run_mutants(seed=asked.seed, only=asked.only)
        text = report.pop("text")
    elif asked.disk:
        cells = DISK_CELLS if asked.disk == "all" else (asked.disk,)
        runs = {cell: run_disk_cell(cell, seed=asked.seed, db=asked.db) for cell in cells}
        report = {"passed": all(run["passed"] for run in runs.values()), "cells": runs}
        text = "\n".join(f"disk {cell}: {render_report(run)}" for cell, run in runs.items())
    else:
        report = run_plan(_plan(asked), keep=asked.keep)
        text = render_report(report)
    print(text)
    if "artefacts" in report:
        print(f"  artefacts    {report['artefacts']}")
    _write(asked.json, report)
    return 0 if report["passed"] else 1


def _plan(asked: argparse.Namespace) -> Plan:
    names = (
        "n", "kills", "seed", "db", "workers", "conns", "faults", "mutant", "terms", "zombies", "delay_ms",
        "pipelining", "budget_s",
    )  # fmt: skip
    return Plan(**{name: getattr(asked, name) for name in names})


def _write(file: Path | None, report: dict[str, Any]) -> None:
    if file is not None:
        file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="faultbench", description=__doc__)
    parser.add_argument("--n", type=int, default=5000, help="readers")
    parser.add_argument("--kills", type=int, default=8, help="kill -9, half of them at named crash points")
    parser.add_argument("--terms", type=int, default=0, help="SIGTERM to all senders")
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
    parser.add_argument("--delay-ms", type=float, default=2.0, help="the relay's mean time for a dot")
    parser.add_argument("--no-pipelining", dest="pipelining", action="store_false", help="do not announce it")
    parser.add_argument("--budget-s", type=float, default=0.0, help="the most a run may take")
    parser.add_argument("--keep", action="store_true", help="keep the artefacts of a run that passed too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
