"""A running Nashra: the newsroom, its pages, its clock and its engine in one process.

Promise: asked to end (SIGTERM, Ctrl-C), it takes no new work, lets each lane finish the message it has in hand, writes
what it came to, and gives its batches back. Killed instead, the next start finds everything in rows.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from publisher.clock import Clock
from publisher.engine.embedded import EmbeddedDispatcher
from publisher.feeds.complete_twins import complete_twins
from publisher.feeds.news_sitemap import MAX_AGE
from publisher.intake_doors import open_doors
from publisher.jobs.announce_feeds import announce_feeds
from publisher.jobs.ingest import ingest
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.open_slots import next_due_at, open_due_slots
from publisher.jobs.outstanding import recover, submit_outstanding
from publisher.jobs.perform import perform
from publisher.jobs.refresh_feeds import mend_feeds, submit_feeds
from publisher.jobs.refresh_news import refresh_news
from publisher.mail.mailbox import Mailbox
from publisher.model.disk_trouble import logged_as
from publisher.model.work import Work
from publisher.page_server import build_address, listen, serve_pages
from publisher.settings import Settings
from publisher.sources.fingerprint import fingerprint
from publisher.store.database import after_commit
from publisher.store.opening import told_faults
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import House, open_house

RE_READ = timedelta(minutes=10)
"""Sources are read again after this long even where no file changed: a held-back future date may have come."""
TWINS_EVERY = timedelta(seconds=30)
TWIN_SECONDS = 3.0
"""How long brotli twins are made each time: at most a tenth of one core, so that mail and pages go before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running Nashra. `address` is where its pages are. Set `ending` to make it end."""

    house: House
    address: str
    ending: asyncio.Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to run: `mailbox` is served where there is one (the demonstration); `begun_at` as in `open_house`;
    `before_clock` runs when the pages answer and the clock does not ring yet.
    """

    mailbox: Mailbox | None = None
    begun_at: datetime | None = None
    sweep_every: timedelta = timedelta(seconds=30)
    before_clock: Callable[["Service"], Awaitable[None]] | None = field(default=None)


log = logging.getLogger(__name__)


class _Sources:
    """Reads the sources again when a file changed, or after a while. A reading that failed counts as none."""

    def __init__(self) -> None:
        self._last: tuple[str, ...] = ()
        self._read_at: datetime | None = None

    def read_changes(self, room: Newsroom) -> None:
        current = tuple(fingerprint(source.path) for source in room.sources)
        now = room.now()
        if current == self._last and self._read_at is not None and now - self._read_at < RE_READ:
            return
        ingest(room)
        self._last, self._read_at = current, now


class _News:
    """Takes out of the news sitemap what has become too old for it, which no publication may come to do."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    def look(self, room: Newsroom) -> None:
        if self._until is None or room.now() >= self._until:
            self._until = refresh_news(room) or room.now() + MAX_AGE


@asynccontextmanager
async def running(settings: Settings, folder: DataFolder, plan: Plan) -> AsyncIterator[Service]:
    """Run until the block ends. Raises NashraError where an address is taken or the folder cannot be used."""
    dispatcher = EmbeddedDispatcher(after_commit)
    sources = _Sources()
    with (
        closing(listen(settings.bind_host, settings.bind_port)) as listening,
        open_house(settings, folder=folder, dispatcher=dispatcher, begun_at=plan.begun_at) as house,
    ):
        service = Service(
            house=house, address=build_address(*listening.getsockname()[:2]), ending=asyncio.Event()
        )
        with _signals(asyncio.get_running_loop(), service.ending):
            async with (
                open_doors(house, settings.intake),
                serve_pages(house, settings, listening, plan.mailbox),
                _engine(house, dispatcher, folder.database),
            ):
                await asyncio.to_thread(_begin, house.room, sources, folder.database)
                if plan.before_clock is not None:
                    await plan.before_clock(service)
                async with (
                    _twins(house.room),
                    _clock(house.room, sources, plan.sweep_every, folder.database),
                ):
                    yield service


def _begin(room: Newsroom, sources: _Sources, database: Path) -> None:
    """Settle what an earlier process left, then bring store and files up to the sources.

    Only the first must succeed. A source that cannot be read, or a feed that cannot be written, keeps neither mail nor
    pages from readers: the sweep reads again, and every later publication writes again.
    """
    recover(room)
    for work in (sources.read_changes, mend_feeds):
        try:
            with told_faults(database):
                work(room)
        except Exception as error:
            log.error("begin: %s failed; serving goes on", work.__name__, **logged_as(error))


@asynccontextmanager
async def _engine(house: House, dispatcher: EmbeddedDispatcher, database: Path) -> AsyncIterator[None]:
    room = house.room

    async def handle(work: Work) -> None:
        with told_faults(database):
            await perform(room, work)

    working = asyncio.create_task(dispatcher.run(handle))
    try:
        yield
    finally:
        house.stopping.set()
        await dispatcher.close()
        await working
        await room.relay.close()
        if room.push is not None:
            await room.push.close()


@asynccontextmanager
async def _clock(
    room: Newsroom, sources: _Sources, sweep_every: timedelta, database: Path
) -> AsyncIterator[None]:
    news = _News()

    async def tick() -> None:
        with told_faults(database):
            await asyncio.to_thread(open_due_slots, room)

    async def sweep() -> None:
        # What is outstanding first: a source that cannot be read must not keep mail from being sent.
        with told_faults(database):
            for look in (submit_outstanding, sources.read_changes, submit_feeds, announce_feeds, news.look):
                await asyncio.to_thread(look, room)

    clock = Clock(tick=tick, sweep=sweep, next_due=partial(next_due_at, room), sweep_every=sweep_every)
    clock.start()
    try:
        yield
    finally:
        await clock.close()


@asynccontextmanager
async def _twins(room: Newsroom) -> AsyncIterator[None]:
    """Make brotli twins beside everything else. Asked to end, it finishes the file in hand; no sweep waits for it."""
    stopping = threading.Event()
    ended = asyncio.Event()

    async def make_on() -> None:
        while not await _has_ended(ended, TWINS_EVERY):
            try:
                await asyncio.to_thread(
                    complete_twins,
                    room.feeds_folder,
                    at_most_seconds=TWIN_SECONDS,
                    is_stopping=stopping.is_set,
                )
            except Exception as error:
                log.error("brotli twins could not be made; gzip is sent meanwhile", **logged_as(error))

    making = asyncio.create_task(make_on())
    try:
        yield
    finally:
        stopping.set()
        ended.set()
        await making


async def _has_ended(ended: asyncio.Event, within: timedelta) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), within.total_seconds())
    return ended.is_set()


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask to end; asked twice, the process goes at once, as if killed: rows tell the rest."""

    def ask() -> None:
        if ending.is_set():
            os._exit(1)
        ending.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
