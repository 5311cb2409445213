"""How work reaches workers, whatever engine carries it."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from publisher.model.work import Work

Handle = Callable[[Work], Awaitable[None]]
"""Does one work. It may be called twice for the same work, or for work that is done already: both are harmless."""


class Dispatcher(Protocol):
    """The engine's interface; the transaction is the store's (a SQLAlchemy connection)."""

    def submit(self, tx: Any, work: Work) -> None:
        """Make `work` visible to workers if and only if `tx` commits. May be called from any thread."""

    async def run(self, handle: Handle) -> None:
        """Hand works to `handle` until `close`; an exception of one work is logged and ends that work only."""

    async def close(self) -> None:
        """Take no more works; return when those in hand have ended."""
