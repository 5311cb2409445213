"""Sending an issue through the fleet: fail-over, slow domains, refusals, pauses, and the end of the process."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from publisher.jobs.after_send import Resolution, resolve_uncertain, retry_failed
from publisher.jobs.freeze import freeze
from publisher.jobs.hold_issue import cancel_rest, pause_sending, resume_sending
from publisher.jobs.outstanding import submit_outstanding
from publisher.jobs.send_batch import send_batch
from publisher.jobs.send_notice import send_notice
from publisher.mail.compile import CompiledIssue
from publisher.mail.fleet import Fleet
from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.delivery import DeliveryState, Recipient
from publisher.model.feedback import Pause, PauseReason
from publisher.model.issue import IssueState
from publisher.model.subscriber import NoticeKind
from publisher.model.work import WorkKind
from publisher.store.deliveries import lease_batch
from publisher.store.notices import insert_notice, load_notice
from publisher.store.pauses import save_pause
from publisher.store.schema import batch, delivery, subscriber, suppression
from tests.jobs.issues import composed, counts, frozen, issue_of, subscribe
from tests.jobs.rooms import Scene, Time, open_scene
from tests.mail.scripted_relay import Fault, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
S = DeliveryState
NOBODY = 9


def relay(port: int, name: str = "main", *, lanes: int = 2) -> RelaySettings:
    return RelaySettings(
        name=name, host="127.0.0.1", port=port, tls=Tls.NONE, lanes=lanes, ehlo_name="test.example",
        timeouts=Timeouts(connect=5, command=5, body=5, dot=5, quit=1),
    )  # fmt: skip


@asynccontextmanager
async def sending(folder: Path, *settings: RelaySettings, **changes: Any) -> AsyncIterator[Scene]:
    time = Time()
    fleet = Fleet(settings, now=time)
    with open_scene(folder, relay=fleet, notice_relay=fleet.express, **changes) as scene:
        fleet.now = scene.time
        yield scene
        await fleet.close()


def rows(scene: Scene) -> list[Any]:
    with scene.room.database.read() as tx:
        return list(tx.execute(sa.select(delivery).order_by(delivery.c.subscriber)))


def retry_in(scene: Scene) -> timedelta:
    with scene.room.database.read() as tx:
        at = tx.execute(sa.select(batch.c.retry_at)).scalar_one()
    return timedelta(milliseconds=at - int(scene.time.now.timestamp() * 1000))


class Choosy(dict[str, "bytes | Fault"]):
    """A script that answers RCPT to one domain in its own way."""

    def __init__(self, served: ScriptedRelay, domain: str, answer: bytes) -> None:
        super().__init__()
        self._served, self._domain, self._answer = served, domain, answer

    def get(self, step: str, usual: Any = None) -> Any:
        refused = step == "rcpt" and f"@{self._domain}>" in self._served.commands[-1]
        return self._answer if refused else usual


def refusing(served: ScriptedRelay, domain: str, answer: bytes) -> None:
    """From now on RCPT of that domain is answered so."""
    served.script = Choosy(served, domain, answer)


def welcome(scene: Scene) -> int:
    """A notice to one reader that is due now."""
    (reader,) = subscribe(scene, 1)
    now = scene.time.now
    with scene.room.database.write() as tx:
        notice = insert_notice(
            tx, NoticeKind.WELCOME, reader, language="ar", newsletters=["daily"], due_at=now, now=now
        )
    assert notice is not None
    return notice


def state_of(scene: Scene, notice: int) -> DeliveryState:
    with scene.room.database.read() as tx:
        found = load_notice(tx, notice)
    assert found is not None
    return found.state


async def test_the_relay_that_took_it_is_written_down(tmp_path: Path) -> None:
    async with (
        scripted_relay() as served,
        sending(tmp_path, relay(NOBODY, "first"), relay(served.port, "second")) as scene,
    ):
        issue_id = frozen(scene, readers=10)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 10}
        assert {row.relay for row in rows(scene)} == {"second"}
    assert len(served.bodies) == 10


async def test_held_relays_charge_nobody_and_the_batch_comes_when_they_are_free(tmp_path: Path) -> None:
    async with sending(tmp_path, relay(NOBODY)) as scene:
        issue_id = frozen(scene, readers=20)
        for _ in range(4):
            await send_batch(scene.room, issue_id, 0)
            scene.time.pass_(minutes=6)
        tried = counts(scene, issue_id).get(S.DEFERRED, 0)
        assert tried <= 6
        assert scene.room.relay.held_until(scene.time.now - timedelta(minutes=6)) is not None


async def test_what_cannot_be_begun_in_time_expires_though_the_relays_are_held(tmp_path: Path) -> None:
    async with sending(tmp_path, relay(NOBODY)) as scene:
        issue_id = frozen(scene, readers=3)
        with scene.room.database.write() as tx:
            save_pause(
                tx,
                Pause(
                    scope="relay", until=scene.time.now + timedelta(days=3), reason=PauseReason.POLICY_RELAY
                ),
                now=scene.time.now,
            )
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.PENDING: 3}
        scene.time.pass_(hours=25)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.EXPIRED: 3}
        assert issue_of(scene, issue_id).state is IssueState.SENT


def mixed(scene: Scene, *, slow: int, quick: int) -> int:
    """An issue to readers at slow.example and, behind them, at reader.example."""
    for n, reader in enumerate(subscribe(scene, slow, prefix="slow")):
        address = f"slow{n}@slow.example"
        with scene.room.database.write() as tx:
            tx.execute(
                sa.update(subscriber)
                .where(subscriber.c.id == reader)
                .values(address=address, address_key=address)
            )
    subscribe(scene, quick)
    issue_id = composed(scene)
    freeze(scene.room, issue_id)
    scene.taken()
    return issue_id


async def test_a_slow_domain_holds_up_nobody_else(tmp_path: Path) -> None:
    """Its readers are put back untouched and come again when it has rested."""
    async with scripted_relay() as served, sending(tmp_path, relay(served.port)) as scene:
        refusing(served, "slow.example", b"450 4.7.28 slower\r\n")
        issue_id = mixed(scene, slow=30, quick=10)
        await send_batch(scene.room, issue_id, 0)
        standing = counts(scene, issue_id)
        assert standing[S.SENT] == 10
        assert 1 <= standing[S.DEFERRED] <= 2, "those in flight when it first complained"
        assert standing[S.PENDING] == 30 - standing[S.DEFERRED]
        assert retry_in(scene) == timedelta(minutes=1)
        served.script = {}
        scene.time.pass_(minutes=1)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id)[S.SENT] == 40 - standing[S.DEFERRED]
        assert counts(scene, issue_id)[S.DEFERRED] == standing[S.DEFERRED], "they wait their five minutes"
        scene.time.pass_(minutes=10)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 40}


async def test_refusals_because_of_us_slow_the_domain_and_never_cost_the_reader(tmp_path: Path) -> None:
    async with scripted_relay() as served, sending(tmp_path, relay(served.port, lanes=1)) as scene:
        refusing(served, "slow.example", b"550 5.7.1 we do not know you\r\n")
        issue_id = mixed(scene, slow=30, quick=3)
        for _ in range(8):
            await send_batch(scene.room, issue_id, 0)
            scene.time.pass_(minutes=6)
        standing = counts(scene, issue_id)
        assert standing[S.SENT] == 3
        assert set(standing) == {S.SENT, S.DEFERRED, S.PENDING}
        assert standing[S.DEFERRED] <= 6, "the domain rests longer each time"
        with scene.room.database.read() as tx:
            assert tx.execute(sa.select(suppression)).all() == []


async def test_a_dead_address_is_suppressed_at_once(tmp_path: Path) -> None:
    async with scripted_relay() as served, sending(tmp_path, relay(served.port)) as scene:
        refusing(served, "reader.example", b"550 5.1.1 no such user\r\n")
        issue_id = frozen(scene, readers=2)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.FAILED: 2}
        with scene.room.database.read() as tx:
            assert len(tx.execute(sa.select(suppression)).all()) == 2
        assert retry_failed(scene.room, issue_of(scene, issue_id)) == 2
        served.script = {}
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SUPPRESSED: 2}, "a retry passes every check again"
    assert served.bodies == []


@pytest.mark.parametrize("how", ["pause", "cancel"])
async def test_in_mid_send_the_lanes_stop_at_their_next_message(tmp_path: Path, how: str) -> None:
    """And what was in flight is recorded as what it came to: nobody is in doubt, nobody gets a copy."""
    async with scripted_relay() as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=300)
        work = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        while len(served.bodies) < 20:  # noqa: ASYNC110 - a count changes, no event
            await asyncio.sleep(0.005)
        act = pause_sending if how == "pause" else cancel_rest
        assert await asyncio.to_thread(act, scene.room, issue_id)
        at_the_answer = len(served.bodies)
        await asyncio.wait_for(work, 20)
        assert len(served.bodies) <= at_the_answer + 2, "the two that were in flight"
        standing = counts(scene, issue_id)
        assert standing[S.SENT] == len(served.bodies)
        assert standing[S.PENDING if how == "pause" else S.EXPIRED] == 300 - len(served.bodies)
        assert all(row.ambiguous == 0 for row in rows(scene))
        if how == "cancel":
            submit_outstanding(scene.room)
            assert issue_of(scene, issue_id).state is IssueState.CANCELLED
            return
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == standing
        assert resume_sending(scene.room, issue_id)
        assert [work.kind for work in scene.taken()] == [WorkKind.SEND]
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 300}
    assert len(served.bodies) == 300


async def test_the_lease_is_held_for_as_long_as_a_message_is_under_way(tmp_path: Path) -> None:
    """Also where nothing more is begun: the last answer of a paused issue may take ten minutes, and whoever took the
    batch meanwhile would send that message again.
    """
    lease, patience = timedelta(seconds=0.15), timedelta()
    async with (
        scripted_relay() as served,
        sending(tmp_path, relay(served.port), lease=lease, patience=patience) as scene,
    ):
        served.once = {"dot": Fault.STALL}
        issue_id = frozen(scene, readers=300)
        work = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        await served.stalled.wait()
        assert await asyncio.to_thread(pause_sending, scene.room, issue_id)
        await asyncio.sleep(0.3)
        assert resume_sending(scene.room, issue_id)
        scene.time.pass_(minutes=1)
        await asyncio.sleep(0.3)
        with scene.room.database.write() as tx:
            later = scene.time.now + lease
            assert lease_batch(tx, issue_id, 0, now=scene.time.now, until=later, hold=False) is None
        scene.stopping.append(True)
        await asyncio.wait_for(work, 3)


async def test_the_fleet_is_told_of_pauses_in_its_own_loop(tmp_path: Path) -> None:
    """Another thread would forget a domain whose complaint comes while it goes through the domains."""

    class Watched(Fleet):
        def obey(self, pauses: Iterable[Pause]) -> None:
            obeyed.append(asyncio.get_running_loop())
            super().obey(pauses)

    obeyed: list[asyncio.AbstractEventLoop] = []
    async with scripted_relay() as served:
        fleet = Watched((relay(served.port),), now=Time())
        with open_scene(tmp_path, relay=fleet, notice_relay=fleet.express) as scene:
            issue_id = frozen(scene, readers=2)
            await send_batch(scene.room, issue_id, 0)
            assert counts(scene, issue_id) == {S.SENT: 2}
            await fleet.close()
    assert obeyed


async def test_a_message_that_cannot_be_built_upsets_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way beside it is not called off: that would be a copy for each."""
    build = CompiledIssue.build_beside

    async def stumble(self: CompiledIssue, recipient: Recipient, **more: Any) -> Message:
        if recipient.subscriber == 3:
            raise KeyError("reader2@reader.example")
        return await build(self, recipient, **more)

    monkeypatch.setattr(CompiledIssue, "build_beside", stumble)
    async with scripted_relay() as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=6)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 5, S.DEFERRED: 1}
        assert [row.reply for row in rows(scene) if row.state == S.DEFERRED] == ["not built: KeyError"]


