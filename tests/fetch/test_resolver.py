"""Lookups of the names that strangers give: bounded, and nobody else's wait (docs/notes/push.md).

The name server of `….slow.example` never answers; nor does the machine's resolver give up.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest

from publisher.fetch.address import parse_web_address
from publisher.fetch.client import Failure, Fault, Fetcher, Request
from publisher.fetch.guard import Guard
from publisher.fetch.resolver import AT_ONCE, PATIENCE, BusyError, Resolver
from tests.fetch.servers import QUICK
from tests.loops import BOTH

pytestmark = pytest.mark.anyio

SOON = timedelta(milliseconds=50)


class NameServer:
    """Stands in for the machine's resolver: knows `1.2.3.4`'s name, and blocks for slow names until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.asked: list[str] = []
        self.blocked: set[threading.Thread] = set()

    def getaddrinfo(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        if host.endswith("slow.example"):
            self.blocked.add(threading.current_thread())
            self.let_go.wait()
        if host.startswith("missing"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.215.14", "93.184.215.14")]


@pytest.fixture(params=BOTH)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
    yield server
    server.let_go.set()
    for thread in server.blocked:
        thread.join()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(Guard(), limits=QUICK, resolve=Resolver(at_once=10, patience=SOON).resolve)
    yield fetcher
    await fetcher.close()


async def ask(fetcher: Fetcher, host: str) -> Failure:
    found = await fetcher.fetch(Request(address=parse_web_address(f"http://{host}/")))
    assert isinstance(found, Failure)
    return found


async def test_names_that_are_not_answered_hold_up_no_other_work_of_the_process(
    names: NameServer, fetcher: Fetcher
) -> None:
    """Checklist 43 G: abuse. Asyncio's own lookups and threads, which mail uses, go on beside a hundred slow names."""
    await asyncio.gather(*(ask(fetcher, f"{n}.slow.example") for n in range(100)))
    assert names.blocked, "they go on, though nobody waits for them"
    async with asyncio.timeout(30):
        assert await asyncio.to_thread(lambda: "done") == "done"
        assert await asyncio.get_running_loop().getaddrinfo("localhost", 25)


async def test_no_more_threads_look_up_than_may_and_who_comes_then_is_told_at_once(
    names: NameServer, fetcher: Fetcher
) -> None:
    """Checklist 43 G: abuse. A lookup that nobody waits for any more still counts, until it ends."""
    found = await asyncio.gather(*(ask(fetcher, f"{n}.slow.example") for n in range(25)))
    assert [failure.fault for failure in found].count(Fault.TIMEOUT) <= 10
    assert {failure.fault for failure in found} == {Fault.TIMEOUT, Fault.BUSY}
    assert (await ask(fetcher, "quick.example")).fault is Fault.BUSY
    assert len(names.blocked) == len(names.asked) <= 10
    names.let_go.set()
    for thread in names.blocked:
        await asyncio.to_thread(thread.join)
    assert (await ask(fetcher, "missing.example")).fault is Fault.UNKNOWN_HOST, "there is room again"


async def test_one_fetchers_lookups_do_not_make_another_busy(names: NameServer, fetcher: Fetcher) -> None:
    """Checklist 43 G: a hub that the settings name is told, whatever strangers make us look up."""
    await asyncio.gather(*(ask(fetcher, f"{n}.slow.example") for n in range(25)))
    other = Fetcher(Guard(), limits=QUICK)
    assert (await ask(other, "missing.example")).fault is Fault.UNKNOWN_HOST
    await other.close()


async def test_a_name_that_is_being_looked_up_is_not_looked_up_once_more(names: NameServer) -> None:
    resolver = Resolver(at_once=1, patience=SOON)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await resolver.resolve("a.slow.example", 80)
    with pytest.raises(BusyError):
        await resolver.resolve("b.slow.example", 80)
    waiting = [asyncio.create_task(resolver.resolve("a.slow.example", 80)) for _ in range(2)]
    await asyncio.sleep(0)
    names.let_go.set()
    assert await asyncio.gather(*waiting) == [(ip_address("93.184.215.14"),)] * 2, "each address once"
    assert names.asked == ["a.slow.example"]
    assert await resolver.resolve("c.slow.example", 80), "there is room again"


async def test_a_name_that_can_be_none_has_no_address() -> None:
    with pytest.raises(OSError, match="label"):
        await Resolver().resolve("a" * 64, 80)


async def test_a_machine_without_threads_is_busy(monkeypatch: pytest.MonkeyPatch, names: NameServer) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    resolver = Resolver(at_once=1)
    with monkeypatch.context() as poor:
        poor.setattr(threading.Thread, "start", refuse)
        with pytest.raises(BusyError, match="can't start new thread"):
            await resolver.resolve("quick.example", 80)
    assert await resolver.resolve("quick.example", 80)


def test_the_usual_bounds_are_those_of_the_engine() -> None:
    """Eight workers, each giving a lookup up after `PATIENCE`, while a resolver goes on for twenty seconds."""
    assert 8 * 20 / PATIENCE.total_seconds() <= AT_ONCE


CHILD = """
import asyncio, signal, socket, threading
from publisher.fetch.address import parse_web_address
from publisher.fetch.client import Fetcher, Request
from publisher.fetch.guard import Guard
from publisher.wiring.loop import run

def never(*_, **__):
    print("looking up", flush=True)
    threading.Event().wait()

socket.getaddrinfo = never

async def main():
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    fetcher = Fetcher(Guard())
    asked = asyncio.create_task(fetcher.fetch(Request(address=parse_web_address("http://a.slow.example/"))))
    await ending.wait()
    asked.cancel()
    await fetcher.close()

run(main())
print("ended", flush=True)
"""


def test_a_lookup_that_never_ends_does_not_keep_the_process_from_ending() -> None:
    """Asked by SIGTERM, on the loop that a running Nashra has."""
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"looking up\n"
        os.kill(child.pid, signal.SIGTERM)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
        child.wait()
    assert (child.returncode, out, err) == (0, b"ended\n", b"")


async def test_an_answer_that_comes_after_the_loop_has_ended_is_nobodys(names: NameServer) -> None:
    def look() -> None:
        with pytest.raises(TimeoutError):
            asyncio.run(Resolver(patience=SOON).resolve("a.slow.example", 80))

    await asyncio.to_thread(look)
    names.let_go.set()
    for thread in names.blocked:
        await asyncio.to_thread(thread.join)
