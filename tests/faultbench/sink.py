"""The relay as a process: two ports of loopback, one plain, one with STARTTLS and AUTH."""

import asyncio
import os
import signal
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faultbench.certificates import BAD, GOOD
from tests.faultbench.conversation import Sink, Visit
from tests.faultbench.fault_plans import build_fault_plan
from tests.faultbench.journal import JournalWriter
from tests.faultbench.plan import Plan, seeded
from tests.faultbench.samples import ABOUT, SampleWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the relay listens."""

    plain: int
    secure: int


def run_sink(plan: Plan, journal: Path, tell: Connection) -> None:
    """Serve until SIGTERM. Tells its ports once they are open; its errors go beside its journal."""
    log = os.open(journal.with_name("sink.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    asyncio.run(_serve(plan, journal, tell))


async def _serve(plan: Plan, journal: Path, tell: Connection) -> None:
    folder = journal.with_name("tls")
    sink = Sink(
        plan=build_fault_plan(plan.faults, plan.seed),
        journal=JournalWriter(journal),
        samples=SampleWriter(journal.with_name("samples"), every=max(1, plan.n // ABOUT)),
        chance=seeded(plan.seed, "delay"),
        delay_s=plan.delay_ms / 1000,
        greylist=plan.faults == "greylist",
        pipelining=plan.pipelining,
        tls=_showing(folder / GOOD),
        bad_tls={kind: _showing(folder / file) for kind, file in BAD.items()},
    )
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(partial(Visit, sink, secure=secure), "127.0.0.1", 0, backlog=512)
        for secure in (False, True)
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    with suppress(BrokenPipeError):
        tell.send(Ports(plain=ports[0], secure=ports[1]))
    await ended.wait()
    for server in servers:
        server.close()
    sink.journal.close()
    sink.samples.close()


def _showing(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
