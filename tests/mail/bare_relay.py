"""The lanes of one relay without a fleet's decisions, for tests and measurements of what goes over a connection: no
window, no rate, no circuit breaker. Nashra itself sends through `publisher.mail.fleet`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from publisher.mail.relay import Lane
from publisher.mail.relay_settings import RelaySettings


class BareRelay:
    """All connections to one relay. Belongs to one event loop."""

    def __init__(self, settings: RelaySettings) -> None:
        self.lanes = settings.lanes
        self._idle = [Lane(settings) for _ in range(settings.lanes)]
        self._free = asyncio.Semaphore(settings.lanes)

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[Lane]:
        """Hold one lane; waits while all are held. The one used last comes first, as it is likely connected."""
        async with self._free:
            lane = self._idle.pop()
            try:
                yield lane
            finally:
                self._idle.append(lane)

    async def close(self) -> None:
        """Wait for the lanes that are held, then QUIT on every connection. The relay can be used again."""
        for _ in range(self.lanes):
            await self._free.acquire()
        try:
            await asyncio.gather(*(lane.close() for lane in self._idle))
        finally:
            for _ in range(self.lanes):
                self._free.release()
