"""Looking up the names that strangers give, without holding up anybody else's lookups.

Promises:
- A lookup runs on a thread of its own, never in the event loop's pool: that is small (under uvloop it is libuv's, with
  four threads), mail needs it as well, and a lookup goes on in it until the machine's resolver gives up, whoever still
  waits.
- So many threads and no more: who comes then is told at once that we are busy.
- Nothing is waited for longer than `patience`, and no lookup holds up the end of the process: its threads are daemons.
"""

import asyncio
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address

from publisher.fetch.public import Address

AT_ONCE = 32
"""Eight workers of the engine give up a lookup every five seconds, and a resolver tries for about twenty."""
PATIENCE = timedelta(seconds=5)

_Found = Sequence[Address] | OSError


class BusyError(OSError):
    """As many lookups are under way as there may be: ask again later."""


class Resolver:
    """The machine's own resolver, in the order it prefers. It reads `0x7f.1` and `2130706433` as well.

    One event loop uses it. Whoever asks for a name that is being looked up waits for the same answer.
    """

    def __init__(self, *, at_once: int = AT_ONCE, patience: timedelta = PATIENCE) -> None:
        self._at_once = at_once
        self._patience = patience.total_seconds()
        self._under_way: dict[tuple[str, int], asyncio.Future[_Found]] = {}

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of the host. Raises OSError where it has none: TimeoutError where that took too long, BusyError
        where too many are looked up already.
        """
        answer = self._under_way.get((host, port)) or self._begin(host, port)
        async with asyncio.timeout(self._patience):
            found = await asyncio.shield(answer)
        if isinstance(found, OSError):
            raise found
        return found

    def _begin(self, host: str, port: int) -> asyncio.Future[_Found]:
        if len(self._under_way) >= self._at_once:
            raise BusyError("too many names are being looked up: try later")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Found] = loop.create_future()

        def end(found: _Found) -> None:
            del self._under_way[host, port]
            answer.set_result(found)

        def look() -> None:
            found = _look_up(host, port)
            with suppress(RuntimeError):  # the loop has ended, and with it everybody who could want this
                loop.call_soon_threadsafe(end, found)

        try:
            threading.Thread(target=look, name="lookup", daemon=True).start()
        except RuntimeError as error:  # the machine gives no more threads
            raise BusyError(f"no name can be looked up now: {error}") from error
        self._under_way[host, port] = answer
        return answer


def _look_up(host: str, port: int) -> _Found:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    except ValueError as error:  # of a name that can be none (IDNA): as unknown as any other
        return OSError(socket.EAI_NONAME, str(error))
    return tuple(dict.fromkeys(ip_address(answer[4][0]) for answer in found))
