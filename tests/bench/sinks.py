"""Relays that take everything: Postfix's `smtp-sink` where it is installed, else one of our own.

Each runs in a process of its own, on loopback.
"""

import asyncio
import multiprocessing
import os
import pwd
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.daemon import free_port
from tests.lab.programs import find_program

BACKLOG = 1_000


@contextmanager
def running_sink() -> Iterator[tuple[int, str]]:
    """The port of a fast sink, and what it is."""
    program = find_program("smtp-sink")
    if program is None:
        with delaying_sink(0) as port:
            yield port, "our own sink (no smtp-sink here)"
        return
    port = free_port()
    user = ("-u", pwd.getpwuid(os.getuid()).pw_name) if os.getuid() == 0 else ()  # it insists on it for root
    process = subprocess.Popen(
        [program, *user, f"127.0.0.1:{port}", str(BACKLOG)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_port(port)
        yield port, "smtp-sink"
    finally:
        process.kill()
        process.wait()


@contextmanager
def delaying_sink(delay: float) -> Iterator[int]:
    """The port of our own sink, which lets every answer travel for `delay` seconds: one flight, one delay."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, delay), daemon=True)
    process.start()
    try:
        await_port(port)
        yield port
    finally:
        process.kill()
        process.join()
        process.close()


class _Sink(asyncio.Protocol):
    """Answers a flight of commands at once, after the delay."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._in_message = False
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        said = b""
        self._buffer += data
        while True:
            if self._in_message:
                if not self._buffer.endswith(b"\r\n.\r\n"):
                    self._buffer = self._buffer[-4:]
                    break
                self._buffer, self._in_message = b"", False
                said += b"250 2.0.0 Ok\r\n"
            line, ended, rest = self._buffer.partition(b"\r\n")
            if not ended:
                break
            self._buffer = rest
            said += self._answer(line[:4].upper())
        if said:
            self._say(said)

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"DATA":
            self._in_message = True
            return b"354 go\r\n"
        return b"221 2.0.0 Bye\r\n" if verb == b"QUIT" else b"250 2.0.0 Ok\r\n"

    def _say(self, words: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, words)
        else:
            self._transport.write(words)


def _serve(port: int, delay: float) -> None:
    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Sink(delay), "127.0.0.1", port, backlog=BACKLOG)
        await server.serve_forever()

    asyncio.run(forever())


def await_port(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the sink did not start within ten seconds")
