"""The end of the process, for work that waits for a relay: it may finish what it has in hand, but not for ever."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from publisher.jobs.newsroom import Newsroom

log = logging.getLogger(__name__)

_LOOK = 0.25
"""Seconds between two looks at whether the process is asked to end."""


@asynccontextmanager
async def finished_in_time(room: Newsroom) -> AsyncIterator[None]:
    """Once the process is asked to end, the block has `room.patience` left; then it is cancelled and left. What was in
    flight stands at `sending` then, as after a crash: whoever takes it next knows that nobody knows.
    """
    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(_watch(room, limit))
            try:
                yield
            finally:
                watching.cancel()
    except TimeoutError:
        log.warning("left while the relay was silent: what was in flight is in doubt")


async def _watch(room: Newsroom, limit: asyncio.Timeout) -> None:
    while not room.is_stopping():  # noqa: ASYNC110 - a flag of another thread
        await asyncio.sleep(_LOOK)
    limit.reschedule(asyncio.get_running_loop().time() + room.patience.total_seconds())
