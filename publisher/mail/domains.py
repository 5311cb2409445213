"""How the domains of readers are treated: which of them rest, and how fast those that complained are met again.

A domain nobody complained for costs nothing here: it has no entry.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from publisher.model.blame import slows_domain
from publisher.model.delivery import Outcome, Sent
from publisher.model.domain_pace import DomainPace
from publisher.model.feedback import Pause

_SCOPE = "domain:"
_FORGET = timedelta(days=1)


class Domains:
    """What is known of domains, by A-labels. Held by the fleet; belongs to one event loop."""

    def __init__(self) -> None:
        self._paces: dict[str, DomainPace] = {}
        self._pauses: dict[str, datetime] = {}

    def wait(self, domain: str, now: datetime) -> timedelta:
        """How long until a message to it may be begun; zero: now."""
        pace = self._paces.get(domain)
        wait = timedelta() if pace is None else pace.wait(now)
        return max(wait, self.paused_until(domain, now) - now)

    def take(self, domain: str, now: datetime) -> None:
        """Count one message. Only where `wait` is zero."""
        pace = self._paces.get(domain)
        if pace is not None:
            self._paces[domain] = pace.take(now)

    def paused_until(self, domain: str, now: datetime) -> datetime:
        """The end of the pause that was asked for; `now` where there is none."""
        return max(self._pauses.get(domain, now), now)

    def note(self, domain: str, outcome: Outcome, now: datetime) -> None:
        """Learn from what a message to it came to."""
        pace = self._paces.get(domain)
        if slows_domain(outcome):
            self._paces[domain] = DomainPace.slow(now) if pace is None else pace.slowed(now)
        elif pace is not None and isinstance(outcome, Sent):
            after = pace.welcomed(now)
            if after is None:
                del self._paces[domain]
            else:
                self._paces[domain] = after

    def obey(self, pauses: Iterable[Pause], now: datetime) -> None:
        """Exactly these pauses hold from now on. Forgets, too, what was not complained of for a day."""
        self._pauses = {
            pause.scope.removeprefix(_SCOPE): pause.until
            for pause in pauses
            if pause.scope.startswith(_SCOPE)
        }
        self._paces = {
            domain: pace for domain, pace in self._paces.items() if now - pace.rest_until < _FORGET
        }
