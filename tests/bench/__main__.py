"""`python -m tests.bench build|feeds|http|sign|smtp|send`: the figures, side by side in one run."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from tests.bench.build import bench_build
from tests.bench.feeds import bench_feeds
from tests.bench.http import bench_http
from tests.bench.measure import render_rows
from tests.bench.send import bench_send
from tests.bench.sign import bench_sign
from tests.bench.smtp import bench_smtp

BENCHES = {
    "build": bench_build,
    "feeds": bench_feeds,
    "http": bench_http,
    "sign": bench_sign,
    "smtp": bench_smtp,
    "send": bench_send,
}


def main(arguments: list[str]) -> int:
    """Run one bench, print its table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", choices=BENCHES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    parser.add_argument(
        "--quick", action="store_true", help="only show that it runs; the figures mean nothing"
    )
    asked = parser.parse_args(arguments)
    rows = BENCHES[asked.what](quick=asked.quick)
    print(render_rows(rows))
    if asked.json is not None:
        report = {
            "bench": asked.what,
            "quick": asked.quick,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rows": [row.as_json() for row in rows],
        }
        asked.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
