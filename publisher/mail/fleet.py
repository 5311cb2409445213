"""The fleet: one or more relays behind the interface of one, in the operator's order.

Promise: a message is tried on the next relay only where the one before certainly did not take it and was not past the
final dot (`model.blame.may_fail_over`), so two relays never both have it. Nothing is begun on a relay that is
held by its breaker or beyond its rate; single mails (confirmations) have two connections of their own beside those of
the issues and take their tokens first. While a lane of breaking news waits for its turn, those of other issues stand
aside after the message they have in hand, for a minute at most: nobody is starved. At most one
message is in flight for each open connection.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from publisher.mail.domains import Domains
from publisher.mail.member import Member
from publisher.mail.message import Message
from publisher.mail.relay import Lane
from publisher.mail.relay_settings import RelaySettings
from publisher.mail.reply import broken
from publisher.model.blame import is_unreachable, may_fail_over
from publisher.model.breaker import Passage
from publisher.model.delivery import Deferred, Outcome, Phase
from publisher.model.feedback import RELAY_SCOPE, Pause
from publisher.model.work import Priority

_SLICE = timedelta(seconds=0.25)
"""The longest sleep before looking again whether to go on."""
_AT_ONCE = timedelta(microseconds=1)
_STANDS_ASIDE = timedelta(minutes=1)
"""The longest that a lane lets breaking news by without one message of its own."""


def _always() -> bool:
    return True


class Fleet:
    """All connections to all relays. Belongs to one event loop."""

    def __init__(self, relays: Sequence[RelaySettings], *, now: Callable[[], datetime]) -> None:
        if not relays:
            raise ValueError("a fleet needs at least one relay")
        if any(settings.lanes < 1 for settings in relays):
            raise ValueError("a relay needs at least one lane")
        self.now = now
        self.domains = Domains()
        self.members = tuple(Member(settings, now=now()) for settings in relays)
        self.express = Express(self)
        self._free = asyncio.Semaphore(self.lanes)
        self._express_free = asyncio.Semaphore(self.express.lanes)
        self.overtaking = 0
        """Lanes of breaking news that wait for their turn: those of other issues let them by."""
        self._paused_until: datetime | None = None
        self._changed = asyncio.Event()

    @property
    def lanes(self) -> int:
        """How many messages of issues may be in flight at once."""
        return max(member.lanes for member in self.members)

    @asynccontextmanager
    async def lane(self, priority: Priority = Priority.BULK) -> AsyncIterator["FleetLane"]:
        """Hold one lane; waits while all are held. URGENT: one of the single mails'. BREAKING: others let it by."""
        lane = FleetLane(self, self._express_free if priority is Priority.URGENT else self._free, priority)
        try:
            await lane.enter()
            yield lane
        finally:
            lane.leave()
            lane.go_out()

    def obey(self, pauses: Iterable[Pause]) -> None:
        """Exactly these pauses hold from now on."""
        now, pauses = self.now(), tuple(pauses)
        self._paused_until = max((p.until for p in pauses if p.scope == RELAY_SCOPE), default=None)
        self.domains.obey(pauses, now)

    def choose(self, now: datetime, *, besides: Collection[Member] = ()) -> Member | None:
        """The first relay that may be used."""
        if self._is_paused(now):
            return None
        usable = (Passage.FREE, Passage.PROBE)
        return next((m for m in self.members if m not in besides and m.passage(now) in usable), None)

    def held_until(self, now: datetime) -> datetime | None:
        """When to come again, where no relay may be used; None where one may, or is just being probed."""
        if self._is_paused(now):
            return self._paused_until
        if any(member.passage(now) is not Passage.HELD for member in self.members):
            return None
        return min(member.breaker.until for member in self.members if member.breaker.until is not None)

    def tell_held(self) -> str:
        """Why no relay may be used."""
        if self._is_paused(self.now()):
            return "held: a pause was asked for after policy refusals"
        return "held: " + "; ".join(f"relay {member.name} {member.tell_held()}" for member in self.members)

    @property
    def is_away(self) -> bool:
        """Whether nobody was met at any relay at the last try."""
        return all(member.is_away for member in self.members)

    def notify(self) -> None:
        """Something changed that a lane may be waiting for."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def pause(self, wait: timedelta) -> None:
        """Sleep until something changes, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(min(wait, _SLICE).total_seconds()):
                await self._changed.wait()

    async def close(self) -> None:
        """Wait for the lanes that are held, then QUIT on every connection. The fleet can be used again."""
        held = [(self._free, self.lanes), (self._express_free, self.express.lanes)]
        for semaphore, count in held:
            for _ in range(count):
                await semaphore.acquire()
        try:
            idle = [lane for member in self.members for lane in member.take_idle()]
            await asyncio.gather(*(lane.close() for lane in idle))
        finally:
            for semaphore, count in held:
                for _ in range(count):
                    semaphore.release()

    def _is_paused(self, now: datetime) -> bool:
        return self._paused_until is not None and now < self._paused_until


