"""What happens to the senders, and when: a script drawn from the seed, played by the run's progress."""

import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faultbench.crash_points import BATCHWISE, EARLY, Point
from tests.faultbench.crew import Crew, Sender
from tests.faultbench.plan import Plan, seeded

_PATIENCE_S = 10.0
"""How long armed senders may take to reach their point; then one is killed where it stands."""


GOOD_ENDS = (0, -signal.SIGTERM)
"""How a sender that was asked may end: by the signal itself only before it listens, when it has begun nothing."""


class Deed(StrEnum):
    """What is done."""

    KILL_ALL = "kill-all"
    """SIGKILL to every sender at once."""
    KILL_ONE = "kill-one"
    """SIGKILL to one of them."""
    POINT = "point"
    """One kills itself at a named point."""
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
    """What was really done: `at_risk` counts the messages that may have been in flight at those moments."""

    done: Counter[Deed] = field(default_factory=Counter)
    points: Counter[Point] = field(default_factory=Counter)
    missed: Counter[Point] = field(default_factory=Counter)
    at_risk: int = 0
    bad_exits: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """Senders' deaths by SIGKILL, counting one for all at once."""
        return self.done[Deed.KILL_ALL] + self.done[Deed.KILL_ONE] + self.done[Deed.POINT]


def plan_acts(plan: Plan) -> tuple[Act, ...]:
    """The script: half of the kills at points, the others of all or of one; early points come first."""
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
        Act(share=0.0, deed=Deed.KILL_ONE if place % 2 and plan.workers > 1 else Deed.KILL_ALL)
        for place in range(at_random)
    ]
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
        self._armed: tuple[Point, float] | None = None
        self.record = Ledgered()
        self.asked: list[float] = []

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
            first.process.join(20)
            self._note_point(act.point, hit=first.process.exitcode == -signal.SIGKILL)
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
                self._kill([one], act.deed)
            case Deed.POINT:
                assert act.point is not None
                for sender in senders:
                    sender.trigger.arm(act.point, act.passes)
                self._armed = (act.point, time.monotonic() + _PATIENCE_S)
            case Deed.TERM:
                self._ask_to_end()
            case Deed.ZOMBIE:
                self._crew.put_to_sleep(one)
                self.record.done[act.deed] += 1
                self.record.at_risk += self._plan.lanes

    def _kill(self, senders: list[Sender], deed: Deed) -> None:
        self.record.at_risk += self._crew.kill(senders) * self._plan.lanes
        self.record.done[deed] += 1

    def _watch_armed(self, point: Point, until: float) -> None:
        """All are armed, whoever comes there first dies for it; another may be quick enough to follow."""
        senders = self._crew.senders
        if not self._crew.fallen and time.monotonic() < until:
            return
        for sender in senders:
            sender.trigger.disarm()
        fallen = self._crew.take_fallen()
        if fallen:
            self._note_point(point, hit=True, count=fallen)
        else:
            self._crew.kill([next((s for s in senders if s.pid), senders[0])])
            self._note_point(point, hit=False)
        self._armed = None

    def _note_point(self, point: Point, *, hit: bool, count: int = 1) -> None:
        (self.record.points if hit else self.record.missed)[point] += count
        self.record.done[Deed.POINT] += count
        self.record.at_risk += self._plan.lanes * count

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
