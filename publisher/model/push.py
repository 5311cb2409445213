"""Push: telling hubs and followers that a feed has changed (W3C WebSub).

A *hub* is told of a change by a ping and sends the feed on; a *follower* is a program that asked our own hub to be sent
a feed. What is owed to each is a row; these are the rules for leases and for trying again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LEASE_MINIMUM = timedelta(hours=1)
LEASE_USUAL = timedelta(days=10)
LEASE_MAXIMUM = timedelta(days=30)
"""A follower that says nothing more is forgotten after this."""

SECRET_LIMIT = 200
"""A secret is shorter than this, in bytes (WebSub section 5.1)."""

TRIED_FOR = timedelta(hours=24)
"""How long a change is tried for; then it is given up, and the next change begins anew."""
ASKED_FOR = timedelta(minutes=30)
"""How long a request is verified for: whoever asks must be there."""
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=2)


class Ask(StrEnum):
    """What a request asks of us, and with it what we ask the callback about (`hub.mode`)."""

    SUBSCRIBE = "subscribe"
    """Begin to follow, or go on for another lease."""
    UNSUBSCRIBE = "unsubscribe"
    """End it."""
    DENIED = "denied"
    """Not asked by anybody: we tell a follower that it follows no more (WebSub section 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRequest:
    """A request to our hub that is not verified yet. `topic` is a feed file below the feeds folder (`index.atom`),
    `callback` the follower's address. `lease` matters for SUBSCRIBE, `reason` for DENIED. `tries` counts this one.
    """

    id: int
    ask: Ask
    topic: str
    callback: str
    secret: str | None = field(default=None, repr=False)
    lease: timedelta = LEASE_USUAL
    reason: str = ""
    tries: int = 1
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A feed's change that a follower is to be sent now. `owed` counts the changes of this follower's topic, so that
    one which comes meanwhile is not taken for sent. `since` is when the first of them was owed.
    """

    follower: int
    topic: str
    callback: str
    secret: str | None = field(default=None, repr=False)
    owed: int
    tries: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """A feed's change that a hub is to be told of now; fields as in `Share`."""

    hub: str
    topic: str
    owed: int
    tries: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    """What the settings say of push. `hubs` are others' hubs, told of each change. `own_hub` switches ours on; it has
    at most `max_followers`.
    """

    hubs: tuple[str, ...] = ()
    own_hub: bool = False
    max_followers: int = 10_000

    @property
    def is_on(self) -> bool:
        """Whether anybody is to be told of anything."""
        return self.own_hub or bool(self.hubs)


def grant_lease(asked_seconds: int | None) -> timedelta:
    """The lease a follower gets for what it asked for: within our bounds; the usual one where it asked for none."""
    if asked_seconds is None:
        return LEASE_USUAL
    # Compared as numbers: a timedelta of 10^18 seconds cannot be made.
    bounded = min(max(asked_seconds, int(LEASE_MINIMUM.total_seconds())), int(LEASE_MAXIMUM.total_seconds()))
    return timedelta(seconds=bounded)


def next_push(
    tries: int, *, now: datetime, since: datetime, spread: float, for_long: timedelta = TRIED_FOR
) -> datetime | None:
    """When to try again after `tries` in vain (from 1); None: it was tried for long enough, since `since`.

    30 seconds at first, twice as long each time, 2 hours at most; `spread` from 0 to 1 takes up to half off, so that
    those who failed together do not come back together.
    """
    if tries < 1:
        raise ValueError("nothing was tried yet")
    pause = min(FIRST_RETRY * (1 << min(tries - 1, 16)), LAST_RETRY)
    at = now + pause * (1 - spread / 2)
    return at if at <= since + for_long else None
