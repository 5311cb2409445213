"""The plain case of a poll, answered as its bytes arrive, without parsing or building anything twice.

Nearly every request for a feed is one GET in one piece with no body, on a connection that is idle. Such a request is
read here and its ready answer written at once. Whatever is in any way out of the ordinary (a second request in the same
piece, a body, an upgrade, a line that is not plain) goes to uvicorn's own protocol with all its checks, and comes to
the same `Feeds` by way of `FeedDoor`.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, NamedTuple

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from publisher.feeds.served import is_served
from publisher.web.answer import Answer
from publisher.web.feeds import PREFIX, Feeds

_MOST_BYTES = 2048
"""A longer head is not plain."""
_READ_BYTES = 32 * 1024
_HEADS = 2048
"""How many heads are remembered. Nothing in a poll names the reader, so all copies of a program that hold the same
feed send the same bytes; reading them again is a third of our part of an answer."""
_PLAIN = re.compile(
    rb"(GET|HEAD) (?:https?://[A-Za-z0-9._:\[\]-]+)?"
    + re.escape(PREFIX.encode())
    + rb"([a-z0-9/.-]+) HTTP/1\.1"
    rb"(\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n"
)
"""RFC 9112 sections 3 and 5, no more: no fold, no bare line break, no blank before a colon. What this takes, every
proxy before us has read the same way, so a request cannot be smuggled in another. A whole address as target will do
(section 3.2.2): feeds are the same for every host."""
_FIELD = re.compile(rb"\n([^:\r]+):[ \t]*([^\r]*)")
_NOT_PLAIN = frozenset((
    b"content-length", b"expect", b"http2-settings", b"te", b"trailer", b"transfer-encoding", b"upgrade",
))  # fmt: skip


class _Date:
    """The Date field and the end of the head, made once a second (RFC 9110 section 6.6.1)."""

    def __init__(self) -> None:
        self._second = -1
        self._line = b""

    def line(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._line = f"date: {formatdate(second, usegmt=True)}\r\n\r\n".encode("ascii")
        return self._line


def lane_of(feeds: Feeds) -> type[H11Protocol]:
    """The protocol for uvicorn (`Config(http=…)`) that answers these feeds itself."""

    class FastLane(_FastLane):
        pass

    FastLane.feeds = feeds
    return FastLane


class _FastLane(H11Protocol):
    feeds: Feeds
    _date = _Date()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._is_untouched = True  # by uvicorn, since it was last known to be idle
        self._used_at = 0.0
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read in smaller pieces: asyncio asks for 256 KB at a time, which the allocator maps and unmaps each time."""
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = _READ_BYTES

    def data_received(self, data: bytes) -> None:
        """Answer a plain poll; give anything else to uvicorn."""
        answer = self._answer(data) if self._is_idle() else None
        if answer is None:
            self._is_untouched = False
            super().data_received(data)
            return
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        self.server_state.total_requests += 1
        self.transport.writelines((answer.head, self._date.line(), answer.body))
        self._used_at = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._close_if_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer too."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        """Nothing is being answered, nothing half received, and what was written is on its way."""
        if self.flow.write_paused:
            return False
        if not self._is_untouched:
            conn = self.conn
            are_idle = conn.our_state is h11.IDLE and conn.their_state is h11.IDLE
            self._is_untouched = are_idle and not conn.trailing_data[0]
        return self._is_untouched

    def _answer(self, data: bytes) -> Answer | None:
        poll = read_plain_poll(data)
        if poll is None or not is_served(poll.name):
            return None
        return self.feeds.poll(*poll, self.client[0] if self.client else "")

    def _close_if_idle(self) -> None:
        """End a connection that was idle for as long as uvicorn waits; look again where it was used meanwhile. One
        timer a connection, not one a request.
        """
        self._idle = None
        left = self._used_at + self.timeout_keep_alive - self.loop.time()
        if self.transport.is_closing() or not self._is_idle() or self.timeout_keep_alive_task is not None:
            return  # uvicorn has the connection in hand and times it
        if left > 0:
            self._idle = self.loop.call_later(left, self._close_if_idle)
        else:
            self.timeout_keep_alive_handler()


class PlainPoll(NamedTuple):
    """A plain request: `name` is what follows `/feeds/`. A tuple, because a frozen dataclass takes as long to make as
    the rest of the reading.
    """

    method: str
    name: str
    fields: Mapping[bytes, bytes]


@lru_cache(maxsize=_HEADS)
def read_plain_poll(data: bytes) -> PlainPoll | None:
    """The request these bytes are, no more and no less; None for one that is not plain: then it is not even said to be
    wrong, only not for us.
    """
    found = _PLAIN.fullmatch(data) if len(data) <= _MOST_BYTES else None
    if found is None:
        return None
    fields: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(found[3]):
        name = name.lower()
        fields[name] = fields[name] + b", " + value if name in fields else value
    if not _NOT_PLAIN.isdisjoint(fields) or b"," in fields.get(b"host", b","):
        return None
    if b"connection" in fields and fields[b"connection"].strip().lower() != b"keep-alive":
        return None
    return PlainPoll("GET" if found[1] == b"GET" else "HEAD", found[2].decode("ascii"), fields)
