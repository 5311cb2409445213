"""`bench http`: what a poll costs the built-in server, beside nginx with the same file and its twins.

One worker each, on loopback, asked by wrk over 32 connections. nginx runs with the configuration of docs/nginx; neither
side writes a log, ours counts its polls as in production.
"""

import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import httpx2

from publisher.feeds.twins import CODINGS, twin
from tests.bench.measure import Cost, Row, at_least, at_most
from tests.bench.sinks import await_port
from tests.web.feed_servers import feeds_of, serving
from tests.web.nginx import free_port, running_nginx

FEED = "/feeds/index.json"
SIZE_BYTES = 100_705
"""The feed that docs/performance.md speaks of."""
GOAL = 0.5
_KINDS = (
    ("304 to If-None-Match", "gzip", True),
    ("200, gzip twin", "gzip", False),
    ("200, brotli twin", "br", False),
    ("200, plain, 100 KB", "identity", False),
)
"""What is asked for, with which Accept-Encoding, and whether by somebody who has it."""
_WORDS = re.split(
    " ", "العراق بغداد الحكومة مجلس النواب الاقتصاد النفط أسعار قال رئيس الوزراء في بيان إن القرار"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A server: its address, and the processes whose time is its."""

    address: str
    pids: tuple[int, ...]


def bench_http(*, quick: bool) -> list[Row]:
    """The rows of the table: for each kind of answer the throughput, then the servers' processor time."""
    rounds, seconds, kinds = (1, 1, _KINDS[:2]) if quick else (7, 2, _KINDS)
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("bench http needs wrk (Debian: wrk)")
    rows = []
    with tempfile.TemporaryDirectory() as folder, _both(Path(folder)) as (ours, theirs):
        for what, wish, conditional in kinds:
            asks = [
                partial(_ask, wrk, side, _headers(side.address, wish, conditional), seconds)
                for side in (ours, theirs)
            ]
            rows.extend(_rows(what, asks, rounds))
    return rows


def _rows(what: str, asks: Sequence[Callable[[], Cost]], rounds: int) -> list[Row]:
    """Each side once a round, in turn, the first round not counted where there are more; the medians."""
    taken = [[ask() for ask in asks] for _ in range(rounds + (rounds > 1))][-rounds:]
    ours, theirs = (
        Cost(wall=median(cost.wall for cost in costs), cpu=median(cost.cpu for cost in costs))
        for costs in zip(*taken, strict=True)
    )
    return [
        at_least(what, "nginx, static", "requests/s", 1 / ours.wall, 1 / theirs.wall, GOAL, "one worker each"),
        at_most(f"{what}: processor time", "nginx, static", "µs/request", ours.cpu * 1e6, theirs.cpu * 1e6,
                1 / GOAL, "of the server alone"),
    ]  # fmt: skip


def _headers(address: str, wish: str, conditional: bool) -> list[str]:
    """The headers of a reader, with the ETag this side gave it; the answer is looked at once."""
    headers = {"Accept-Encoding": wish, "User-Agent": "Feedly/1.0 (+http://feedly.com; 462 subscribers)"}
    first = httpx2.get(address + FEED, headers=headers)
    coding = first.headers.get("content-encoding", "identity")
    if first.status_code != 200 or coding != wish:
        raise RuntimeError(f"{address} answers {first.status_code}, {coding}")
    if conditional:
        headers["If-None-Match"] = first.headers["etag"]
        if httpx2.get(address + FEED, headers=headers).status_code != 304:
            raise RuntimeError(f"{address} does not answer 304")
    return [text for name, value in headers.items() for text in ("-H", f"{name}: {value}")]


def _ask(wrk: str, side: Side, headers: list[str], seconds: int) -> Cost:
    """What a request cost, of the time and of the server's processor; a wrong or broken answer is an error."""
    script, before = Path(__file__).with_name("wrk_summary.lua"), _cpu(side.pids)
    done = subprocess.run(
        [wrk, "-t1", "-c32", f"-d{seconds}s", "-s", str(script), *headers, side.address + FEED],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    used = _cpu(side.pids) - before
    found = re.search(r"^summary (\{.*\})$", done.stdout, re.MULTILINE)
    summary = json.loads(found[1]) if found else {}
    if not summary or summary["errors"]:
        raise RuntimeError(f"wrk met errors: {done.stdout}")
    return Cost(wall=summary["duration_us"] / 1e6 / summary["requests"], cpu=used / summary["requests"])


def _cpu(pids: Sequence[int]) -> float:
    """Seconds of processor time that these processes have used (proc(5): fields 14 and 15 of stat)."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _both(folder: Path) -> Iterator[tuple[Side, Side]]:
    """The built-in server and nginx, over one folder."""
    public = folder / "public"
    _write_feed(public / "feeds" / "index.json")
    port, ending = free_port(), multiprocessing.get_context("spawn")
    process = ending.Process(target=_serve, args=(public, port), daemon=True)
    process.start()
    try:
        await_port(port)
        nginx = folder / "nginx"
        with running_nginx(nginx, public=public, upstream=port, more="access_log off;") as address:
            workers = _children(int((nginx / "nginx.pid").read_text()))
            yield (
                Side(address=f"http://127.0.0.1:{port}", pids=(process.pid or 0,)),
                Side(address=address, pids=workers),
            )
    finally:
        process.terminate()
        process.join()
        process.close()


def _children(pid: int) -> tuple[int, ...]:
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def _serve(public: Path, port: int) -> None:
    with serving(feeds_of(public, production=True), port=port):
        signal.sigwait({signal.SIGTERM})


def _write_feed(path: Path) -> None:
    """Invented Arabic text of the right size, with its twins."""
    path.parent.mkdir(parents=True)
    chosen = random.Random(1)  # noqa: S311 - equal text in every run
    text = " ".join(chosen.choice(_WORDS) for _ in range(20_000)).encode()[:SIZE_BYTES]
    path.write_bytes(text.decode(errors="ignore").encode())
    for file, data in [(path, None), *((twin(path, c), c.compress(path.read_bytes())) for c in CODINGS)]:
        if data is not None:
            file.write_bytes(data)
        os.utime(file, (1_700_000_000, 1_700_000_000))
