"""LMTP (RFC 2033): the mail server of this machine hands bounces over as they come.

Promise: 250 is answered after the mail was taken (`mail.intake`); whatever fails gives 451, and the server tries
again. It listens on loopback or on a Unix socket only: who is let in here may speak about every reader. One answer
for each recipient, as LMTP asks.

With Postfix: `transport_maps` sends the bounce domain to `lmtp:inet:127.0.0.1:PORT` or `lmtp:unix:PATH`.
"""

import asyncio
import ipaddress
import logging
import socket
from contextlib import suppress
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from publisher.mail.intake import MAX_MAIL_OCTETS, Take

log = logging.getLogger(__name__)

_MAX_RECIPIENTS = 100
_CRLF = "\r\n"


class LmtpIntake:
    """Held while bounces are taken: `await start()`, then `await close()`."""

    def __init__(self, take: Take, *, listen: Path | tuple[str, int]) -> None:
        if isinstance(listen, tuple) and not ipaddress.ip_address(listen[0]).is_loopback:
            raise ValueError("bounces are taken on loopback or a Unix socket only")
        self._handler = _Handler(take)
        self._listen = listen
        self._server: asyncio.Server | None = None
        self._doors = _Doors()

    @property
    def port(self) -> int:
        """The port it listens on, once started on one."""
        if self._server is None or not isinstance(self._listen, tuple):
            raise RuntimeError("the intake is not started, or listens on a Unix socket")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises OSError where the place is taken. The Unix socket may be used by its owner and group."""
        loop, self._doors = asyncio.get_running_loop(), _Doors()
        if isinstance(self._listen, tuple):
            host, port = self._listen
            self._server = await loop.create_server(self._open, host, port)
            return
        await asyncio.to_thread(_remove_stale, self._listen)
        self._server = await loop.create_unix_server(self._open, self._listen)
        self._listen.chmod(0o660)

    async def close(self) -> None:
        """Stop listening and hang up. A mail that was not answered yet comes again."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        await self._doors.close()
        await server.wait_closed()
        if isinstance(self._listen, Path):
            await asyncio.to_thread(self._listen.unlink, missing_ok=True)

    def _open(self) -> "_Door":
        return _Door(self._handler, self._doors)


class _Handler:
    """What aiosmtpd calls. A class of its own, since aiosmtpd reads every attribute of its handler, properties too."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail; one line of answer for each recipient."""
        content = envelope.original_content
        raw = _as_delivered(content if isinstance(content, bytes) else b"", envelope)
        try:
            await asyncio.to_thread(self._take, raw, tuple(envelope.rcpt_tos))
        except Exception:  # whatever it was, the mail must come again: the server keeps it on a 4xx
            log.exception("a bounce could not be taken")
            return _CRLF.join(["451 4.3.0 could not be taken, try again"] * len(envelope.rcpt_tos))
        return _CRLF.join(["250 2.0.0 taken"] * len(envelope.rcpt_tos))

    async def handle_RCPT(  # noqa: N802
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        if len(envelope.rcpt_tos) >= _MAX_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"


class _Doors:
    """The open connections; aiosmtpd keeps no list, and closing must hang up on them."""

    def __init__(self) -> None:
        self._open: set[_Door] = set()
        self._all_shut = asyncio.Event()
        self._is_closing = False

    def add(self, door: "_Door") -> None:
        """One more. Where the intake is closing it is shut at once: it was accepted just before the listening ended."""
        self._open.add(door)
        if self._is_closing:
            door.hang_up()

    def discard(self, door: "_Door") -> None:
        self._open.discard(door)
        if not self._open:
            self._all_shut.set()

    async def close(self) -> None:
        self._is_closing = True
        self._all_shut.clear()
        for door in list(self._open):
            door.hang_up()
        if self._open:
            await self._all_shut.wait()


class _Door(LMTP):
    """One connection."""

    def __init__(self, handler: _Handler, doors: _Doors) -> None:
        super().__init__(
            handler,
            data_size_limit=MAX_MAIL_OCTETS,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Nashra",
            loop=asyncio.get_running_loop(),
        )
        self._doors = doors

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._doors.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._doors.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close without waiting for the other side."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


def _as_delivered(content: bytes, envelope: Envelope) -> bytes:
    """The mail with its envelope on top, as final delivery writes it (RFC 5321 section 4.4): kept like that, it can be
    taken again from a file. aiosmtpd has parsed the addresses; a line end in one would be a header of its own.
    """
    fields = [("Return-Path", f"<{(envelope.mail_from or '').strip('<>')}>")]
    fields += [("Delivered-To", recipient) for recipient in envelope.rcpt_tos]
    lines = [f"{name}: {value}" for name, value in fields if value.isprintable()]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + content


def _remove_stale(path: Path) -> None:
    """A socket file that nobody listens on, left by a process that was killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as probe, suppress(FileNotFoundError, ConnectionRefusedError):
        probe.connect(str(path))
        raise OSError(f"{path} is in use")
    if path.is_socket():
        path.unlink()