async def test_asked_to_end_the_message_in_hand_is_finished_and_the_rest_goes_back(tmp_path: Path) -> None:
    async with scripted_relay({"dot": Fault.STALL}) as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=6)
        served.script = {}
        work = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        while not served.bodies:  # noqa: ASYNC110 - a count changes, no event
            await asyncio.sleep(0.002)
        scene.stopping.append(True)
        await asyncio.wait_for(work, 5)
        standing = counts(scene, issue_id)
        assert set(standing) <= {S.SENT, S.PENDING}
        assert standing[S.SENT] == len(served.bodies)
        assert retry_in(scene) == timedelta()


async def test_a_relay_that_is_silent_at_the_end_does_not_hold_the_process(tmp_path: Path) -> None:
    """Its message is in doubt, as after a crash, and the batch goes back."""
    patience = timedelta(seconds=0.3)
    async with (
        scripted_relay({"dot": Fault.STALL}) as served,
        sending(tmp_path, relay(served.port), patience=patience) as scene,
    ):
        issue_id = frozen(scene, readers=5)
        work = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        await served.stalled.wait()
        scene.stopping.append(True)
        await asyncio.wait_for(work, 3)
        assert counts(scene, issue_id)[S.SENDING] <= 2
        served.script = {}
        scene.stopping.clear()
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 5}
        assert sum(row.ambiguous for row in rows(scene)) <= 2


