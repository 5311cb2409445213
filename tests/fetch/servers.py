"""Servers on loopback for the fetcher to meet: one that answers as told, and a canary that must never be reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address, ip_network

from publisher.fetch.client import Answer, Failure, Fetcher, Limits, Request
from publisher.fetch.guard import Guard, Resolve
from publisher.fetch.public import Address

SERVER = "127.0.0.2"
"""The tests' own network; the canary is at 127.0.0.1, which is nobody's to reach."""
OWN = Guard(own_networks=(ip_network(f"{SERVER}/32"),))
QUICK = Limits(
    connect=timedelta(seconds=1), pause=timedelta(seconds=0.3), total=timedelta(seconds=1), connections=4
)


@dataclass(slots=True)
class Server:
    """What it was asked, each as the raw head of a request, and how often it was connected to."""

    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


def reply(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def serving(
    answer: Callable[[str], bytes | Sequence[bytes]], *, host: str = SERVER, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """A server that gives `answer(head)` to each request; of a sequence, each piece after a moment."""
    server = Server()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        try:
            await _converse(server, reader, writer, answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, host, 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


async def _converse(
    server: Server,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Callable[[str], bytes | Sequence[bytes]],
) -> None:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next(
            (
                int(line.split(":")[1])
                for line in head.lower().splitlines()
                if line.startswith("content-length")
            ),
            0,
        )
        server.heads.append(head)
        server.bodies.append(await reader.readexactly(length))
        said = answer(head)
        for piece in [said] if isinstance(said, bytes) else said:
            writer.write(piece)
            await writer.drain()
            if not isinstance(said, bytes):
                await asyncio.sleep(0.05)


@asynccontextmanager
async def canary() -> AsyncIterator[Server]:
    """A listener on 127.0.0.1, and on ::1 at the same port where there is one."""
    async with serving(lambda _: reply("200 OK", b"secret"), host="127.0.0.1") as bird:
        yield bird


async def ask(guard: Guard, request: Request, **changes: object) -> Answer | Failure:
    """One request by a fetcher of its own."""
    fetcher = Fetcher(guard, **{"limits": QUICK, **changes})  # type: ignore[arg-type]
    try:
        return await fetcher.fetch(request)
    finally:
        await fetcher.close()


def resolving(*answers: Sequence[str]) -> Resolve:
    """A name server that gives its answers in turn, the last for ever."""
    left = [tuple(ip_address(text) for text in answer) for answer in answers]

    async def resolve(host: str, port: int) -> Sequence[Address]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve
