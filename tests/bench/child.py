"""A process of its own that freezes an issue and sends the first of it: `python -m tests.bench.child FOLDER PORT N`."""

import json
import resource
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
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rss": rss, "wall": wall}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