async def test_a_notice_to_a_silent_relay_does_not_hold_the_process(tmp_path: Path) -> None:
    patience = timedelta(seconds=0.3)
    async with (
        scripted_relay({"dot": Fault.STALL}) as served,
        sending(tmp_path, relay(served.port), patience=patience) as scene,
    ):
        notice = welcome(scene)
        work = asyncio.create_task(send_notice(scene.room, notice))
        await served.stalled.wait()
        scene.stopping.append(True)
        await asyncio.wait_for(work, 3)
        assert state_of(scene, notice) is S.SENDING


async def test_a_dot_without_answer_is_sent_again_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    """A slow relay may still be at work on the first; a batch that comes sooner leaves the doubt alone."""
    async with scripted_relay({"dot": Fault.DROP}) as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=1)
        await send_batch(scene.room, issue_id, 0)
        assert (rows(scene)[0].state, rows(scene)[0].ambiguous) == (S.DEFERRED, 1)
        assert retry_in(scene) >= timedelta(minutes=15)
        served.script = {}
        with scene.room.database.write() as tx:
            tx.execute(sa.update(batch).values(retry_at=0))
        scene.time.pass_(minutes=14)
        await send_batch(scene.room, issue_id, 0)
        assert (counts(scene, issue_id), len(served.bodies)) == ({S.DEFERRED: 1}, 1)
        scene.time.pass_(minutes=1 + retry_in(scene).total_seconds() / 60)
        await send_batch(scene.room, issue_id, 0)
        assert (counts(scene, issue_id), len(served.bodies)) == ({S.SENT: 1}, 2)


