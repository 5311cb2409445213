"""Counting polls beside answering them.

Answering adds one to a number in memory, and no more. Once a minute, in a thread, the numbers are read for who and how
many, addresses are turned into marks, and the sums are added to the database in one small transaction. A crash loses
the last minute; nothing else waits for it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Network, IPv6Network

from publisher.jobs.save_polls import PollBook
from publisher.jobs.tally_polls import Answered
from publisher.web.feeds import Poll
from publisher.web.network import find_client

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
MOST = 50_000
"""Different polls told apart between two savings; beyond, who polled is not counted any more, only what."""


class PollCounter:
    """Counts polls. `note` is called by one event loop, `take` by any thread."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._trusted = tuple(trusted)
        self._counts: dict[Poll, int] = {}

    def note(self, poll: Poll) -> None:
        """Count one."""
        counts = self._counts
        if poll not in counts and len(counts) >= MOST:
            poll = poll._replace(agent=b"", peer="", forwarded=b"")
        counts[poll] = counts.get(poll, 0) + 1

    def take(self) -> list[Answered]:
        """What was counted since the last time."""
        counts, self._counts = self._counts, {}
        return [self._read(poll, times) for poll, times in list(counts.items())]

    def _read(self, poll: Poll, times: int) -> Answered:
        forwarded = [poll.forwarded.decode("latin-1")] if poll.forwarded else []
        return Answered(
            name=poll.name,
            status=poll.status,
            sent=poll.sent,
            whole=poll.whole,
            plain=poll.plain,
            agent=poll.agent.decode("utf-8", "replace"),
            host=find_client(poll.peer, forwarded, trusted=self._trusted),
            times=times,
        )


@asynccontextmanager
async def saving_polls(
    counter: PollCounter, book: PollBook, *, every_seconds: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """Save what was counted while the block runs, and once more at its end."""

    async def save_on() -> None:
        while True:
            await asyncio.sleep(every_seconds)
            await _save(counter, book)

    saving = asyncio.create_task(save_on())
    try:
        yield
    finally:
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        await _save(counter, book)


async def _save(counter: PollCounter, book: PollBook) -> None:
    try:
        await asyncio.to_thread(lambda: book.save(counter.take()))
    except Exception:
        log.exception("polls: a minute's counts could not be saved")
