"""Who polls the feeds, and what it comes to: read from what readers say of themselves, kept without an address.

A *service* reads a feed once for many people and says for how many. Everybody else is a program on somebody's desk or
phone, and is counted by the day. Both are lower bounds: not every service tells, and not every reader polls daily.
"""

import re
from dataclasses import dataclass, field

_TELLS = re.compile(r"(?<![0-9])([0-9]{1,9})\s+(?:subscribers?|readers?)\b", re.IGNORECASE)
_COMPATIBLE = re.compile(r"\(compatible;\s*([^;/)]+)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ._+-]{0,39}")
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Agent:
    """A reading program: its name without version, and how many people it says it reads for; None: it does not say."""

    name: str
    subscribers: int | None = None


def parse_agent(text: str) -> Agent:
    """Read a User-Agent: `Feedly/1.0 (+…; 462 subscribers; )` is Feedly for 462.

    The name is letters and a few signs only, and none at all where there is an `@`: it is stored and shown.
    """
    told = _TELLS.search(text)
    compatible = _COMPATIBLE.search(text) if text.startswith("Mozilla/") else None
    begin = compatible[1] if compatible else re.split(r"[/;(]| - | feed-id", text, maxsplit=1)[0]
    name = _NAME.match(begin.strip())
    known = name[0].strip(" .+-_") if name and "@" not in text else ""
    return Agent(name=known or UNNAMED, subscribers=int(told[1]) if told else None)


@dataclass(slots=True)
class FeedTally:
    """What the polls of one file came to. `saved_by_304` are bytes that were not sent to those who had them,
    `saved_by_coding` those that compression spared. `services` maps a service to the most people it said it reads for.
    """

    polls: int = 0
    not_modified: int = 0
    sent_bytes: int = 0
    saved_by_304: int = 0
    saved_by_coding: int = 0
    readers: int = 0
    services: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class PollerTally:
    """What one poller cost: a service by its name, or a program by its name and a mark that means nothing tomorrow."""

    polls: int = 0
    not_modified: int = 0
    sent_bytes: int = 0


@dataclass(slots=True)
class Tally:
    """What the polls of a while came to. `readers` are different programs that day, over all feeds."""

    feeds: dict[str, FeedTally] = field(default_factory=dict)
    pollers: dict[str, PollerTally] = field(default_factory=dict)
    readers: int = 0
