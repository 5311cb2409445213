"""A sender: the newsroom as `nashra serve` runs it, without its pages and its sources.

It is opened by `open_house` and run by the engine of `serving`, so that what is killed here is what runs elsewhere.
Changed from outside, never in the product: the newsroom's time flies, timeouts and leases are short, and crash points
and mutants are laid over named functions.
"""

import asyncio
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest import mock

import sqlalchemy as sa

from publisher.engine.embedded import EmbeddedDispatcher
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.open_slots import open_due_slots
from publisher.jobs.outstanding import recover, submit_outstanding
from publisher.mail import relay, signers
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.serving import _engine, _signals
from publisher.settings import Settings, load_settings
from publisher.store import opening
from publisher.store.database import Database, after_commit, open_database
from publisher.store.ledger_page import Change, LedgerPage
from publisher.wiring.folder import DataFolder
from publisher.wiring.logs import start_logging
from publisher.wiring.loop import run
from publisher.wiring.newsroom import House, open_house
from tests.faultbench import crash_points, mutants
from tests.faultbench.hurried import hurried, in_newsroom_time

log = logging.getLogger(__name__)

_TIMEOUTS = Timeouts(connect=2.0, command=1.0, body=4.0, dot=3.0, quit=0.5)
"""Real seconds. Giving up early before the dot costs no copy; after it, a busy relay must not be taken for one that
stalls.
"""
_SWEEP_S = 0.8
_SIGNERS_PAUSE_S = 1.0
"""The longest that a lost signing process is waited with, in real seconds: they are lost often here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What one sender is to do. `url` is a PostgreSQL database's; without it the folder's SQLite file is used.
    `alone`: it holds the folder and recovers as a start does. `trigger` is the file through which crash points are
    armed. `secure`: the port wants STARTTLS and AUTH; `authority` signed its certificate. `rotate_after` messages a
    connection is changed.
    """

    file: Path
    url: str | None
    begun_at: datetime
    alone: bool
    lanes: int
    port: int
    secure: bool
    authority: Path
    trigger: Path
    log: Path
    durability: Path
    batch_size: int
    lease_s: float
    rotate_after: int
    mutant: int | None
    reopen: bool


def run_sender(orders: Orders) -> None:
    """Work until asked to end, or killed."""
    handle = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 2)
    os.dup2(handle, 1)
    start_logging(logging.INFO)
    crash_points.install(orders.trigger, orders.durability)
    if orders.mutant is not None:
        mutants.install(orders.mutant)
    parent = os.getppid()
    sys.exit(run(_work(orders, parent)))


async def _work(orders: Orders, parent: int) -> int:
    dispatcher = EmbeddedDispatcher(after_commit)
    with (
        _changed(orders),
        DataFolder(orders.file.parent, lock=orders.alone) as folder,
        open_house(build_settings(orders), folder=folder, dispatcher=dispatcher) as opened,
    ):
        house = replace(opened, room=with_lease(opened, orders))
        ending = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell_tasks)
        with _signals(asyncio.get_running_loop(), ending):
            async with _engine(house, dispatcher, folder.database):
                if orders.alone:
                    await asyncio.to_thread(recover, house.room)
                await _look_again(house.room, ending, parent)
    return 0


def tell_tasks() -> None:
    """Where everything stands, into the log: the harness asks before it gives up on a run that stands still."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    faulthandler.dump_traceback()


def with_lease(house: House, orders: Orders) -> Newsroom:
    """The newsroom with a short lease and batches of the run's size."""
    return replace(house.room, lease=in_newsroom_time(orders.lease_s), batch_size=orders.batch_size)


async def _look_again(room: Newsroom, ending: asyncio.Event, parent: int) -> None:
    """Tick and sweep as the clock does, failures included; end with the harness."""
    while not ending.is_set():
        for look in (open_due_slots, submit_outstanding):
            try:
                await asyncio.to_thread(look, room)
            except Exception:  # the clock's promise: no failure stops it
                log.exception("a look failed")
        try:
            await asyncio.wait_for(ending.wait(), _SWEEP_S)
        except TimeoutError:
            if os.getppid() != parent:
                os._exit(3)


@contextmanager
def _changed(orders: Orders) -> Iterator[None]:
    """The database is the run's, connections are changed as often as it says, and time flies."""

    def opened(_path: object) -> Database:
        return open_database(orders.url or orders.file.parent / "nashra.db")

    with (
        _opening_anew() if orders.reopen else nullcontext(),
        hurried(orders.begun_at),
        mock.patch.object(signers, "_LONGEST_PAUSE_S", _SIGNERS_PAUSE_S),
        mock.patch.object(relay, "MESSAGES_A_CONNECTION", orders.rotate_after),
        mock.patch.object(opening, "open_database", opened),
    ):
        yield


@contextmanager
def _opening_anew() -> Iterator[None]:
    """No file of the database stays open: a file system turns read-only only while nobody may write to a file of it,
    and is then noticed by who opens one. Also the ledger's own connection is opened for each page.
    """
    write = LedgerPage.write

    def write_and_close(page: LedgerPage, changes: Sequence[Change]) -> None:
        try:
            write(page, changes)
        finally:
            page.close()

    with (
        mock.patch.object(sa, "create_engine", partial(sa.create_engine, poolclass=sa.NullPool)),
        mock.patch.object(LedgerPage, "write", write_and_close),
    ):
        yield


def build_settings(orders: Orders) -> Settings:
    """The run's settings file, with the relay's port and our timeouts."""
    settings = load_settings(orders.file, {})
    mail = replace(settings.mail, port=orders.port, lanes=orders.lanes, timeouts=_TIMEOUTS)
    return replace(settings, mail=_secured(mail, orders.authority) if orders.secure else mail)


def _secured(mail: RelaySettings, authority: Path) -> RelaySettings:
    return replace(mail, tls=Tls.STARTTLS, ca_file=authority, username="nashra", password="sample")
