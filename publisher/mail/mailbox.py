"""The demonstration mailbox: a mail server on loopback that keeps what it gets, byte for byte.

Promise: after our 250 the message is on disk under its final name, whole (fsync, then rename); the bytes are those
that came, the envelope lies beside them. It listens on this machine only and never passes anything on.
"""

import asyncio
import ipaddress
import json
import logging
import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.mail.stored import MailboxEntry, StoredMessage, load_entry, load_message

MAX_MESSAGE_OCTETS = 10 * 1024 * 1024
log = logging.getLogger(__name__)


class Mailbox:
    """Held while the demonstration runs: `await start()`, then `await close()`. `folder` is made if missing."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError("the demonstration mailbox listens on loopback only")
        self._folder = folder
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._doors = _Doors()
        self._numbers = count(1)

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        if self._server is None:
            raise RuntimeError("the mailbox is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> int:
        """Listen; returns the port. Raises OSError where the port is taken."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Door(self, self._doors), self._host, self._port)
        return self.port

    async def close(self) -> None:
        """Stop listening and hang up on whoever is connected. What was answered with 250 stays."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        await self._doors.close()
        await server.wait_closed()

    def list_messages(self, limit: int | None = None) -> tuple[MailboxEntry, ...]:
        """The stored messages, newest first. Reads the disk: call it in a thread."""
        names = sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
        return tuple(load_entry(self._folder, name) for name in names[:limit])

    def read(self, message_id: str) -> StoredMessage | None:
        """One stored message by the id of its entry; None where there is none. Reads the disk."""
        return load_message(self._folder, message_id)

    def count(self) -> int:
        """How many messages are stored."""
        return sum(1 for _ in self._folder.glob("*.eml"))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole message."""
        content = envelope.original_content or b""
        record = {"from": envelope.mail_from or "", "to": list(envelope.rcpt_tos)}
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{os.getpid():07d}-{next(self._numbers):07d}"
        try:
            await asyncio.to_thread(_save, self._folder, name, content, json.dumps(record))
        except OSError:
            log.exception("the mailbox could not store a message")
            return "452 4.3.1 could not be stored"
        return f"250 2.0.0 stored as {name}"


class _Doors:
    """The open connections; aiosmtpd keeps no list, and closing must hang up on them."""

    def __init__(self) -> None:
        self._open: set[_Door] = set()
        self._all_shut = asyncio.Event()

    def add(self, door: "_Door") -> None:
        self._open.add(door)

    def discard(self, door: "_Door") -> None:
        self._open.discard(door)
        if not self._open:
            self._all_shut.set()

    async def close(self) -> None:
        self._all_shut.clear()
        for door in list(self._open):
            door.hang_up()
        if self._open:
            await self._all_shut.wait()


class _Door(SMTP):
    """One connection to the mailbox."""

    def __init__(self, mailbox: Mailbox, doors: _Doors) -> None:
        super().__init__(
            mailbox,
            data_size_limit=MAX_MESSAGE_OCTETS,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Nashra demonstration mailbox",
            loop=asyncio.get_running_loop(),
        )
        self._doors = doors

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._doors.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._doors.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close without waiting for the other side."""
        cast("asyncio.Transport", self.transport).abort()


def _save(folder: Path, name: str, content: bytes, record: str) -> None:
    """The envelope first: a message that is there has one. The message appears whole or not at all."""
    (folder / f"{name}.json").write_text(record + "\n", encoding="utf-8")
    part = folder / f"{name}.part"
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / f"{name}.eml")
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
