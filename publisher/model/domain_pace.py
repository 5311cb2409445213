"""How fast readers at one domain may be sent to. A domain that never complained has no pace: nothing is counted for it.

The first complaint gives it a token bucket and a rest; every further one halves the one and doubles the other; twenty
messages that went well double the rate, until it is forgotten. The bucket holds what one minute earns, because
its readers are put back meanwhile and come again together.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.model.pace import SUCCESSES_A_STEP, Bucket

FIRST_RATE = 60.0
LOWEST_RATE = 1.0
FORGOTTEN_AT = 960.0
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPace:
    """The pace of a domain that complained. Nothing is begun before `rest_until`; `complaints` are those in a row."""

    bucket: Bucket
    rest_until: datetime
    complaints: int = 1
    successes: int = 0

    @classmethod
    def slow(cls, now: datetime) -> "DomainPace":
        """After a first complaint."""
        return cls(bucket=_empty(FIRST_RATE, now), rest_until=now + FIRST_REST)

    def wait(self, now: datetime) -> timedelta:
        """How long until a message may be begun; zero: now."""
        return max(self.rest_until - now, self.bucket.wait(now), timedelta())

    def take(self, now: datetime) -> "DomainPace":
        """After one message was begun. Only where `wait` is zero."""
        return replace(self, bucket=self.bucket.take(now))

    def slowed(self, now: datetime) -> "DomainPace":
        """After a further complaint. One during the rest is about what had been begun before it."""
        if now < self.rest_until:
            return self
        rest = min(FIRST_REST * (1 << min(self.complaints, 10)), LONGEST_REST)
        rate = max(LOWEST_RATE, self.bucket.per_minute / 2)
        return DomainPace(bucket=_empty(rate, now), rest_until=now + rest, complaints=self.complaints + 1)

    def welcomed(self, now: datetime) -> "DomainPace | None":
        """After a message that went well; None once the domain needs no pace any more."""
        if self.successes + 1 < SUCCESSES_A_STEP:
            return replace(self, successes=self.successes + 1)
        rate = self.bucket.per_minute * 2
        if rate >= FORGOTTEN_AT:
            return None
        bucket = replace(_empty(rate, now), tokens=max(0.0, self.bucket.tokens))
        return replace(self, bucket=bucket, complaints=1, successes=0)


def _empty(per_minute: float, now: datetime) -> Bucket:
    return Bucket(per_minute=per_minute, capacity=max(1.0, per_minute), tokens=0.0, at=now)
