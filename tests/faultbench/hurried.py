"""Time in a sender: three hundred times as fast, so that pauses of minutes end within a run.

Everything the product decides by the clock (leases, retries, rests of a relay or a domain) reads `now` of the wiring;
that is the one thing replaced, with the one sleep that is measured in the same time. Sockets and their timeouts live in
real time. All senders of a run and all their restarts share one beginning, so that time never jumps.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

from publisher.jobs import send_batch
from publisher.wiring import newsroom

SPEED = 300
"""Five minutes are a second; the issue's `not_after` of 160 hours is half an hour."""


@contextmanager
def hurried(begun_at: datetime) -> Iterator[None]:
    """Run the newsroom's clock fast, from `begun_at` on."""

    def now() -> datetime:
        return newsroom_now(begun_at)

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)

    fast = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    with mock.patch.object(newsroom, "_now", now), mock.patch.object(send_batch, "asyncio", fast):
        yield


def newsroom_now(begun_at: datetime) -> datetime:
    """The time in the senders of a run that began then."""
    return begun_at + (datetime.now(UTC) - begun_at) * SPEED


def in_newsroom_time(seconds: float) -> timedelta:
    """How long that many real seconds are in the newsroom."""
    return timedelta(seconds=seconds * SPEED)
