"""`bench sign`: an issue signed beside the sender, against the same signed by the sender itself."""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.jobs.ingest import ingest
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.mail.dkim import DkimSigner
from publisher.mail.dkim_key import Algorithm, DkimKey, generate_key
from publisher.mail.signers import Signers, count_signers
from publisher.page_server import listen, serve_pages
from publisher.settings import load_settings
from publisher.wiring.folder import DataFolder
from publisher.wiring.keys import derive_keys
from publisher.wiring.newsroom import House
from tests.bench.asker import PATHS
from tests.bench.engine import LANES, Engine, freeze_next, open_engine, prepare, send_issue
from tests.bench.measure import Row, at_least, at_most
from tests.bench.sinks import running_sink

ROOT = Path(__file__).parents[2]
_SETTINGS = '[site]\ntitle = "bench"\nhome = "https://news.example"\n'
_ARTICLE = """---
title: عيّنة مختلقة رقم {number}
date: 2025-11-01T10:00:00+03:00
language: ar
url: https://news.example/{number}
---

نص مختلق لا يقول شيئًا.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What one sending cost: messages a second, the sender's own processor time for each in seconds, and the slowest
    hundredth of the answers to whoever read a feed or a page meanwhile, in seconds.
    """

    rate: float
    cpu: float
    p99: float


def bench_sign(*, quick: bool) -> list[Row]:
    """The rows of the table: signing beside and here in turn, in one run."""
    rounds, readers = (1, 100) if quick else (7, 4_000)
    key = generate_key("bench", Algorithm.RSA)
    sides = {"unsigned": None, "here": 0, "beside": count_signers() or 1}
    seen: dict[str, list[Sending]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as name, running_sink() as (port, sink):
        template = Path(name) / "template"
        prepare(template, readers)
        for number in range(rounds + 1):
            for side, most in sides.items():
                with _copied(template) as folder:
                    sending = asyncio.run(_send(folder, port, key, most))
                if number or quick:
                    seen[side].append(sending)
    rate, cpu, p99 = (
        {side: statistics.median(getattr(each, name) for each in runs) for side, runs in seen.items()}
        for name in ("rate", "cpu", "p99")
    )
    note = f"RSA-2048, SQLite FULL, {LANES} lanes, {sides['beside']} beside, to {sink}"
    return [
        at_least("signed engine: throughput", "signed by the sender", "messages/s",
                 rate["beside"], rate["here"], 1, note),
        at_most("signed engine: the sender's processor time", "signed by the sender", "µs/message",
                cpu["beside"] * 1e6, cpu["here"] * 1e6, 0.8, note),
        at_most("signed engine: the sender's processor time", "unsigned", "µs/message",
                cpu["beside"] * 1e6, cpu["unsigned"] * 1e6, 1.5, note),
        at_most("feed and page while it sends: p99", "signed by the sender", "ms",
                p99["beside"] * 1e3, p99["here"] * 1e3, 1, note),
        at_most("feed and page while it sends: p99", "unsigned", "ms",
                p99["beside"] * 1e3, p99["unsigned"] * 1e3, 1.5, note),
    ]  # fmt: skip


async def _send(folder: Path, port: int, key: DkimKey, most: int | None) -> Sending:
    """Send one issue while somebody reads. `most` processes sign; None: nobody does."""
    with closing(Signers((key,), most=most or 0)) as signers, open_engine(folder, port) as opened:
        domain = opened.room.sender.address.domain
        dkim = None if most is None else DkimSigner(domain=domain, keys=(key,), beside=signers.sign)
        engine = replace(opened, room=replace(opened.room, dkim=dkim))
        _publish(engine, folder)
        issue = freeze_next(engine)
        with _house(engine, folder, signers) as house, closing(listen("127.0.0.1", 0)) as listening:
            file = folder / "nashra.toml"
            file.write_text(_SETTINGS, encoding="utf-8")
            place = listening.getsockname()[1]
            async with serve_pages(house, load_settings(file, {}), listening, None):
                with _reading(place) as taken:
                    wall, cpu = time.perf_counter(), time.process_time()
                    sent = await send_issue(engine, issue)
                    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                    await asyncio.to_thread(taken.end)
    return Sending(rate=sent / wall, cpu=cpu / sent, p99=taken.p99)


def _publish(engine: Engine, folder: Path) -> None:
    for number in range(10):
        text = _ARTICLE.format(number=number)
        (folder / "articles" / f"{number}.md").write_text(text, encoding="utf-8")
    ingest(engine.room)
    refresh_feeds(engine.room)


@contextmanager
def _house(engine: Engine, folder: Path, signers: Signers) -> Iterator[House]:
    with DataFolder(folder, lock=False) as data:
        yield House(
            room=engine.room,
            folder=data,
            keys=derive_keys(b"bench" * 8),
            stopping=threading.Event(),
            signers=signers,
        )


class _Reading:
    """A reader's program, in a process of its own."""

    def __init__(self, port: int) -> None:
        self.p99 = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.asker", str(port)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def end(self) -> None:
        """Tell it to end and take what it measured. Raises RuntimeError where it failed."""
        printed, _ = self._process.communicate(timeout=60)
        if self._process.returncode:
            raise RuntimeError("the reader's program failed")
        found = json.loads(printed)
        taken = sorted(seconds for path in PATHS for seconds in found[path])
        self.p99 = taken[len(taken) * 99 // 100]


@contextmanager
def _reading(port: int) -> Iterator[_Reading]:
    reading = _Reading(port)
    try:
        yield reading
    finally:
        if reading._process.poll() is None:
            reading._process.kill()
            reading._process.communicate()


@contextmanager
def _copied(template: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="copy-", dir=template.parent) as name:
        shutil.copytree(template, name, dirs_exist_ok=True)
        yield Path(name)