class Express:
    """The way of single mails through the fleet: connections that no issue can take."""

    lanes = 2
    """Two, so that one answer that does not come (ten minutes at worst) holds up nobody at the other."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    @asynccontextmanager
    async def lane(self) -> AsyncIterator["FleetLane"]:
        """Hold one; waits while both are held."""
        async with self.fleet.lane(Priority.URGENT) as lane:
            yield lane


class FleetLane:
    """One message at a time, on whichever relay has its turn. `relay` names the one the last message was tried on.
    `permits` is what bounds the lanes of its kind.
    """

    def __init__(self, fleet: Fleet, permits: asyncio.Semaphore, priority: Priority) -> None:
        self.relay: str | None = None
        self._fleet = fleet
        self._permits = permits
        self._has_permit = False
        self._priority = priority
        self._is_urgent = priority is Priority.URGENT
        self._overtakes = False
        self._member: Member | None = None
        self._lane: Lane | None = None
        self._works = False
        self._is_probe = False
        self._has_turn = False

    async def turn(self, goes_on: Callable[[], bool] = _always) -> bool:
        """Wait until a message may be begun. False where every relay is held, or `goes_on` has turned false."""
        self._drop_turn()
        waits_for: Member | None = None
        insists = False
        try:
            while goes_on():
                if self._is_overtaken and not insists:
                    insists = await self._stand_aside(goes_on)
                    continue
                if not self._has_permit:
                    await self.enter()
                    continue
                wait = await self._try_turn(self._fleet.now())
                if wait is None or not wait:
                    return self._has_turn
                if self._is_urgent and waits_for is not self._member:
                    waits_for = self._line_up(waits_for)
                self._overtake()
                await self._fleet.pause(wait)
            return False
        finally:
            self._let_others_go()
            if waits_for is not None:
                waits_for.urgent_waiting -= 1

    async def enter(self) -> None:
        """Be one of the lanes; waits while there are as many as may be."""
        self._overtake()
        try:
            await self._permits.acquire()
            self._has_permit = True
        finally:
            self._let_others_go()

    def go_out(self) -> None:
        """Let another be one of the lanes."""
        if self._has_permit:
            self._has_permit = False
            self._permits.release()

    async def deliver(self, message: Message) -> Outcome:
        """Try one message, which passed the gate; waits for its turn where that was not done before. `Deferred` in
        phase connect: no relay could be reached, or all are held, as its reply says.
        """
        if not self._has_turn and not await self.turn():
            self.relay = None
            return Deferred(phase=Phase.CONNECT, reply=broken(self._fleet.tell_held()))
        self._has_turn = False
        tried: list[Member] = []
        while True:
            member, lane = self._seated()
            self.relay = member.name
            outcome = await lane.deliver(message)
            self._note(member, message, outcome)
            tried.append(member)
            if not may_fail_over(outcome) or not self._move_on(tried):
                break
        if is_unreachable(outcome):
            self.leave()  # a seat without a connection is for whoever has one
        return outcome

    def leave(self) -> None:
        """Give the connection back, open as it is."""
        self._drop_turn()
        if self._member is None or self._lane is None:
            return
        self._member.push_lane(self._lane)
        self._stand_up(self._member)

    @property
    def _is_overtaken(self) -> bool:
        return self._priority is Priority.BULK and self._fleet.overtaking > 0

    async def _stand_aside(self, goes_on: Callable[[], bool]) -> bool:
        """Leave connection and lane to breaking news for as long as it waits. True where that was too long: then one
        message of its own goes first.
        """
        self.leave()
        self.go_out()
        loop = asyncio.get_running_loop()
        until = loop.time() + _STANDS_ASIDE.total_seconds()
        while self._is_overtaken and goes_on():
            if loop.time() >= until:
                return True
            await self._fleet.pause(_SLICE)
        return False

    def _overtake(self) -> None:
        if self._priority is Priority.BREAKING and not self._overtakes:
            self._overtakes = True
            self._fleet.overtaking += 1
            self._fleet.notify()

    def _let_others_go(self) -> None:
        if self._overtakes:
            self._overtakes = False
            self._fleet.overtaking -= 1
            self._fleet.notify()

    async def _try_turn(self, now: datetime) -> timedelta | None:
        """Zero and the turn taken, how long to wait, or None where every relay is held."""
        member = self._fleet.choose(now)
        if member is None:
            self.leave()
            return _SLICE if self._fleet.held_until(now) is None else None
        if self._member is not None and (member is not self._member or self._is_one_too_many(member)):
            await self._hang_up()
            return _AT_ONCE
        if self._member is None and not self._sit_down(member):
            return _SLICE
        wait = member.wait(now, urgent=self._is_urgent)
        if not wait:
            self._begin(member, now)
        return wait

    def _begin(self, member: Member, now: datetime) -> None:
        member.take(now)
        if member.passage(now) is Passage.PROBE:
            member.breaker = member.breaker.begin_probe()
            self._is_probe = True
        self._has_turn = True

    def _drop_turn(self) -> None:
        """A turn that was not used: its token is lost, its probe is left to another."""
        self._has_turn = False
        if self._is_probe and self._member is not None:
            self._member.breaker = self._member.breaker.end_probe()
            self._is_probe = False
            self._fleet.notify()

    def _move_on(self, tried: list[Member]) -> bool:
        """Take the turn of the next relay, if it has one at once."""
        now = self._fleet.now()
        member = self._fleet.choose(now, besides=tried)
        if member is None or member.wait(now, urgent=self._is_urgent):
            return False
        if not self._is_urgent and member.seats >= member.window.limit:
            return False
        self.leave()
        self._sit_down(member)
        self._begin(member, now)
        self._has_turn = False
        return True

    def _note(self, member: Member, message: Message, outcome: Outcome) -> None:
        now = self._fleet.now()
        works = not is_unreachable(outcome)
        member.working += works - self._works
        self._works = works
        limit, breaker = member.window.limit, member.breaker
        member.note(outcome, now, is_probe=self._is_probe)
        self._is_probe = False
        self._fleet.domains.note(message.envelope_to.domain, outcome, now)
        if member.window.limit != limit or member.breaker.until != breaker.until:
            self._fleet.notify()

    def _is_one_too_many(self, member: Member) -> bool:
        return not self._is_urgent and member.seats > member.window.limit

    def _sit_down(self, member: Member) -> bool:
        if not self._is_urgent:
            if member.seats >= member.window.limit:
                return False
            member.seats += 1
        self._member, self._lane = member, member.pop_lane()
        return True

    async def _hang_up(self) -> None:
        """Close the connection, politely: this relay has too many of ours, or another one goes first again."""
        member, lane = self._seated()
        self._stand_up(member)
        await lane.close()

    def _stand_up(self, member: Member) -> None:
        member.working -= self._works
        if not self._is_urgent:
            member.seats -= 1
        self._member = self._lane = None
        self._works = False
        self._fleet.notify()

    def _seated(self) -> tuple[Member, Lane]:
        if self._member is None or self._lane is None:
            raise RuntimeError("a lane without a turn has no relay")
        return self._member, self._lane

    def _line_up(self, before: Member | None) -> Member | None:
        """Let the issues' lanes wait behind this one at the relay it sits at."""
        if before is not None:
            before.urgent_waiting -= 1
        if self._member is not None:
            self._member.urgent_waiting += 1
        return self._member
