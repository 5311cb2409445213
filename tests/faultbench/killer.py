"""What happens to the senders, and when: a script drawn from the seed, played by the run's progress."""

import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faultbench.crash_points import BATCHWISE, EARLY, NO_COPY, Point
from tests.faultbench.crew import Crew, Sender
from tests.faultbench.plan import Plan, seeded

_PATIENCE_S = 20.0
"""How long armed senders may take to reach their point, then one is killed where it stands; and how long a signing
process is waited for.
"""


GOOD_ENDS = (0, -signal.SIGTERM)
"""How a sender that was asked may end: by the signal itself only before it listens, when it has begun nothing."""


class Deed(StrEnum):
    """What is done."""

    KILL_ALL = "kill-all"
    """SIGKILL to every process of every sender at once, those that sign beside them included."""
    KILL_ONE = "kill-one"
    """SIGKILL to one sender alone; what signs beside it must end by itself."""
    POINT = "point"
    """One kills itself at a named point."""
    KILL_SIGNER = "kill-signer"
    """SIGKILL to one signing process alone: its sender goes on, and no copy comes of it."""
    TERM = "term"
    """SIGTERM to all; they are started again when they have ended."""
    ZOMBIE = "zombie"
    """SIGSTOP to one, SIGCONT once another has taken over what it held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One deed, due once `share` of the readers have their mail. `who` picks a sender; a point has its passing."""

    share: float
    deed: Deed
    who: int = 0
    point: Point | None = None
    passes: int = 1


@dataclass(slots=True)
class Ledgered:
    """What was really done: `at_risk` counts the messages that may have been in flight at those moments; `senders` and
    `signers` the processes that died of it; `in_doubt` the deliveries whose outcome may be unknown, `passings` at which
    passing of a point somebody died.
    """

    done: Counter[Deed] = field(default_factory=Counter)
    points: Counter[Point] = field(default_factory=Counter)
    missed: Counter[Point] = field(default_factory=Counter)
    passings: defaultdict[Point, set[int]] = field(default_factory=lambda: defaultdict(set))
    at_risk: int = 0
    in_doubt: int = 0
    senders: int = 0
    signers: int = 0
    bad_exits: list[str] = field(default_factory=list)

    def take_risk(self, lanes: int, *, copies: int | None = None) -> None:
        """So many messages were in flight, and so many of them may have been taken without our knowledge: all, where
        nothing else is said.
        """
        self.in_doubt += lanes
        self.at_risk += lanes if copies is None else copies

    @property
    def kills(self) -> int:
        """Senders' deaths by SIGKILL, counting one for all at once. Deaths of signing processes alone come on top."""
        return self.done[Deed.KILL_ALL] + self.done[Deed.KILL_ONE] + self.done[Deed.POINT]


def plan_acts(plan: Plan) -> tuple[Act, ...]:
    """Everything that is done to the senders, in order."""
    return _plan_sweep(plan) if plan.sweep else _plan_kills(plan)


def _plan_sweep(plan: Plan) -> tuple[Act, ...]:
    """The points before the first mail, then each other one at its first passing, its second, and so on."""
    wanted = [point for point in Point if not plan.sweep_points or point in plan.sweep_points]
    early = [Act(share=0.0, deed=Deed.POINT, point=point) for point in EARLY if point in wanted]
    late = [
        Act(share=0.0, deed=Deed.POINT, point=point, passes=passes)
        for point in wanted
        if point not in EARLY
        for passes in range(1, plan.sweep + 1)
    ]
    seeded(plan.seed, "sweep").shuffle(late)
    return (*early, *late)


def _plan_kills(plan: Plan) -> tuple[Act, ...]:
    """The script: half of the kills at points, the others of all or of one, and signing processes alone;
    early points come first.
    """
    chance = seeded(plan.seed, "killer")
    at_points = plan.kills // 2 if plan.points else 0
    points = list(Point)
    chance.shuffle(points)
    chosen = [points[place % len(points)] for place in range(at_points)]
    acts = [
        Act(share=0.0, deed=Deed.POINT, point=point) for point in Point if point in EARLY and point in chosen
    ]
    late = [point for point in chosen if point not in EARLY]
    extra = at_points - len(acts) - len(late)
    late += [points[n] for n in range(len(points)) if points[n] not in EARLY][:extra]
    deeds: list[Act] = [_point_act(plan, point, chance.randrange(1_000_000)) for point in late]
    at_random = plan.kills - len(acts) - len(deeds)
    deeds += [
        Act(share=0.0, deed=Deed.KILL_ONE if place % 2 else Deed.KILL_ALL) for place in range(at_random)
    ]
    deeds += [Act(share=0.0, deed=Deed.KILL_SIGNER)] * plan.signer_deaths
    deeds += [Act(share=0.0, deed=Deed.TERM)] * plan.terms
    deeds += [Act(share=0.0, deed=Deed.ZOMBIE)] * plan.zombies
    chance.shuffle(deeds)
    shares = sorted(chance.uniform(0.01, 0.92) for _ in deeds)
    acts += [
        Act(
            share=share,
            deed=act.deed,
            point=act.point,
            passes=act.passes,
            who=chance.randrange(plan.workers),
        )
        for share, act in zip(shares, deeds, strict=True)
    ]
    return tuple(acts)


