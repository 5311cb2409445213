"""Work for the engine: keys only. Everything needed is in domain rows, so a lost, doubled or stale work is harmless."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class WorkKind(StrEnum):
    """Which job a work is for."""

    NOTICE = "notice"
    """Send one notice; `key` is its id."""
    COMPOSE = "compose"
    """Compose one due issue; `key` is its id."""
    FREEZE = "freeze"
    """Freeze one approved issue; `key` is its id."""
    SEND = "send"
    """Send one batch; `key` is `issue:ordinal`."""
    BREAKING = "breaking"
    """Send one batch of breaking news; `key` is `issue:ordinal`."""
    PUBLISH_FEEDS = "publish-feeds"
    """Bring the feed files up to the stored articles; `key` is empty."""
    PUSH = "push"
    """Tell the hubs and followers at one host what is due to them; `key` is the host."""


class Priority(IntEnum):
    """A lower number goes first."""

    URGENT = 0
    """Somebody waits at a screen: a confirmation mail."""
    BREAKING = 5
    """Batches of breaking news: they overtake those of other issues."""
    NORMAL = 10
    """Composing, feeds."""
    BULK = 20
    """Batches of an issue."""
    PUSH = 30
    """Other people's servers, which may keep us waiting: nothing else waits behind them."""


@dataclass(frozen=True, slots=True)
class Work:
    """A unit of work by name. Equal works are the same work."""

    kind: WorkKind
    key: str = ""

    @property
    def priority(self) -> Priority:
        """How soon it goes, among the works that wait."""
        match self.kind:
            case WorkKind.NOTICE:
                return Priority.URGENT
            case WorkKind.BREAKING:
                return Priority.BREAKING
            case WorkKind.SEND:
                return Priority.BULK
            case WorkKind.PUSH:
                return Priority.PUSH
            case _:
                return Priority.NORMAL
