"""publisher.engine.embedded, over a real database: what is submitted in a transaction is seen with its commit."""

import asyncio
import errno
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from publisher.engine.dispatcher import Dispatcher
from publisher.engine.embedded import EmbeddedDispatcher
from publisher.model.work import Work, WorkKind
from publisher.store.database import Database, after_commit, open_database

pytestmark = pytest.mark.anyio

NOTICE = Work(WorkKind.NOTICE, "1")
COMPOSE = Work(WorkKind.COMPOSE, "1")
FEEDS = Work(WorkKind.PUBLISH_FEEDS)
BATCH = Work(WorkKind.SEND, "1:0")


@dataclass(slots=True)
class Worker:
    """Does works: writes down each as it begins and, where it must wait, ends it when told."""

    begun: list[Work] = field(default_factory=list)
    ended: list[Work] = field(default_factory=list)
    holding: dict[Work, asyncio.Event] = field(default_factory=dict)
    failing: dict[Work, BaseException] = field(default_factory=dict)

    async def __call__(self, work: Work) -> None:
        self.begun.append(work)
        if work in self.holding:
            await self.holding[work].wait()
        if work in self.failing:
            raise self.failing.pop(work)
        self.ended.append(work)

    def hold(self, work: Work) -> asyncio.Event:
        """Let the work wait until the event is set."""
        return self.holding.setdefault(work, asyncio.Event())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "x.db")
    yield database
    database.close()


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[EmbeddedDispatcher]:
    engine = EmbeddedDispatcher(after_commit)
    running = asyncio.create_task(engine.run(worker))
    try:
        yield engine
    finally:
        await engine.close()
        await running


async def until(condition: Callable[[], bool], *, seconds: float = 5) -> None:
    """Wait for a condition without guessing how many turns of the loop it takes."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.001)


async def settle() -> None:
    """Give whatever might wrongly happen the turns to happen in."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_is_a_dispatcher(database: Database) -> None:
    engine: Dispatcher = EmbeddedDispatcher(after_commit)
    await engine.close()


async def test_work_is_seen_only_once_its_transaction_has_committed(database: Database) -> None:
    worker = Worker()
    async with working(worker) as engine:
        with database.write() as tx:
            engine.submit(tx, COMPOSE)
            await settle()
            assert worker.begun == []
        await until(lambda: worker.ended == [COMPOSE])


async def test_work_of_a_transaction_that_rolled_back_is_never_seen(database: Database) -> None:
    worker = Worker()

    def submit_and_fail(engine: EmbeddedDispatcher) -> None:
        with database.write() as tx:
            engine.submit(tx, COMPOSE)
            raise RuntimeError("no")

    async with working(worker) as engine:
        with pytest.raises(RuntimeError, match="no"):
            submit_and_fail(engine)
        await settle()
        assert worker.begun == []


async def test_equal_works_that_wait_are_one_work() -> None:
    worker = Worker()
    go = worker.hold(COMPOSE)
    async with working(worker) as engine:
        engine.put(COMPOSE)
        await until(lambda: worker.begun == [COMPOSE])
        for _ in range(3):
            engine.put(FEEDS)
        go.set()
        await until(lambda: worker.ended == [COMPOSE, FEEDS])
        await settle()
    assert worker.begun == [COMPOSE, FEEDS]


async def test_work_submitted_while_it_runs_runs_once_more() -> None:
    """Otherwise feeds that are being written would miss the article that came meanwhile."""
    worker = Worker()
    go = worker.hold(FEEDS)
    async with working(worker) as engine:
        engine.put(FEEDS)
        await until(lambda: worker.begun == [FEEDS])
        engine.put(FEEDS)
        engine.put(FEEDS)
        await settle()
        go.set()
        await until(lambda: worker.ended == [FEEDS, FEEDS])
        await settle()
    assert worker.begun == [FEEDS, FEEDS]


async def test_a_notice_does_not_wait_behind_a_batch_nor_behind_composing() -> None:
    worker = Worker()
    held = [worker.hold(BATCH), worker.hold(COMPOSE)]
    async with working(worker) as engine:
        engine.put(BATCH)
        engine.put(COMPOSE)
        await until(lambda: len(worker.begun) == 2)
        engine.put(NOTICE)
        await until(lambda: worker.ended == [NOTICE])
        for event in held:
            event.set()


async def test_nothing_waits_behind_servers_that_do_not_answer_and_they_not_behind_each_other() -> None:
    """Checklist 43 G: a dead hub slows nothing."""
    worker = Worker()
    hosts = [Work(WorkKind.PUSH, f"https://{n}.example") for n in range(8)]
    held = [worker.hold(host) for host in hosts[:7]]
    async with working(worker) as engine:
        for host in hosts:
            engine.put(host)
        engine.put(FEEDS)
        engine.put(BATCH)
        await until(lambda: {*worker.ended} == {hosts[7], FEEDS, BATCH})
        assert {*worker.begun} == {*hosts, FEEDS, BATCH}
        for event in held:
            event.set()


async def test_works_of_one_priority_are_done_one_after_the_other_in_turn() -> None:
    worker = Worker()
    issues = [Work(WorkKind.FREEZE, f"{n}") for n in range(5)]
    go = worker.hold(issues[0])
    async with working(worker) as engine:
        for work in issues:
            engine.put(work)
        await settle()
        assert worker.begun == issues[:1]
        go.set()
        await until(lambda: worker.ended == issues)