def _point_act(plan: Plan, point: Point, draw: int) -> Act:
    most = 2 if point in BATCHWISE else max(1, min(200, plan.n // 200))
    return Act(share=0.0, deed=Deed.POINT, point=point, passes=1 + draw % most)


class Killer:
    """Plays the script. Call `play` often; it never waits long but for senders that were asked to end."""

    def __init__(self, plan: Plan, crew: Crew) -> None:
        self._plan = plan
        self._crew = crew
        self._acts = list(plan_acts(plan))
        self._armed: tuple[Act, float] | None = None
        self.record = Ledgered()
        self.asked: list[float] = []
        self._waits_since = 0.0

    @property
    def is_done(self) -> bool:
        """Whether the script is at its end and nobody sleeps."""
        return not self._acts and self._armed is None and self._crew.is_complete

    def play_early(self) -> None:
        """The points before the first mail: one sender alone meets them, one after the other."""
        first = self._crew.senders[0]
        while self._acts and self._acts[0].point in EARLY:
            act = self._acts.pop(0)
            assert act.point is not None
            first.trigger.arm(act.point, 1)
            self._crew.start_armed(first)
            assert first.process is not None
            first.process.join(60)
            self._note_point(act, hit=first.process.exitcode == -signal.SIGKILL)
            self._crew.kill([first])
        self._crew.take_fallen()

    def play(self, share: float) -> None:
        """Do what is due at this share of the readers mailed."""
        self._crew.thaw()
        if self._armed is not None:
            self._watch_armed(*self._armed)
        elif self._acts and self._acts[0].share <= share:
            self._do(self._acts.pop(0))

    def _do(self, act: Act) -> None:
        senders = self._crew.senders
        one = next((s for s in senders[act.who :] + senders if s.pid and not s.asleep_since), None)
        if one is None:
            self._acts.insert(0, act)
            return
        match act.deed:
            case Deed.KILL_ALL:
                self._kill(senders, act.deed)
            case Deed.KILL_ONE:
                self._kill([one], act.deed, alone=True)
            case Deed.KILL_SIGNER:
                self._kill_signer(act)
            case Deed.POINT:
                assert act.point is not None
                for sender in senders:
                    sender.trigger.arm(act.point, act.passes)
                self._armed = (act, time.monotonic() + _PATIENCE_S)
            case Deed.TERM:
                self._ask_to_end()
            case Deed.ZOMBIE:
                self._crew.put_to_sleep(one)
                self.record.done[act.deed] += 1
                self.record.take_risk(self._plan.lanes)

    def _kill(self, senders: list[Sender], deed: Deed, *, alone: bool = False) -> None:
        hit, signers = self._crew.kill(senders, alone=alone)
        self.record.take_risk(hit * self._plan.lanes)
        self.record.senders += hit
        self.record.signers += signers
        self.record.done[deed] += 1

    def _kill_signer(self, act: Act) -> None:
        """There is none while a sender has just begun, or has just lost one: wait for it, but not for ever."""
        now = time.monotonic()
        self._waits_since = self._waits_since or now
        if self._crew.kill_signer(self._crew.senders[act.who :] + self._crew.senders):
            self.record.done[act.deed] += 1
            self.record.signers += 1
        elif now - self._waits_since < _PATIENCE_S:
            self._acts.insert(0, act)
            return
        self._waits_since = 0.0

    def _watch_armed(self, act: Act, until: float) -> None:
        """All are armed, whoever comes there first dies for it; another may be quick enough to follow."""
        senders = self._crew.senders
        if not self._crew.fallen and time.monotonic() < until:
            return
        for sender in senders:
            sender.trigger.disarm()
        fallen = self._crew.take_fallen()
        if fallen:
            self._note_point(act, hit=True, count=fallen)
        else:
            self._crew.kill([next((s for s in senders if s.pid), senders[0])], alone=True)
            self._note_point(act, hit=False)
        self._armed = None

    def _note_point(self, act: Act, *, hit: bool, count: int = 1) -> None:
        assert act.point is not None
        (self.record.points if hit else self.record.missed)[act.point] += count
        if hit:
            self.record.passings[act.point].add(act.passes)
        self.record.done[Deed.POINT] += count
        lanes = 0 if act.point in EARLY else self._plan.lanes * count
        self.record.take_risk(lanes, copies=lanes - count if hit and act.point in NO_COPY else lanes)
        self.record.senders += count

    def _ask_to_end(self) -> None:
        begun = time.monotonic()
        codes = self._crew.ask_to_end(self._crew.senders)
        self.asked.append(time.monotonic() - begun)
        self.record.bad_exits += [
            f"SIGTERM answered by exit {code}" for code in codes if code not in GOOD_ENDS
        ]
        self.record.done[Deed.TERM] += 1
        left = _sending(self._crew)
        if left:
            self.record.bad_exits.append(f"{left} deliveries at sending after SIGTERM")


def _sending(crew: Crew) -> int:
    with crew.scene.database.read() as tx:
        query = "SELECT count(*) FROM delivery WHERE state = 'sending'"
        return int(tx.exec_driver_sql(query).scalar_one())
