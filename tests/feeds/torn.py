"""Readers at the feed files while a publisher writes them and is killed: never a torn, mixed or missing file.

    python -m tests.feeds.torn --publishes 1000 --kills 20

The publisher is a process of its own that writes one feed over and over, each time under the next number; the readers
are threads here. Whoever reads the file, then its gzip twin, as a server does that was asked twice, must find numbers
that never go back: an older twin beside a newer file would be the mixture that `gzip_static` serves.
"""

import argparse
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from publisher.feeds.replace import STRAY
from publisher.feeds.twins import GZIP, twin
from publisher.feeds.validate.document import validate
from tests.feeds.samples import NOW, make_entry, make_feed
from tests.feeds.whole import render_documents, write_feeds

_NUMBER = re.compile(rb"number (\d+)\.")
_ROOT = Path(__file__).parents[2]
_URL = "https://nashra.aljeebal.com/feeds/index.rss"


@dataclass(slots=True)
class Outcome:
    """What was done and seen. `wrong` names every fault; it must stay empty."""

    publishes: int = 0
    kills: int = 0
    reads: int = 0
    twins: int = 0
    wrong: list[str] = field(default_factory=list)


def publish(folder: Path, number: int) -> None:
    """Write the feed under this number, longer or shorter than the one before."""
    feed = make_feed(
        make_entry(title=f"number {number}.", content_html="<p>x</p>" * (1 + 4000 * (number % 2)))
    )
    write_feeds(folder, render_documents([feed]).documents, [feed.listing], now=NOW)


def run(folder: Path, *, publishes: int, kills: int, readers: int = 2, seed: int = 1) -> Outcome:
    """Publish so often, kill the publisher so often, read all the while."""
    outcome, done, chance = Outcome(), Event(), random.Random(seed)  # noqa: S311 (moments to kill at, no secret)
    publish(folder, 0)
    threads = [Thread(target=_read, args=(folder, outcome, done)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        share = publishes // (kills + 1)
        for turn in range(kills + 1):
            is_last = turn == kills
            _publish_in_a_process(folder, outcome, share, chance=None if is_last else chance)
            outcome.kills += not is_last
    finally:
        done.set()
        for thread in threads:
            thread.join()
    _check_repaired(folder, outcome)
    return outcome


def _publish_in_a_process(folder: Path, outcome: Outcome, count: int, chance: random.Random | None) -> None:
    """A publisher for `count` publications; with `chance`, killed in the midst of one after at least that many."""
    command = [sys.executable, "-m", "tests.feeds.torn", "--child", str(folder), str(_last(folder) + 1)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT) as child:
        assert child.stdout is not None
        for _ in range(count):
            assert child.stdout.readline(), "the publisher ended by itself"
        if chance is not None:
            time.sleep(chance.random() * 0.03)
        os.kill(child.pid, signal.SIGKILL)
    outcome.publishes += count


def _last(folder: Path) -> int:
    return _number((folder / "index.rss").read_bytes())


def _number(data: bytes) -> int:
    """The number of a whole document; -1 for a torn one."""
    found = _NUMBER.search(data)
    return int(found[1]) if found and data.endswith(b"</channel></rss>") else -1


def _read(folder: Path, outcome: Outcome, done: Event) -> None:
    """The file, its twin, the file: a number that is -1 or goes back is wrong, and so is a file that is not there."""
    path, newest = folder / "index.rss", 0
    while not done.is_set():
        try:
            seen = _number(path.read_bytes())
        except FileNotFoundError:
            outcome.wrong.append("missing")
            continue
        outcome.reads += 1
        if seen < newest:
            outcome.wrong.append("torn" if seen < 0 else f"file {seen} after {newest}")
        newest = max(newest, seen)
        with suppress(FileNotFoundError):  # allowed for a moment: a server then sends the plain file
            packed = _number(gzip.decompress(twin(path, GZIP).read_bytes()))
            outcome.twins += 1
            if packed < newest:
                outcome.wrong.append("torn twin" if packed < 0 else f"twin {packed} beside file {newest}")
            newest = max(newest, packed)


def _check_repaired(folder: Path, outcome: Outcome) -> None:
    """After one more publication nothing of the crashes is left."""
    publish(folder, _last(folder) + 1)
    for ending in ("rss", "atom", "json"):
        path = folder / f"index.{ending}"
        if gzip.decompress(twin(path, GZIP).read_bytes()) != path.read_bytes():
            outcome.wrong.append(f"the twin of {path.name} is not mended")
    if validate((folder / "index.rss").read_bytes(), url=_URL).errors:
        outcome.wrong.append("the last document is not valid")
    if strays := list(folder.rglob(STRAY)):
        outcome.wrong.append(f"left behind: {strays}")


def _be_child(folder: Path, number: int) -> None:
    while True:
        publish(folder, number)
        print(number, flush=True)
        number += 1


def main() -> None:
    """The command above, and its publisher."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--publishes", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        _be_child(Path(given.child[0]), int(given.child[1]))
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), publishes=given.publishes, kills=given.kills)
    print(
        json.dumps(
            {name: getattr(outcome, name) for name in ("publishes", "kills", "reads", "twins", "wrong")}
        )
    )
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
