"""`python -m tests.lab`: open the lab, make every check, say what was seen. Exit 0 only where all of it holds."""

import argparse
import json
import logging
import sys
import time
from pathlib import Path

from tests.lab.checks import CHECKS
from tests.lab.finding import Finding
from tests.lab.programs import find_program, why_not
from tests.lab.scene import open_scene


def main(arguments: list[str]) -> int:
    """Read the command line, run, print a line for each finding, and write the JSON."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings there")
    asked = parser.parse_args(arguments)
    reason = why_not()
    if reason is not None:
        print(f"lab: cannot be opened here: {reason}", file=sys.stderr)
        return 1
    logging.getLogger("publisher").addHandler(
        logging.NullHandler()
    )  # what the product logs is not the report
    begun = time.monotonic()
    findings = _run()
    failed = [finding for found in findings.values() for finding in found if not finding.holds]
    total = sum(len(found) for found in findings.values())
    took = time.monotonic() - begun
    print(f"lab: {total - len(failed)} of {total} hold, in {took:.0f} s")
    if asked.json is not None:
        report = {
            "holds": not failed,
            "seconds": round(took, 1),
            "programs": {
                name: find_program(name) for name in ("master", "opendkim", "rspamd", "spamassassin")
            },
            "findings": {name: [finding.as_json() for finding in found] for name, found in findings.items()},
        }
        asked.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _run() -> dict[str, list[Finding]]:
    findings = {}
    with open_scene() as scene:
        for name, check in CHECKS.items():
            findings[name] = check(scene)
            for finding in findings[name]:
                print(finding.render(), flush=True)
    return findings


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
