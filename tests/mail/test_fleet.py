"""Several relays behind one interface: who is tried, who is not, and that no message is ever with two of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher.mail.fleet import Fleet
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Sent, Uncertain
from publisher.model.feedback import RELAY_SCOPE, Pause, PauseReason
from publisher.model.work import Priority
from tests.mail.builders import digest
from tests.mail.scripted_relay import Fault, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
SMALL = replace(digest(), payload=b"Subject: x\r\n\r\nx\r\n")
START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SPAM = b"550 5.7.1 spam\r\n"


@dataclass(slots=True)
class Time:
    """A clock that goes when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


def relay(port: int, name: str = "main", *, lanes: int = 1, per_minute: int = 0) -> RelaySettings:
    return RelaySettings(
        name=name, host="127.0.0.1", port=port, tls=Tls.NONE, lanes=lanes, messages_per_minute=per_minute,
        ehlo_name="localhost", timeouts=Timeouts(connect=2, command=1, body=1, dot=1, quit=1),
    )  # fmt: skip


@asynccontextmanager
async def two() -> AsyncIterator[tuple[ScriptedRelay, ScriptedRelay, Fleet, Time]]:
    """Two relays of one lane each."""
    time = Time()
    async with scripted_relay() as first, scripted_relay() as second:
        fleet = Fleet((relay(first.port, "first"), relay(second.port, "second")), now=time)
        yield first, second, fleet, time
        await fleet.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.001)


async def deliver(fleet: Fleet) -> tuple[Outcome, str | None]:
    """One message; what it came to, and who was tried last."""
    async with fleet.lane() as lane:
        outcome = await lane.deliver(SMALL)
        return outcome, lane.relay


async def test_the_first_relay_takes_everything_while_it_can() -> None:
    async with two() as (first, second, fleet, _):
        for _ in range(5):
            outcome, name = await deliver(fleet)
            assert (type(outcome), name) == (Sent, "first")
    assert (first.connections, second.connections) == (1, 0)


@pytest.mark.parametrize(
    "script",
    [
        {"banner": Fault.DROP},
        {"banner": b"554 5.3.2 not here\r\n"},
        {"ehlo": b"421 4.3.2 busy\r\n"},
        {"mail": Fault.DROP},
        {"mail": b"421 4.3.2 closing\r\n"},
        {"rcpt": Fault.HANG_UP},
        {"data": Fault.DROP},
    ],
    ids=str,
)
async def test_a_relay_that_certainly_did_not_take_it_is_followed_by_the_next(
    script: dict[str, bytes | Fault],
) -> None:
    async with two() as (first, second, fleet, _):
        first.script = script
        outcome, name = await deliver(fleet)
    assert (type(outcome), name) == (Sent, "second")
    assert (len(first.bodies), len(second.bodies)) == (0, 1)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"dot": Fault.DROP}, Uncertain),
        ({"dot": Fault.STALL}, Uncertain),
        ({"dot": b"421 4.3.2 closing\r\n"}, Deferred),
        ({"dot": b"451 4.3.0 later\r\n"}, Deferred),
        ({"dot": b"554 5.6.0 no\r\n"}, Refused),
        ({"rcpt": b"450 4.2.0 later\r\n"}, Deferred),
        ({"rcpt": b"550 5.1.1 unknown\r\n"}, Refused),
        ({"mail": SPAM}, Refused),
        ({"data": b"452 4.3.1 full\r\n"}, Deferred),
    ],
    ids=str,
)
async def test_what_was_past_the_dot_or_answered_stays_with_its_relay(
    script: dict[str, bytes | Fault], kind: type[Outcome]
) -> None:
    """Past the dot there could be two copies; an answer the next relay would only give again."""
    async with two() as (first, second, fleet, _):
        first.script = script
        outcome, name = await deliver(fleet)
    assert (type(outcome), name) == (kind, "first")
    assert second.connections == 0


async def test_after_five_failures_the_first_is_left_alone_then_probed_with_one_message() -> None:
    async with two() as (first, second, fleet, time):
        first.script = {"banner": b"554 5.3.2 not here\r\n"}
        for _ in range(8):
            assert (await deliver(fleet))[1] == "second"
        assert (first.connections, len(second.bodies)) == (5, 8)
        first.script = {}
        time.pass_(minutes=1)
        assert (await deliver(fleet))[1] == "first"
        assert (await deliver(fleet))[1] == "first"


async def test_while_the_probe_is_under_way_the_others_go_elsewhere() -> None:
    time = Time()
    async with scripted_relay() as first, scripted_relay() as second:
        fleet = Fleet((relay(first.port, "a", lanes=4), relay(second.port, "b", lanes=4)), now=time)
        first.script = {"banner": b"554 5.3.2 not here\r\n"}
        for _ in range(5):
            await deliver(fleet)
        time.pass_(minutes=1)
        first.script = {"dot": Fault.STALL}
        probe = asyncio.create_task(deliver(fleet))
        await first.stalled.wait()
        assert [(await deliver(fleet))[1] for _ in range(3)] == ["b"] * 3
        assert first.connections == 6
        assert isinstance((await probe)[0], Uncertain)
        await fleet.close()


