"""A relay on loopback that does what a script says at each step, and writes down what it was told.

Written on plain streams and sharing nothing with the sender, so that it can be its witness.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

Script = Mapping[str, "bytes | Fault"]
"""What to answer at a step instead of the usual; a step is a command in lower case, `banner`, `body` or `dot`."""


class Fault(StrEnum):
    """What else can happen than an answer."""

    DROP = "drop"
    """The connection is reset."""
    HANG_UP = "hang-up"
    """The relay closes its side in good order."""
    STALL = "stall"
    """Nothing more comes, ever."""
    DRIP = "drip"
    """One octet of an answer now and then, never its end."""


USUAL: dict[str, bytes] = {
    "banner": b"220 relay.example ESMTP\r\n",
    "ehlo": b"250-relay.example\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    "helo": b"250 relay.example\r\n",
    "starttls": b"220 2.0.0 go ahead\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 Ok\r\n",
    "rcpt": b"250 2.1.5 Ok\r\n",
    "data": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    "dot": b"250 2.0.0 Ok: queued\r\n",
    "rset": b"250 2.0.0 Ok\r\n",
    "noop": b"250 2.0.0 Ok\r\n",
    "quit": b"221 2.0.0 Bye\r\n",
}

NEEDED = {"rcpt": "mail", "data": "rcpt"}
"""What must have been accepted before a step: else the usual answer is 503."""
EHLO: dict[str, bytes] = {
    "plain": b"250 relay.example\r\n",
    "usual": USUAL["ehlo"],
    "pipelining": USUAL["ehlo"].replace(b"250-SIZE", b"250-PIPELINING\r\n250-SIZE"),
    "everything": USUAL["ehlo"].replace(b"250-SIZE", b"250-PIPELINING\r\n250-DSN\r\n250-SIZE"),
}
"""Answers to EHLO, from a relay that offers nothing to one that offers all we know to use."""


@dataclass(slots=True)
class ScriptedRelay:
    """One relay. `script` may be changed between messages; `once` holds answers given a single time. `commands` are
    all lines it was given, `bodies` all messages whose final dot came, unstuffed; `connections` counts.
    """

    script: Script
    tls: ssl.SSLContext | None = None
    port: int = 0
    afterwards: bytes = b""
    """Said unasked, a little after the answer to a dot."""
    connections: int = 0
    once: "dict[str, bytes | Fault]" = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    in_one_go: bool = False
    """The answers to MAIL, RCPT and DATA leave together once DATA has come: only a pipelining client gets any."""
    pace: float = 0.0
    """Seconds from a final dot to its answer."""
    in_flight: int = 0
    most_in_flight: int = 0
    """Messages between their dot and its answer, now and at most so far."""
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a stall has begun."""
    _held: bytes = b""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def verbs(self) -> list[str]:
        """The commands' first words, upper case."""
        return [command.split(" ")[0].upper() for command in self.commands]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def stop(self) -> None:
        """End what still stalls."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer("banner", writer)
        accepted: set[str] = set()
        while line := await reader.readline():
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            self.commands.append(command)
            verb = command.split(" ")[0].lower()
            if verb == "mail":
                accepted.clear()
            answer = await self._answer(verb if verb in USUAL else "garbage", writer, accepted)
            if answer.startswith(b"2"):
                accepted.add(verb)
            if verb == "starttls" and self.tls is not None:
                await writer.start_tls(self.tls)
            elif verb == "data" and answer.startswith(b"354"):
                await self._take_body(reader, writer)
            elif verb == "quit":
                return

    async def _take_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "body" in self.script:
            await reader.read(200)
            await self._answer("body", writer)
            while await reader.read(65_536):
                pass  # an answer before the dot; the rest is taken and thrown away
            raise ConnectionResetError
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionResetError
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.bodies.append(b"".join(lines))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.pace)
            await self._answer("dot", writer)
        finally:
            self.in_flight -= 1
        if self.afterwards:
            await asyncio.sleep(0.01)
            writer.write(self.afterwards)

    async def _answer(
        self, step: str, writer: asyncio.StreamWriter, accepted: Collection[str] = ("mail", "rcpt")
    ) -> bytes:
        usual = USUAL.get(step, b"502 5.5.2 what?\r\n")
        if step in NEEDED and NEEDED[step] not in accepted:
            usual = b"503 5.5.1 not now\r\n"
        answer = self.once.pop(step, None) or self.script.get(step, usual)
        match answer:
            case Fault.DROP:
                writer.transport.abort()
                raise ConnectionResetError
            case Fault.HANG_UP:
                writer.close()
                raise ConnectionResetError
            case Fault.STALL:
                self.stalled.set()
                await asyncio.sleep(3600)
            case Fault.DRIP:
                for octet in b"250-" + b"x" * 3600:
                    writer.write(bytes([octet]))
                    await asyncio.sleep(0.02)
            case bytes():
                await self._say(step, answer, writer)
                return answer
        return b""

    async def _say(self, step: str, answer: bytes, writer: asyncio.StreamWriter) -> None:
        if self.in_one_go and step in ("mail", "rcpt") and not answer.startswith(b"421"):
            self._held += answer
            return
        writer.write(self._held + answer)
        self._held = b""
        await writer.drain()
        if answer.startswith(b"421"):
            writer.close()
            raise ConnectionResetError


@asynccontextmanager
async def scripted_relay(
    script: Script | None = None, *, tls: ssl.SSLContext | None = None, implicit_tls: bool = False
) -> AsyncIterator[ScriptedRelay]:
    """A relay listening on a port of its own."""
    relay = ScriptedRelay(script=dict(script or {}), tls=tls)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, ssl=tls if implicit_tls else None)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        await relay.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 1)
