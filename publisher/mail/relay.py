"""The relay: a few connections that are opened when needed, kept while they are good, and changed now and then.

Promise: at most `lanes` messages are in flight, one for each open connection, so that is the most a crash can leave in
doubt. What a lane answers is always an `Outcome`; no exception of a driver or a socket comes out of here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.mail.smtp import CLOSING, Session, UnreachableError, open_session
from publisher.model.delivery import Deferred, Outcome, Phase

__all__ = ["MESSAGES_A_CONNECTION", "Lane", "Relay", "RelaySettings", "Timeouts", "Tls"]

MESSAGES_A_CONNECTION = 100
"""Then a fresh one is opened: relays dislike endless connections and balance load only on connecting."""


class Lane:
    """One connection's worth of relay, for one message at a time. Opens it late and again where it was lost."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings
        self._session: Session | None = None

    async def deliver(self, message: Message) -> Outcome:
        """Try one message, which passed the gate. `Deferred` in phase connect says that no session could be had."""
        try:
            session, is_fresh = await self._ready()
            outcome = await session.deliver(message)
            if not is_fresh and _was_stale(outcome, session):
                session, _ = await self._ready()
                outcome = await session.deliver(message)
        except UnreachableError as unreachable:
            return Deferred(phase=Phase.CONNECT, reply=unreachable.reply)
        return outcome

    async def close(self) -> None:
        """QUIT, if connected."""
        session, self._session = self._session, None
        if session is not None and session.is_open:
            await session.quit()

    async def _ready(self) -> tuple[Session, bool]:
        """An open session, and whether it was opened just now."""
        if self._session is not None and self._session.begun >= MESSAGES_A_CONNECTION:
            await self.close()
        if self._session is not None and self._session.is_open:
            return self._session, False
        if self._session is not None:
            self._session.abort()
            self._session = None
        self._session = await open_session(self._settings)
        return self._session, True


class Relay:
    """All connections to one relay. Belongs to one event loop."""

    def __init__(self, settings: RelaySettings) -> None:
        if settings.lanes < 1:
            raise ValueError("a relay needs at least one lane")
        self._settings = settings
        self._idle = [Lane(settings) for _ in range(settings.lanes)]
        self._free = asyncio.Semaphore(settings.lanes)

    @property
    def lanes(self) -> int:
        """How many connections may be open at once."""
        return self._settings.lanes

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[Lane]:
        """Hold one lane; waits while all are held. The one used last comes first, as it is likely connected."""
        async with self._free:
            lane = self._idle.pop()
            try:
                yield lane
            finally:
                self._idle.append(lane)

    async def close(self) -> None:
        """Wait for the lanes that are held, then QUIT on every connection. The relay can be used again."""
        for _ in range(self.lanes):
            await self._free.acquire()
        try:
            await asyncio.gather(*(lane.close() for lane in self._idle))
        finally:
            for _ in range(self.lanes):
                self._free.release()


def _was_stale(outcome: Outcome, session: Session) -> bool:
    """Whether a kept connection had simply been dropped by the relay while it was idle: then nothing was begun, and
    one try on a fresh one costs nobody an attempt.
    """
    gone = (
        isinstance(outcome, Deferred) and outcome.phase is Phase.MAIL and outcome.reply.code in (0, CLOSING)
    )
    return gone and not session.is_open