async def test_a_refused_login_is_tried_once_and_told() -> None:
    async with scripted_relay(
        {"ehlo": b"250-x\r\n250 AUTH PLAIN\r\n", "auth": b"535 5.7.8 no\r\n"}
    ) as served:
        how = replace(relay(served.port, lanes=4), username="nashra", password="wrong")
        fleet = Fleet((how,), now=Time())
        for _ in range(4):
            outcome, _ = await deliver(fleet)
            assert isinstance(outcome, Deferred)
            assert outcome.phase is Phase.CONNECT
        assert served.connections == 1
        assert "login" in outcome.reply.text
        assert "535" in outcome.reply.text
        assert fleet.held_until(START) == START + timedelta(minutes=30)
        await fleet.close()


async def test_policy_refusals_hold_the_relay_and_no_reader_pays() -> None:
    async with scripted_relay({"dot": SPAM}) as served:
        fleet = Fleet((relay(served.port),), now=Time())
        outcomes = [(await deliver(fleet))[0] for _ in range(50)]
        await fleet.close()
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 41
    assert all(o.phase is Phase.CONNECT for o in outcomes[41:] if isinstance(o, Deferred))
    assert len(served.bodies) == 41


async def test_a_turn_is_not_given_while_every_relay_is_held() -> None:
    async with two() as (first, second, fleet, time):
        first.script = second.script = {"banner": Fault.DROP}
        for _ in range(5):
            await deliver(fleet)
        async with fleet.lane() as lane:
            assert not await lane.turn()
        assert fleet.held_until(time.now) == START + timedelta(minutes=1)
        assert fleet.is_away


async def test_a_probe_that_was_never_sent_leaves_its_turn() -> None:
    """Its reader had left in the meantime."""
    async with two() as (first, second, fleet, time):
        first.script = second.script = {"banner": Fault.DROP}
        for _ in range(5):
            await deliver(fleet)
        first.script = {}
        time.pass_(minutes=1)
        async with fleet.lane() as lane:
            assert await lane.turn()
        assert (await deliver(fleet))[1] == "first"


async def test_connections_begin_with_two_and_grow() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=8),), now=Time())

        async def lane(messages: int) -> None:
            async with fleet.lane() as held:
                for _ in range(messages):
                    await held.deliver(SMALL)

        await asyncio.gather(*(lane(2) for _ in range(8)))
        assert served.connections == 2
        await asyncio.gather(*(lane(40) for _ in range(8)))
        assert 6 <= served.connections <= 8
        await fleet.close()


async def test_a_relay_that_asks_to_slow_down_loses_connections() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=4),), now=Time())
        (member,) = fleet.members
        for _ in range(40):
            await deliver(fleet)
        assert member.window.limit == 4
        async with fleet.lane() as one, fleet.lane() as other, fleet.lane() as third, fleet.lane() as fourth:
            lanes = (one, other, third, fourth)
            for lane in lanes:
                await lane.deliver(SMALL)
            assert (member.seats, served.connections) == (4, 4)
            served.once = {"mail": b"451 4.7.0 slower\r\n"}
            await one.deliver(SMALL)
            assert member.window.limit == 2
            for lane in (one, other):
                assert not await lane.turn(iter([True, True, False]).__next__)
            assert member.seats == 2
            assert served.verbs().count("QUIT") == 2
            await third.deliver(SMALL)
        await fleet.close()


async def test_a_connection_refused_while_others_work_is_one_too_many_and_no_outage() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=2),), now=Time())
        async with fleet.lane() as one, fleet.lane() as other:
            assert isinstance(await one.deliver(SMALL), Sent)
            served.script = {"banner": b"421 4.7.0 too many connections\r\n"}
            assert isinstance(await other.deliver(SMALL), Deferred)
            assert not fleet.is_away
            assert fleet.members[0].window.limit == 1
            assert isinstance(await one.deliver(SMALL), Sent)
        await fleet.close()


async def test_the_rate_is_kept() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=2, per_minute=1200),), now=lambda: datetime.now(UTC))
        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(deliver(fleet) for _ in range(30)))
        took = asyncio.get_running_loop().time() - begun
        await fleet.close()
    assert took >= (30 - 20) / 20 * 0.95  # a second's worth at once, then 20 a second


