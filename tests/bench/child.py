"""A process of its own that freezes an issue and sends the first of it: `python -m tests.bench.child FOLDER PORT N`."""

import json
import sys
import time
from pathlib import Path

from publisher.wiring.loop import run
from tests.bench.engine import freeze_next, open_engine, send_issue


def main(folder: Path, port: int, messages: int) -> None:
    """Prints memory at its highest in MB and what a message cost in seconds, as JSON."""
    with open_engine(folder, port) as engine:
        issue = freeze_next(engine)
        begun = time.perf_counter()
        sent = run(send_issue(engine, issue, most=messages))
        wall = (time.perf_counter() - begun) / sent
    print(json.dumps({"rss": _highest_mb(), "wall": wall}))


def _highest_mb() -> float:
    """Of this program alone: `ru_maxrss` begins with what the process was before it became this program."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