async def test_of_a_newsletter_that_left_the_settings_a_doubt_is_not_sent_again(tmp_path: Path) -> None:
    """It may have asked to hold, and nobody can tell any more: the careful side."""
    async with scripted_relay({"dot": Fault.DROP}) as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=1)
        await send_batch(replace(scene.room, newsletters=()), issue_id, 0)
        assert counts(scene, issue_id) == {S.UNCERTAIN: 1}


async def test_a_start_soon_after_the_end_does_not_send_a_doubt_at_once(tmp_path: Path) -> None:
    """Asked to end, a sender gives its batch back at once; what the relay left in doubt waits all the same."""
    async with scripted_relay({"dot": Fault.DROP}) as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=40)
        work = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        while not any(row.ambiguous for row in rows(scene)):  # noqa: ASYNC110 - rows change, no event
            await asyncio.sleep(0.01)
        scene.stopping.append(True)
        await asyncio.wait_for(work, 10)
        served.script = {}
        scene.stopping.clear()
        doubts, before = sum(row.ambiguous for row in rows(scene)), len(served.bodies)
        assert doubts == before
        scene.time.pass_(minutes=2)
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id)[S.DEFERRED] == doubts
        assert len(served.bodies) == before + counts(scene, issue_id).get(S.SENT, 0)


async def test_a_notice_in_doubt_waits_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with scripted_relay({"dot": Fault.DROP}) as served, sending(tmp_path, relay(served.port)) as scene:
        notice = welcome(scene)
        await send_notice(scene.room, notice)
        served.script = {}
        scene.time.pass_(minutes=14)
        await send_notice(scene.room, notice)
        assert (state_of(scene, notice), len(served.bodies)) == (S.DEFERRED, 1)
        scene.time.pass_(minutes=1)
        await send_notice(scene.room, notice)
        assert (state_of(scene, notice), len(served.bodies)) == (S.SENT, 2)


async def test_an_uncertain_one_is_sent_once_more_when_a_person_says_so(tmp_path: Path) -> None:
    async with scripted_relay({"dot": Fault.DROP}) as served, sending(tmp_path, relay(served.port)) as scene:
        issue_id = frozen(scene, readers=1)
        for _ in range(2):
            await send_batch(scene.room, issue_id, 0)
            scene.time.pass_(minutes=30)
        assert counts(scene, issue_id) == {S.UNCERTAIN: 1}
        assert resolve_uncertain(scene.room, issue_of(scene, issue_id), Resolution.RESEND) == 1
        served.script = {}
        await send_batch(scene.room, issue_id, 0)
        assert counts(scene, issue_id) == {S.SENT: 1}
    assert len(set(served.bodies)) == 1


async def test_a_notice_waits_unclaimed_while_the_relays_are_held(tmp_path: Path) -> None:
    async with sending(tmp_path, relay(NOBODY)) as scene:
        notice, now = welcome(scene), scene.time.now
        scene.room.relay.obey(
            [Pause(scope="relay", until=now + timedelta(hours=1), reason=PauseReason.POLICY_RELAY)]
        )
        await send_notice(scene.room, notice)
        assert state_of(scene, notice) is S.PENDING


async def test_a_notice_to_a_paused_domain_is_put_off_and_nothing_is_sent(tmp_path: Path) -> None:
    async with scripted_relay() as served, sending(tmp_path, relay(served.port)) as scene:
        notice, now = welcome(scene), scene.time.now
        scope = "domain:reader.example"
        scene.room.relay.obey(
            [Pause(scope=scope, until=now + timedelta(hours=1), reason=PauseReason.POLICY_DOMAIN)]
        )
        await send_notice(scene.room, notice)
        assert state_of(scene, notice) is S.DEFERRED
    assert served.connections == 0