async def test_a_single_mail_goes_before_those_that_wait_for_the_rate() -> None:
    """The confirmation takes the next token, whatever an issue has waiting."""
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=4, per_minute=120),), now=lambda: datetime.now(UTC))
        order: list[str] = []

        async def issue() -> None:
            await deliver(fleet)
            order.append("issue")

        async def confirmation() -> None:
            async with fleet.express.lane() as lane:
                await lane.deliver(SMALL)
                order.append("confirmation")

        waiting = [asyncio.create_task(issue()) for _ in range(5)]
        await asyncio.sleep(0.1)
        await confirmation()
        assert order.index("confirmation") <= 3, "two at once, and at most one more that had its token"
        await asyncio.gather(*waiting)
        await fleet.close()


async def test_a_single_mail_that_gets_no_answer_does_not_hold_up_the_next() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port),), now=Time())
        served.once = {"dot": Fault.STALL}
        async with fleet.express.lane() as silent:
            waiting = asyncio.create_task(silent.deliver(SMALL))
            await served.stalled.wait()
            async with asyncio.timeout(5), fleet.express.lane() as lane:
                assert isinstance(await lane.deliver(SMALL), Sent)
            assert not waiting.done()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await fleet.close()


async def test_breaking_news_takes_lane_and_seat_after_the_message_in_hand() -> None:
    """And gives both back, on the same connections."""
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=4),), now=Time())
        order: list[str] = []
        going = {"digest": True, "breaking": True}

        async def work(title: str, priority: Priority) -> None:
            async with fleet.lane(priority) as lane:
                while await lane.turn(lambda: going[title]):
                    order.append(title)
                    await lane.deliver(SMALL)

        digest = [asyncio.create_task(work("digest", Priority.BULK)) for _ in range(6)]
        await until(lambda: len(order) > 4)
        breaking = [asyncio.create_task(work("breaking", Priority.BREAKING)) for _ in range(3)]
        await until(lambda: order.count("breaking") >= 20)
        first = order.index("breaking")
        assert order[first:].count("digest") <= 2, "what a lane had in hand at the only two connections"
        going["breaking"] = False
        await asyncio.gather(*breaking)
        assert fleet.overtaking == 0
        since = len(order)
        await until(lambda: len(order) > since + 20)
        going["digest"] = False
        await asyncio.gather(*digest)
        await fleet.close()
        assert served.connections <= 4


@pytest.mark.parametrize(("patience", "first"), [(timedelta(), "digest"), (timedelta(minutes=1), "late")])
async def test_a_digest_that_stood_aside_for_long_sends_one_message_and_stands_aside_again(
    monkeypatch: pytest.MonkeyPatch, patience: timedelta, first: str
) -> None:
    """However much breaking news there is, nobody waits for ever."""
    monkeypatch.setattr("publisher.mail.fleet._STANDS_ASIDE", patience)
    order: list[str] = []
    going = asyncio.Event()

    async def breaking(title: str) -> None:
        async with fleet.lane(Priority.BREAKING) as lane:
            assert await lane.turn()
            order.append(title)
            await going.wait()

    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port),), now=Time())
        async with fleet.lane() as lane:
            early = asyncio.create_task(breaking("early"))
            await until(lambda: fleet.overtaking == 1)
            digest = asyncio.create_task(lane.turn())
            await until(lambda: order == ["early"])
            await asyncio.sleep(0.02)
            late = asyncio.create_task(breaking("late"))
            await until(lambda: fleet.overtaking == 1)
            going.set()
            digest.add_done_callback(lambda _: order.append("digest"))
            assert await digest
            if first == "digest":
                assert not late.done()
                assert await lane.turn()
            await asyncio.gather(early, late)
        await fleet.close()
    assert order[:2] == ["early", first]
    assert sorted(order) == ["digest", "early", "late"]


async def test_while_breaking_news_waits_no_digest_takes_a_token_but_a_single_mail_does() -> None:
    time = Time()
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=2, per_minute=60),), now=time)
        await deliver(fleet)
        async with (
            fleet.lane(Priority.BREAKING) as breaking,
            fleet.lane() as lane,
            fleet.express.lane() as express,
        ):
            overtaking = asyncio.create_task(breaking.turn())
            await until(lambda: fleet.overtaking == 1)
            digest = asyncio.create_task(lane.turn())
            confirmation = asyncio.create_task(express.turn())
            await until(lambda: fleet.members[0].urgent_waiting == 1)
            for first, others in ((confirmation, {overtaking, digest}), (overtaking, {digest})):
                time.pass_(seconds=1)
                assert await first
                assert not any(other.done() for other in others)
            time.pass_(seconds=1)
            assert await digest
        await fleet.close()


async def test_a_lane_that_stands_aside_stops_when_told() -> None:
    time = Time()
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=2, per_minute=1),), now=time)
        await deliver(fleet)
        async with fleet.lane(Priority.BREAKING) as breaking, fleet.lane() as lane:
            waiting = asyncio.create_task(breaking.turn())
            await until(lambda: fleet.overtaking == 1)
            going = iter([True, True, True])
            assert not await asyncio.wait_for(lane.turn(lambda: next(going, False)), 5)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert fleet.overtaking == 0
        await fleet.close()


