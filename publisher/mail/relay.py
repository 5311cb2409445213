"""One connection to a relay: opened when needed, kept while it is good, and changed now and then.

Promise: one message at a time is in flight on it, so that is the most a crash can leave in doubt of each. What a lane
answers is always an `Outcome`; no exception of a driver or a socket comes out of here. `fleet.py` says how many there
are, and which relay has its turn.
"""

from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings
from publisher.mail.smtp import CLOSING, Session, UnreachableError, open_session
from publisher.model.delivery import Deferred, Outcome, Phase

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


def _was_stale(outcome: Outcome, session: Session) -> bool:
    """Whether a kept connection had simply been dropped by the relay while it was idle: then nothing was begun, and
    one try on a fresh one costs nobody an attempt.
    """
    gone = (
        isinstance(outcome, Deferred) and outcome.phase is Phase.MAIL and outcome.reply.code in (0, CLOSING)
    )
    return gone and not session.is_open
