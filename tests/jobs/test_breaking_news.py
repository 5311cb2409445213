"""Breaking news overtakes a digest that is under way, a confirmation both; nobody is left out or mailed twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from publisher.engine.embedded import EmbeddedDispatcher
from publisher.jobs.compose import compose_issue
from publisher.jobs.freeze import freeze
from publisher.jobs.ingest import ingest
from publisher.jobs.open_slots import open_due_slots
from publisher.jobs.perform import perform
from publisher.model.delivery import DeliveryState
from publisher.model.work import Work, WorkKind
from publisher.store.database import after_commit
from tests.jobs.issues import counts
from tests.jobs.rooms import Scene, daily, open_scene
from tests.jobs.test_send_notice import ask
from tests.mail.scripted_relay import Fault, ScriptedRelay, scripted_relay
from tests.store.rows import readers

pytestmark = pytest.mark.anyio

SENT, PENDING = DeliveryState.SENT, DeliveryState.PENDING
DIGEST, FLASH = 200, 20
HASTE: dict[str, Any] = {"batch_size": 50, "patience": timedelta(seconds=0.2)}


class Sending(NamedTuple):
    """What is under way."""

    scene: Scene
    served: ScriptedRelay
    engine: EmbeddedDispatcher
    digest: int
    flash: int


@asynccontextmanager
async def under_way(folder: Path) -> AsyncIterator[Sending]:
    """An engine at work on a digest, over two lanes, as breaking news is handed to it."""
    titles = (daily(), daily(slug="flash", urgent=True))
    async with scripted_relay() as served:
        served.pace = 0.02
        with open_scene(folder, port=served.port, newsletters=titles, **HASTE) as scene:
            digest, flash = issues(scene)
            freeze(scene.room, digest)
            engine = EmbeddedDispatcher(after_commit)
            running = asyncio.create_task(engine.run(partial(perform, scene.room)))
            submit(scene, engine)
            await until(lambda: len(served.bodies) >= 10)
            try:
                await asyncio.to_thread(freeze, scene.room, flash)
                submit(scene, engine)
                yield Sending(scene, served, engine, digest, flash)
            finally:
                scene.stopping.append(True)
                await engine.close()
                await running
                await scene.room.relay.close()


def issues(scene: Scene) -> list[int]:
    """One issue of each newsletter, approved, with readers."""
    for slug, count in (("daily", DIGEST), ("flash", FLASH)):
        with scene.room.database.write() as tx:
            readers(tx, scene.room.newsletter_ids[slug], count, prefix=slug)
    scene.write("alpha", title="Alpha")
    ingest(scene.room)
    scene.time.pass_(hours=1)
    found = open_due_slots(scene.room)
    for issue_id in found:
        compose_issue(scene.room, issue_id)
    scene.taken()
    return list(found)


def submit(scene: Scene, engine: EmbeddedDispatcher) -> None:
    for work in scene.taken():
        engine.put(work)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.005)


def mailed(served: ScriptedRelay) -> list[str]:
    """The local parts of those who were mailed, in order."""
    told = [line for line in served.commands if line.startswith("RCPT TO:<")]
    return [line.removeprefix("RCPT TO:<").partition("@")[0] for line in told]


async def test_it_is_sent_while_most_of_the_digest_waits_and_the_digest_is_completed(tmp_path: Path) -> None:
    async with under_way(tmp_path) as (scene, served, _, digest, flash):
        begun = len(mailed(served))
        await until(lambda: counts(scene, flash) == {SENT: FLASH})
        assert counts(scene, digest)[PENDING] > DIGEST / 2
        order = mailed(served)
        first = next(n for n, name in enumerate(order) if name.startswith("flash"))
        last = max(n for n, name in enumerate(order) if name.startswith("flash"))
        assert first <= begun + 4, "a message in hand for each lane, and what came while the issue was taken"
        assert last - first < FLASH + 2, "while it is sent, no lane takes a message of the digest"
        await until(lambda: counts(scene, digest) == {SENT: DIGEST})
        assert served.most_in_flight <= scene.room.relay.lanes
        assert Counter(mailed(served)) == {
            f"{title}{n}": 1 for title, count in (("daily", DIGEST), ("flash", FLASH)) for n in range(count)
        }


async def test_a_confirmation_overtakes_both(tmp_path: Path) -> None:
    async with under_way(tmp_path) as (scene, served, engine, _, flash):
        await until(lambda: any(name.startswith("flash") for name in mailed(served)))
        notice = ask(scene)
        before = len(mailed(served))
        engine.put(Work(WorkKind.NOTICE, str(notice)))
        await until(lambda: "layla" in mailed(served))
        assert mailed(served).index("layla") <= before + 4
        assert PENDING in counts(scene, flash)


async def test_one_silent_answer_of_breaking_news_holds_up_no_digest(tmp_path: Path) -> None:
    async with under_way(tmp_path) as (scene, served, _, digest, flash):
        await until(lambda: any(name.startswith("flash") for name in mailed(served)))
        served.once = {"dot": Fault.STALL}
        await served.stalled.wait()
        await until(lambda: counts(scene, flash) == {SENT: FLASH - 1, DeliveryState.SENDING: 1})
        left = counts(scene, digest)[PENDING]
        await until(lambda: counts(scene, digest)[PENDING] < left - 20)
