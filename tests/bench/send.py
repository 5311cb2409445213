"""`bench send`: the whole engine, from frozen rows to settled ones."""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.wiring.loop import run
from tests.bench.engine import NoLedger, freeze_next, open_engine, prepare, send_issue
from tests.bench.freezing import load_frozen, time_executemany, time_freeze
from tests.bench.measure import Row, Work, at_least, at_most, measure
from tests.bench.sinks import running_sink

ROOT = Path(__file__).parents[2]


def bench_send(*, quick: bool) -> list[Row]:
    """The rows of the table."""
    rounds = 1 if quick else 5
    small, large = (500, 1_000) if quick else (10_000, 1_000_000)
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as name, running_sink() as (port, sink):
        folder = Path(name)
        prepare(folder / "small", small)
        prepare(folder / "large", large)
        rows = [_ledger_row(folder / "small", port, sink, rounds=rounds)]
        rows += _growth_rows(folder, (small, large), port, sink, rounds=rounds)
        rows.append(_freeze_row(folder / "large", large, rounds=rounds))
    return rows


def _ledger_row(template: Path, port: int, sink: str, *, rounds: int) -> Row:
    """Eight lanes, unsigned; without a ledger every intent is granted at once and no outcome is written."""
    with _copied(template) as folder:

        def side(ledger: Callable[[], object] | None) -> Work:
            async def work() -> int:
                with open_engine(folder, port, ledger=ledger) as engine:
                    issue = freeze_next(engine)
                    return await send_issue(engine, issue)

            return lambda: run(work())

        costs = measure({"ledger": side(None), "none": side(NoLedger)}, rounds=rounds)
    return at_least(
        "whole engine with ledger, 8 lanes", "the same without", "messages/s",
        1 / costs["ledger"].wall, 1 / costs["none"].wall, 0.9, f"SQLite FULL, to {sink}",
    )  # fmt: skip


def _growth_rows(folder: Path, sizes: tuple[int, int], port: int, sink: str, *, rounds: int) -> list[Row]:
    """As many messages each, out of a small and out of a large issue, in processes of their own."""
    seen: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    for _, (name, size) in itertools.product(range(rounds), zip(("small", "large"), sizes, strict=True)):
        with _copied(folder / name) as copy:
            seen[size].append(_child(copy, port, min(sizes)))
    small, large = (
        {key: sorted(run[key] for run in seen[size])[len(seen[size]) // 2] for key in seen[size][0]}
        for size in sizes
    )
    names = f"{sizes[1]:,} readers", f"{sizes[0]:,} readers"
    note = f"freeze and the first {min(sizes):,} messages, to {sink}"
    memory = at_most(f"memory, {names[0]}", names[1], "MB", large["rss"], small["rss"], 1.2, note)
    cost = at_most(
        f"a message, {names[0]}", names[1], "µs", large["wall"] * 1e6, small["wall"] * 1e6, 1.1, note
    )
    return [memory, cost]


def _child(folder: Path, port: int, messages: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.child", str(folder), str(port), str(messages)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _freeze_row(template: Path, count: int, *, rounds: int) -> Row:
    """One INSERT … SELECT with its batches, against the same rows from memory; each in a fresh copy."""
    with _copied(template) as folder, open_engine(folder, 9) as engine:
        rows = load_frozen(engine, freeze_next(engine))
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    for number in range(rounds + 1):
        for name in seconds:
            with _copied(template) as copy, open_engine(copy, 9) as engine:
                took = time_freeze(engine) if name == "ours" else time_executemany(engine, rows)
            if number:
                seconds[name].append(took)
    ours, peer = (sorted(seconds[name])[rounds // 2] for name in ("ours", "peer"))
    return at_most(f"freeze {count:,} deliveries", "raw executemany", "s", ours, peer, 1.2)


@contextmanager
def _copied(template: Path) -> Iterator[Path]:
    """A copy of a prepared folder."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=template.parent) as name:
        shutil.copytree(template, name, dirs_exist_ok=True)
        yield Path(name)