async def test_while_a_single_mail_waits_no_issue_takes_a_token() -> None:
    """And once it has its own, or gave up, the issues go on."""
    time = Time()
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, lanes=2, per_minute=60),), now=time)
        (member,) = fleet.members
        await deliver(fleet)
        async with fleet.express.lane() as urgent, fleet.lane() as lane:
            confirmation = asyncio.create_task(urgent.turn())
            while not member.urgent_waiting:  # noqa: ASYNC110 - a count changes, no event
                await asyncio.sleep(0.01)
            time.pass_(seconds=1)
            assert not await lane.turn(iter([True, False]).__next__), "the token is not for an issue"
            assert await confirmation
            assert member.urgent_waiting == 0
            assert not await urgent.turn(iter([True, False]).__next__)
            assert member.urgent_waiting == 0
            time.pass_(seconds=1)
            assert await lane.turn()
        await fleet.close()


async def test_a_lane_on_the_second_relay_moves_back_when_the_first_is_free() -> None:
    async with two() as (first, second, fleet, time):
        first.script = {"banner": Fault.DROP}
        for _ in range(5):
            await deliver(fleet)
        first.script = {}
        async with fleet.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
            assert lane.relay == "second"
            time.pass_(minutes=1)
            assert isinstance(await lane.deliver(SMALL), Sent)
            assert lane.relay == "first"
        assert second.verbs()[-1] == "QUIT"


async def test_a_second_relay_at_its_rate_is_not_waited_for_with_a_message_in_hand() -> None:
    """Its intent is written: it is deferred, and nothing stands at `sending` for a minute."""
    async with scripted_relay({"banner": Fault.DROP}) as first, scripted_relay() as second:
        settings = (relay(first.port, "first"), relay(second.port, "second", per_minute=1))
        fleet = Fleet(settings, now=Time())
        assert (await deliver(fleet))[1] == "second"
        outcome, name = await deliver(fleet)
        assert (type(outcome), name) == (Deferred, "first")
        await fleet.close()


async def test_a_single_mail_needs_no_seat_of_an_issue() -> None:
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port),), now=Time())
        async with fleet.lane() as held:
            await held.deliver(SMALL)
            async with fleet.express.lane() as lane:
                assert isinstance(await lane.deliver(SMALL), Sent)
        assert served.connections == 2
        await fleet.close()


async def test_a_pause_of_everything_holds_the_fleet_until_it_ends() -> None:
    async with two() as (first, _, fleet, time):
        until = START + timedelta(hours=1)
        fleet.obey([Pause(scope=RELAY_SCOPE, until=until, reason=PauseReason.POLICY_RELAY)])
        outcome, name = await deliver(fleet)
        assert isinstance(outcome, Deferred)
        assert "pause" in outcome.reply.text
        assert (name, fleet.held_until(time.now)) == (None, until)
        time.now = until
        assert (await deliver(fleet))[1] == "first"
        fleet.obey([])
    assert len(first.bodies) == 1


async def test_a_lane_that_waits_stops_when_told() -> None:
    """SIGTERM does not wait for the rate."""
    async with scripted_relay() as served:
        fleet = Fleet((relay(served.port, per_minute=1),), now=Time())
        await deliver(fleet)
        async with fleet.lane() as lane:
            going = iter([True, True, False])
            assert not await asyncio.wait_for(lane.turn(going.__next__), 2)
        await fleet.close()
    assert len(served.bodies) == 1


async def test_a_cancelled_lane_gives_its_seat_back() -> None:
    async with scripted_relay({"dot": Fault.STALL}) as served:
        fleet = Fleet((relay(served.port),), now=Time())
        stuck = asyncio.create_task(deliver(fleet))
        await served.stalled.wait()
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
        assert fleet.members[0].seats == fleet.members[0].working == 0
        served.script = {}
        assert isinstance((await deliver(fleet))[0], Sent)
        await fleet.close()


async def test_it_can_be_used_again_after_closing() -> None:
    async with two() as (first, _, fleet, _):
        await deliver(fleet)
        await fleet.close()
        assert first.verbs()[-1] == "QUIT"
        assert isinstance((await deliver(fleet))[0], Sent)
        assert first.connections == 2


def test_a_relay_without_lanes_is_refused() -> None:
    """Nothing would ever be sent, and nobody told."""
    with pytest.raises(ValueError, match="at least one lane"):
        Fleet((relay(1), relay(1, "second", lanes=0)), now=Time())


def test_a_fleet_without_relays_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one relay"):
        Fleet((), now=Time())
