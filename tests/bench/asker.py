"""A reader's program that polls while mail is sent: `python -m tests.bench.asker PORT`, until its input ends.

Prints, as JSON, how long each answer took, in seconds. It asks for a feed and for a page in turn, with a pause after
each answer, over one connection.
"""

import http.client
import json
import select
import sys
import time

PATHS = ("/feeds/index.rss", "/")
_PAUSE_S = 0.005


def main(port: int) -> None:
    """Ask until told to end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken: dict[str, list[float]] = {path: [] for path in PATHS}
    is_told = False
    while not is_told:
        for path in PATHS:
            begun = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            taken[path].append(time.perf_counter() - begun)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
        is_told = bool(select.select([sys.stdin], [], [], _PAUSE_S)[0])
    connection.close()
    print(json.dumps(taken))


if __name__ == "__main__":
    main(int(sys.argv[1]))