async def test_a_batch_that_waits_for_one_silent_answer_does_not_hold_up_the_next() -> None:
    worker = Worker()
    batches = [Work(WorkKind.SEND, f"1:{n}") for n in range(5)]
    go = worker.hold(batches[0])
    async with working(worker) as engine:
        for work in batches:
            engine.put(work)
        try:
            await until(lambda: worker.ended == batches[1:])
        finally:
            go.set()
        await until(lambda: batches[0] in worker.ended)


async def test_a_confirmation_that_waits_for_a_silent_answer_does_not_hold_up_the_next() -> None:
    worker = Worker()
    notices = [Work(WorkKind.NOTICE, f"{n}") for n in range(5)]
    go = worker.hold(notices[0])
    async with working(worker) as engine:
        for work in notices:
            engine.put(work)
        try:
            await until(lambda: worker.ended == notices[1:])
        finally:
            go.set()
        await until(lambda: notices[0] in worker.ended)


async def test_breaking_news_waits_behind_no_batch_of_a_digest_and_confirmations_behind_neither() -> None:
    worker = Worker()
    digest = [Work(WorkKind.SEND, f"1:{n}") for n in range(5)]
    breaking = [Work(WorkKind.BREAKING, f"2:{n}") for n in range(5)]
    gates = [worker.hold(work) for work in digest]
    async with working(worker) as engine:
        for work in digest:
            engine.put(work)
        await until(lambda: worker.begun == digest[:2])
        gates += [worker.hold(work) for work in breaking]
        for work in breaking:
            engine.put(work)
        await until(lambda: worker.begun == digest[:2] + breaking[:2])
        engine.put(NOTICE)
        await until(lambda: worker.ended == [NOTICE])
        for gate in gates:
            gate.set()
        await until(lambda: len(worker.ended) == 11)


@pytest.mark.parametrize(
    "failure",
    [RuntimeError("broken"), ExceptionGroup("lanes", [OSError("gone")]), asyncio.CancelledError()],
    ids=["exception", "group", "cancelled-from-within"],
)
async def test_a_failure_ends_its_work_only_and_is_logged(
    failure: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(failing={COMPOSE: failure})
    async with working(worker) as engine:
        engine.put(COMPOSE)
        engine.put(FEEDS)
        await until(lambda: worker.ended == [FEEDS])
        engine.put(COMPOSE)
        await until(lambda: worker.ended == [FEEDS, COMPOSE])
    (record,) = caplog.records
    assert (record.levelno, record.message) == (logging.ERROR, "work failed")
    assert (record.__dict__["work"], record.__dict__["key"]) == ("compose", "1")
    assert record.exc_info is not None
    assert record.exc_info[1] is failure


async def test_a_full_disk_ends_its_work_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "feeds/index.rss")
    worker = Worker(failing={COMPOSE: full})
    async with working(worker) as engine:
        engine.put(COMPOSE)
        engine.put(FEEDS)
        await until(lambda: worker.ended == [FEEDS])
    (record,) = caplog.records
    assert (record.message, record.exc_info) == ("work failed", None)
    assert record.__dict__["error"].startswith("feeds/index.rss: No space left on device; make room")


async def test_closing_waits_for_the_work_in_hand_and_begins_no_other() -> None:
    worker = Worker()
    go = worker.hold(COMPOSE)
    engine = EmbeddedDispatcher(after_commit)
    running = asyncio.create_task(engine.run(worker))
    engine.put(COMPOSE)
    engine.put(FEEDS)
    await until(lambda: worker.begun == [COMPOSE])
    closing = asyncio.create_task(engine.close())
    await settle()
    assert not closing.done()
    engine.put(NOTICE)
    go.set()
    await closing
    await running
    assert worker.begun == worker.ended == [COMPOSE]


async def test_closing_an_engine_that_never_ran_returns_at_once() -> None:
    worker = Worker()
    engine = EmbeddedDispatcher(after_commit)
    engine.put(NOTICE)
    await engine.close()
    await engine.run(worker)
    assert worker.begun == []


async def test_a_cancelled_engine_cancels_the_work_in_hand_and_leaves_no_task_behind() -> None:
    worker = Worker()
    worker.hold(BATCH)
    engine = EmbeddedDispatcher(after_commit)
    before = asyncio.all_tasks()
    running = asyncio.create_task(engine.run(worker))
    engine.put(BATCH)
    await until(lambda: worker.begun == [BATCH])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == before
    assert worker.ended == []


async def test_work_may_be_put_from_another_thread(database: Database) -> None:
    worker = Worker()

    def commit(engine: EmbeddedDispatcher) -> None:
        with database.write() as tx:
            engine.submit(tx, NOTICE)

    async with working(worker) as engine:
        thread = threading.Thread(target=commit, args=(engine,))
        thread.start()
        await until(lambda: worker.ended == [NOTICE])
        thread.join()


def test_a_commit_after_the_loop_has_ended_is_no_failure(tmp_path: Path) -> None:
    """A request that was being answered when the process ended: what it committed stands in rows."""
    database = open_database(tmp_path / "x.db")

    async def make() -> EmbeddedDispatcher:
        return EmbeddedDispatcher(after_commit)

    engine = asyncio.run(make())
    with database.write() as tx:
        engine.submit(tx, NOTICE)
    database.close()
