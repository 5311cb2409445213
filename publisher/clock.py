"""The alarm clock: when to look. Whether there is anything to do, the database says.

APScheduler wakes two callbacks: `tick` at the next due instant, and `sweep` every few seconds. Neither sends mail:
APScheduler cancels what runs when it is shut down, and its cron triggers and job stores lose and double work
(docs/notes/schedule.md), so it gets instants in UTC, a memory job store, and no say in what a slot is.

Promise: no failure stops the clock. A callback that raises is logged; a failed tick is tried again after one sweep's
time. A machine that slept is noticed within one sweep's time, because each wake-up looks at everything that is due.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from publisher.model.disk_trouble import logged_as

Callback = Callable[[], Awaitable[None]]

_BREATH = timedelta(milliseconds=50)
"""The least time between two ticks, so that a `next_due` which stands still cannot spin the loop."""

log = logging.getLogger(__name__)


class Clock:
    """Wakes `tick` and `sweep` until closed; neither overlaps with itself.

    `next_due` gives the next instant to tick (aware, after now), or None while nothing is scheduled: then only the
    sweep runs, and a later `rearm` takes up ticking. Both callbacks run once at the start, which is when missed slots
    are caught up. Start and close it inside one event loop.
    """

    def __init__(
        self,
        *,
        tick: Callback,
        sweep: Callback,
        next_due: Callable[[], datetime | None],
        sweep_every: timedelta = timedelta(seconds=30),
    ) -> None:
        self._tick = tick
        self._sweep = sweep
        self._next_due = next_due
        self._sweep_every = sweep_every
        self._ticking = asyncio.Lock()
        self._sweeping = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            # None: late is better than never. The default of one second drops what a busy loop delayed.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin: tick and sweep now, then on time."""
        now = datetime.now(UTC)
        self._arm(now)
        self._scheduler.add_job(
            self._ring_sweep,
            "interval",
            seconds=self._sweep_every.total_seconds(),
            next_run_time=now,
            id="sweep",
        )
        self._scheduler.start()

    def rearm(self) -> None:
        """Ask `next_due` again: a newsletter was added, or its schedule changed."""
        self._arm(self._next_due())

    async def close(self) -> None:
        """Stop waking, and wait for what is awake: a tick is one transaction and is not cut in half."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        async with self._ticking, self._sweeping:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # the scheduler shuts down in the loop's next turn

    async def _ring_tick(self) -> None:
        async with self._ticking:
            done = await _guard("tick", self._tick)
        soon = datetime.now(UTC) + self._sweep_every
        try:
            due = self._next_due()
        except Exception as error:
            log.error("clock: no next instant; looking again at %s", soon, **logged_as(error))
            due, done = None, False
        self._arm(min(due or soon, soon) if not done else due)

    async def _ring_sweep(self) -> None:
        async with self._sweeping:
            await _guard("sweep", self._sweep)

    def _arm(self, at: datetime | None) -> None:
        if at is None:
            return
        # Two instances, or the one that arms its own successor would count as the only one allowed and the successor
        # be dropped. The lock keeps them apart.
        run_at = max(at, datetime.now(UTC) + _BREATH)
        self._scheduler.add_job(
            self._ring_tick, "date", run_date=run_at, id="tick", replace_existing=True, max_instances=2
        )


async def _guard(name: str, callback: Callback) -> bool:
    """Whether the callback ended well. Neither a defect in it nor a full disk may silence the clock: it is logged."""
    try:
        await callback()
    except Exception as error:
        log.error("clock: %s failed; the clock goes on", name, **logged_as(error))
        return False
    return True
