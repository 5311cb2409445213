"""A circuit breaker for each relay: it stops us from failing everybody against a relay that is down or refuses us.

Promise: once open, nothing is sent to the relay until its rest is over; then ONE message is, and only its outcome
opens the way for others. A refused login opens it at once, so that a wrong password locks no account. It says why.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.model.blame import is_login_refused, is_refusal_of_us, is_unreachable
from publisher.model.delivery import Outcome, Reply, Sent

FAILURES_IN_A_ROW = 5
ANSWERS = 200
MOST_REFUSALS = 40
"""Of the last 200 answers: one more is over 20 %. Counted and not divided, so that it needs no 200 answers first."""
_REMEMBERED = (1 << ANSWERS) - 1
_LONGEST_REST = timedelta(minutes=30)


class BreakReason(StrEnum):
    """Why a relay is left alone."""

    UNREACHABLE = "unreachable"
    """Five times in a row no session could be had."""
    LOGIN = "login"
    """It does not accept our name and password: an operator must look."""
    REFUSED = "refused"
    """It refuses us (5.7.x) too often: an operator must look."""


_FIRST_REST = {
    BreakReason.UNREACHABLE: timedelta(minutes=1),
    BreakReason.LOGIN: timedelta(minutes=30),
    BreakReason.REFUSED: timedelta(minutes=30),
}


class Passage(StrEnum):
    """What a breaker answers."""

    FREE = "free"
    """Send."""
    PROBE = "probe"
    """Send one message, after saying so by `begin_probe`."""
    WAIT = "wait"
    """A probe is under way."""
    HELD = "held"
    """Not before `until`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed while `until` is None. `refusals` holds a bit for each answer, the latest lowest; `openings` are those
    in a row; `why` and `reply` tell what opened it.
    """

    failures: int = 0
    refusals: int = 0
    until: datetime | None = None
    is_probing: bool = False
    openings: int = 0
    why: BreakReason | None = None
    reply: Reply | None = None

    def passage(self, now: datetime) -> Passage:
        """Whether a message may be sent."""
        if self.until is None:
            return Passage.FREE
        if self.is_probing:
            return Passage.WAIT
        return Passage.HELD if now < self.until else Passage.PROBE

    def begin_probe(self) -> "Breaker":
        """One message is on its way."""
        return replace(self, is_probing=True)

    def end_probe(self) -> "Breaker":
        """The message was not sent after all: the next one may be the probe."""
        return replace(self, is_probing=False)

    def after(self, outcome: Outcome, *, now: datetime, is_probe: bool = False) -> "Breaker":
        """After one message. Once open, only the probe counts: what was begun before came from another time."""
        if self.until is not None and not is_probe:
            return self
        if isinstance(outcome, Sent) and not (self.failures or self.refusals or is_probe):
            return (
                self  # the usual case, worth its line: nothing changes, and no value is made for each message
            )
        refused = is_refusal_of_us(outcome)
        if is_unreachable(outcome):
            tried = replace(self, failures=self.failures + 1)
        else:
            tried = replace(self, failures=0, refusals=(self.refusals << 1 | refused) & _REMEMBERED)
        reason = tried._reason(outcome)
        if reason is not None:
            return tried._opened(reason, outcome.reply, now)
        return Breaker() if is_probe else tried

    def _reason(self, outcome: Outcome) -> BreakReason | None:
        """Why it must open (again), if it must. A probe has but one message to pass."""
        if is_login_refused(outcome):
            return BreakReason.LOGIN
        if self.failures >= (1 if self.openings else FAILURES_IN_A_ROW):
            return BreakReason.UNREACHABLE
        if self.openings:
            return BreakReason.REFUSED if self.refusals & 1 else None
        return BreakReason.REFUSED if self.refusals.bit_count() > MOST_REFUSALS else None

    def _opened(self, why: BreakReason, reply: Reply, now: datetime) -> "Breaker":
        rest = min(_FIRST_REST[why] * (1 << min(self.openings, 10)), _LONGEST_REST)
        return Breaker(until=now + rest, openings=self.openings + 1, why=why, reply=reply)
