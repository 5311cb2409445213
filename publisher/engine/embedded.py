"""The embedded engine: asyncio lanes in one process, no queue table.

Nothing is kept: outstanding work is derived again from domain rows by the sweep, so a work lost with the process is
found by the next one. Equal works that wait are one work; a work submitted while it runs, runs once more afterwards.
Each priority has its own workers, so a confirmation mail never waits behind a batch, breaking news never behind the
batches of a digest, and nothing behind a server that does not answer; nor does a batch wait
behind another that is held up by one such answer.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from publisher.engine.dispatcher import Handle
from publisher.model.disk_trouble import logged_as
from publisher.model.work import Priority, Work

log = logging.getLogger(__name__)

WORKERS = {Priority.URGENT: 2, Priority.BREAKING: 2, Priority.BULK: 2, Priority.PUSH: 8}
"""How many works of a priority go at once; one of the others, so that their works keep their order. Two batches share
the lanes: at the end of one, and while it waits for a last answer (ten minutes at worst), the other has the free ones.
So do two of breaking news, and two single mails, one for each of their connections.
"""

AfterCommit = Callable[[Any, Callable[[], None]], None]
"""The store's way to run something once a transaction has committed."""


class EmbeddedDispatcher:
    """One process, `WORKERS` for each priority. Made inside the running loop that will run it."""

    def __init__(self, after_commit: AfterCommit) -> None:
        self._after_commit = after_commit
        self._loop = asyncio.get_running_loop()
        self._queues: dict[Priority, asyncio.Queue[Work | None]] = {
            priority: asyncio.Queue() for priority in Priority
        }
        self._waiting: set[Work] = set()
        self._is_closing = False
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, tx: Any, work: Work) -> None:
        """Make `work` visible once `tx` has committed."""
        self._after_commit(tx, lambda: self.put(work))

    def put(self, work: Work) -> None:
        """Make `work` visible now: for what is already committed. From any thread; once closed, nothing happens."""
        with suppress(RuntimeError):  # the loop ended: what was committed stands in rows all the same
            self._loop.call_soon_threadsafe(self._enqueue, work)

    async def run(self, handle: Handle) -> None:
        """Work until `close`. Works in hand when it closes are finished, waiting ones are left to the next sweep."""
        self._idle.clear()
        try:
            async with asyncio.TaskGroup() as group:
                for priority, queue in self._queues.items():
                    for _ in range(WORKERS.get(priority, 1)):
                        group.create_task(self._work(queue, handle))
        finally:
            self._idle.set()

    async def close(self) -> None:
        """End `run`; returns once the works in hand have ended."""
        self._is_closing = True
        for priority, queue in self._queues.items():
            for _ in range(WORKERS.get(priority, 1)):
                queue.put_nowait(None)  # wakes a worker that waits
        await self._idle.wait()

    def _enqueue(self, work: Work) -> None:
        if work not in self._waiting:
            self._waiting.add(work)
            self._queues[work.priority].put_nowait(work)

    async def _work(self, queue: asyncio.Queue[Work | None], handle: Handle) -> None:
        while not self._is_closing:
            work = await queue.get()
            if work is not None and not self._is_closing:
                self._waiting.discard(work)
                await _do(work, handle)


async def _do(work: Work, handle: Handle) -> None:
    try:
        await handle(work)
    except (Exception, asyncio.CancelledError) as error:
        worker = asyncio.current_task()
        if worker is not None and worker.cancelling():
            raise  # not the work was cancelled but the engine
        # The rows still say what is outstanding: the next sweep submits it again.
        log.error("work failed", **logged_as(error, work=work.kind.value, key=work.key))
