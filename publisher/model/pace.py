"""How fast a relay may be sent to: messages a minute, and connections at once. Frozen states; time is passed in.

`Bucket` is the operator's knob, a token bucket. `Window` finds out by itself how many connections a relay bears: it
begins with two, opens one more for every twenty messages that went well, and halves when the relay asks to slow down
(Postfix, "qmgr_feedback": additive growth, multiplicative retreat).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)
FIRST_CONNECTIONS = 2
SUCCESSES_A_STEP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket: `per_minute` messages a minute, `capacity` of them at once after a rest. Begins full.

    So in any span no more than `capacity` and what the span earns are taken. A clock that goes back earns nothing.
    """

    per_minute: float
    capacity: float
    tokens: float
    at: datetime

    @classmethod
    def full(cls, per_minute: float, *, now: datetime, capacity: float | None = None) -> "Bucket":
        """A bucket that waited long enough. Without `capacity` it holds what a second earns, at least one message."""
        if per_minute <= 0:
            raise ValueError("a bucket that never fills gives nothing")
        size = max(1.0, per_minute / 60 if capacity is None else capacity)
        return cls(per_minute=per_minute, capacity=size, tokens=size, at=now)

    def wait(self, now: datetime) -> timedelta:
        """How long until a message may be taken; zero: now."""
        lacking = 1.0 - self._earned(now)
        return max(timedelta(), _MINUTE * (lacking / self.per_minute))

    def take(self, now: datetime) -> "Bucket":
        """After one message was taken. Only where `wait` is zero."""
        return replace(self, tokens=self._earned(now) - 1.0, at=max(now, self.at))

    def _earned(self, now: datetime) -> float:
        since = max(timedelta(), now - self.at)
        return min(self.capacity, self.tokens + self.per_minute * (since / _MINUTE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many connections may be open: `limit`, which is at least 1 and at most `most`."""

    most: int
    limit: int
    successes: int = 0

    @classmethod
    def narrow(cls, most: int) -> "Window":
        """As a relay is met first."""
        if most < 1:
            raise ValueError("a relay needs at least one lane")
        return cls(most=most, limit=min(most, FIRST_CONNECTIONS))

    def welcomed(self) -> "Window":
        """After a message that went well."""
        if self.limit == self.most:
            return self
        if self.successes + 1 < SUCCESSES_A_STEP:
            return replace(self, successes=self.successes + 1)
        return replace(self, limit=self.limit + 1, successes=0)

    def slowed(self, open_now: int) -> "Window":
        """After the relay asked to slow down. What connections beyond the limit still say was said of the earlier
        limit, so a whole round of complaints halves once.
        """
        if open_now > self.limit:
            return self
        return replace(self, limit=max(1, self.limit // 2), successes=0)
