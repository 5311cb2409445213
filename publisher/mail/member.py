"""One relay of the fleet: what it bears, whether it may be used, and its connections."""

import logging
from datetime import datetime, timedelta

from publisher.mail.relay import Lane
from publisher.mail.relay_settings import RelaySettings
from publisher.model.blame import is_unreachable, slows_relay
from publisher.model.breaker import Breaker, Passage
from publisher.model.delivery import Outcome, Sent
from publisher.model.pace import Bucket, Window

log = logging.getLogger(__name__)


class Member:
    """A relay's states, and the connections that nobody uses now. Counted are the seats of issues only: the two of
    single mails are beside the window, so that they never wait for it.
    """

    def __init__(self, settings: RelaySettings, *, now: datetime) -> None:
        self.name = settings.name
        self.lanes = settings.lanes
        self.breaker = Breaker()
        self.window = Window.narrow(settings.lanes)
        self.seats = 0
        """Lanes of issues that hold a connection of this relay, or are about to open one."""
        self.working = 0
        """Lanes whose last message met a session."""
        self.urgent_waiting = 0
        """Single mails that wait for a token: they take theirs first."""
        self._settings = settings
        rate = settings.messages_per_minute
        self._bucket = Bucket.full(rate, now=now) if rate else None
        self._idle: list[Lane] = []

    def passage(self, now: datetime) -> Passage:
        """Whether it may be used."""
        return self.breaker.passage(now)

    def wait(self, now: datetime, *, urgent: bool) -> timedelta:
        """How long until its rate allows another message; zero: now."""
        if self._bucket is None:
            return timedelta()
        wait = self._bucket.wait(now)
        if self.urgent_waiting and not urgent:
            return wait + timedelta(minutes=1) / self._settings.messages_per_minute
        return wait

    def take(self, now: datetime) -> None:
        """Count one message. Only where `wait` is zero."""
        if self._bucket is not None:
            self._bucket = self._bucket.take(now)

    def pop_lane(self) -> Lane:
        """A connection: the one used last, as it is likely open."""
        return self._idle.pop() if self._idle else Lane(self._settings)

    def push_lane(self, lane: Lane) -> None:
        """Keep a connection for whoever comes next."""
        self._idle.append(lane)

    def note(self, outcome: Outcome, now: datetime, *, is_probe: bool) -> None:
        """Learn from what a message came to. A connection that is refused while others work is one too many."""
        before = self.breaker
        self.breaker = before.after(outcome, now=now, is_probe=is_probe)
        if isinstance(outcome, Sent):
            self.window = self.window.welcomed()
        elif slows_relay(outcome) or (is_unreachable(outcome) and self.working):
            self.window = self.window.slowed(self.seats)
        if self.breaker.until is not None and self.breaker.until != before.until:
            error, until = self.tell_held(), self.breaker.until.isoformat(timespec="seconds")
            log.error("relay.held", extra={"relay": self.name, "error": error, "until": until})
        elif before.until is not None and self.breaker.until is None:
            log.warning("relay.free", extra={"relay": self.name})

    @property
    def is_away(self) -> bool:
        """Whether the last try found nobody, and no other connection works."""
        return self.breaker.until is not None or (self.breaker.failures > 0 and not self.working)

    def tell_held(self) -> str:
        """Why it is held, and what it said; empty where it is not."""
        why, reply = self.breaker.why, self.breaker.reply
        return "" if why is None or reply is None else f"{why}: {reply.code} {reply.text}"

    def take_idle(self) -> list[Lane]:
        """All connections nobody uses, to be closed."""
        idle, self._idle = self._idle, []
        return idle
