"""The alarm clock with fake callbacks: it rings on time, survives failures, and stops cleanly."""

import asyncio
import errno
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from publisher.clock import Clock
from publisher.wiring.logs import JsonFormatter

pytestmark = pytest.mark.anyio

FAR = timedelta(hours=1)
SOON = timedelta(milliseconds=120)


async def wait_until(condition: Callable[[], bool]) -> None:
    """Give the clock five seconds to make something true."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  (what is waited for knows no events)
            await asyncio.sleep(0.01)


class Bell:
    """A callback that notes when it rang, and fails the first `failures` times."""

    def __init__(self, *, failures: int = 0, takes: float = 0, error: Exception | None = None) -> None:
        self.rings: list[datetime] = []
        self.ended = 0
        self.overlapped = False
        self._failures = failures
        self._error = error or RuntimeError("the bell is cracked")
        self._takes = takes
        self._awake = False

    async def __call__(self) -> None:
        self.overlapped |= self._awake
        self._awake = True
        self.rings.append(datetime.now(UTC))
        await asyncio.sleep(self._takes)
        self._awake = False
        if len(self.rings) <= self._failures:
            raise self._error
        self.ended += 1


def every(step: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + step


async def test_both_ring_at_the_start_so_missed_slots_are_caught_up() -> None:
    tick, sweep = Bell(), Bell()
    clock = Clock(tick=tick, sweep=sweep, next_due=every(FAR), sweep_every=FAR)
    clock.start()
    await wait_until(lambda: bool(tick.rings and sweep.rings))
    await clock.close()
    assert len(tick.rings) == len(sweep.rings) == 1


async def test_tick_rings_at_each_due_instant_and_never_before() -> None:
    tick = Bell()
    asked: list[datetime] = []

    def next_due() -> datetime:
        asked.append(datetime.now(UTC) + SOON)
        return asked[-1]

    clock = Clock(tick=tick, sweep=Bell(), next_due=next_due, sweep_every=FAR)
    clock.start()
    await wait_until(lambda: len(tick.rings) >= 4)
    await clock.close()
    assert all(rang >= due for due, rang in zip(asked, tick.rings[1:], strict=False))


async def test_sweep_rings_every_so_often_without_overlapping_itself() -> None:
    sweep = Bell(takes=0.15)
    clock = Clock(tick=Bell(), sweep=sweep, next_due=every(FAR), sweep_every=timedelta(milliseconds=50))
    clock.start()
    await wait_until(lambda: sweep.ended >= 3)
    await clock.close()
    assert not sweep.overlapped


async def test_a_failed_tick_is_logged_and_tried_again_before_the_next_slot(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tick = Bell(failures=2)
    clock = Clock(tick=tick, sweep=Bell(), next_due=every(FAR), sweep_every=timedelta(milliseconds=60))
    with caplog.at_level(logging.ERROR, logger="publisher.clock"):
        clock.start()
        await wait_until(lambda: tick.ended == 1)
        await clock.close()
    assert [record.message for record in caplog.records] == ["clock: tick failed; the clock goes on"] * 2


async def test_a_full_disk_is_logged_in_one_line_and_a_defect_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "var/public/feeds/index.rss")
    for error, has_traceback in ((full, False), (RuntimeError("the bell is cracked"), True)):
        caplog.clear()
        sweep = Bell(failures=1, error=error)
        clock = Clock(tick=Bell(), sweep=sweep, next_due=every(FAR), sweep_every=timedelta(milliseconds=60))
        clock.start()
        await wait_until(lambda bell=sweep: bell.ended == 1)  # type: ignore[misc]
        await clock.close()
        (record,) = caplog.records
        assert record.message == "clock: sweep failed; the clock goes on"
        line = json.loads(JsonFormatter().format(record))
        assert ("traceback" in line) == has_traceback
        assert line.get("error") == (
            None
            if has_traceback
            else "var/public/feeds/index.rss: No space left on device; make room on the disk, then run it again"
        )


async def test_a_failed_sweep_does_not_silence_the_tick() -> None:
    tick, sweep = Bell(), Bell(failures=1000)
    clock = Clock(tick=tick, sweep=sweep, next_due=every(SOON), sweep_every=timedelta(milliseconds=60))
    clock.start()
    await wait_until(lambda: len(tick.rings) >= 3 and len(sweep.rings) >= 3)
    await clock.close()


async def test_a_failing_calendar_is_asked_again() -> None:
    answers: list[datetime | Exception] = [RuntimeError("no calendar"), datetime.now(UTC) + FAR]

    def next_due() -> datetime:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    tick = Bell()
    clock = Clock(tick=tick, sweep=Bell(), next_due=next_due, sweep_every=timedelta(milliseconds=60))
    clock.start()
    await wait_until(lambda: not answers)
    await clock.close()
    assert tick.ended == 2


async def test_without_newsletters_only_the_sweep_rings_until_rearmed() -> None:
    due: list[datetime] = []
    tick, sweep = Bell(), Bell()
    clock = Clock(
        tick=tick,
        sweep=sweep,
        next_due=lambda: due[0] if due else None,
        sweep_every=timedelta(milliseconds=50),
    )
    clock.start()
    await wait_until(lambda: len(sweep.rings) >= 3)
    assert len(tick.rings) == 1
    clock.rearm()
    due.append(datetime.now(UTC) + SOON)
    clock.rearm()
    await wait_until(lambda: len(tick.rings) >= 2)
    await clock.close()


async def test_a_calendar_that_stands_still_does_not_spin_the_loop() -> None:
    tick = Bell()
    past = datetime.now(UTC) - FAR
    clock = Clock(tick=tick, sweep=Bell(), next_due=lambda: past, sweep_every=FAR)
    begun = monotonic()
    clock.start()
    await wait_until(lambda: len(tick.rings) >= 3)
    await asyncio.sleep(0.3)
    await clock.close()
    assert len(tick.rings) - 1 <= (monotonic() - begun) / 0.05


async def test_close_waits_for_the_tick_that_is_awake() -> None:
    tick = Bell(takes=0.2)
    clock = Clock(tick=tick, sweep=Bell(), next_due=every(SOON), sweep_every=FAR)
    clock.start()
    await wait_until(lambda: bool(tick.rings))
    await clock.close()
    rung = len(tick.rings)
    assert tick.ended == rung
    await asyncio.sleep(0.3)
    assert len(tick.rings) == rung


async def test_close_may_be_called_twice_or_before_the_start() -> None:
    clock = Clock(tick=Bell(), sweep=Bell(), next_due=every(FAR))
    await clock.close()
    clock.start()
    await clock.close()
    await clock.close()
