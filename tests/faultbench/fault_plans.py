"""Which fault comes when, decided from the seed alone.

Names: `none`; `mixN` (N % of messages and of connections meet one, of any kind); `greylist` (every reader's first
RCPT is put off); `cells` (every cell a few times, one after the other); `STAGE:KIND` (that cell for every tenth).
"""

from collections import deque
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from tests.faultbench.cells import ALL_CELLS, Cell, Kind, Stage
from tests.faultbench.plan import seeded

_SESSION_STAGES = (Stage.BANNER, Stage.EHLO, Stage.TLS, Stage.STARTTLS, Stage.AUTH, Stage.QUIT)
_TIMES = 2
"""How often `cells` plays each cell; those that only new connections of one port meet, once."""
_REST, _SESSION_REST = 3, 2
"""Of the meetings of a stage with something to play, `cells` plays at one in so many: mail must get through too."""


class FaultPlan(Protocol):
    """Asked at every stage of every connection."""

    def pick(self, stage: Stage, *, connection: int, message: int) -> Kind | None:
        """The fault to play now, or None. `message` counts the connection's MAILs."""


class NoFaults:
    """All goes well."""

    def pick(self, stage: Stage, *, connection: int, message: int) -> Kind | None:  # noqa: ARG002 - the protocol's
        """None."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One message and one connection in so many meet one fault, at a stage and of a kind drawn from the seed."""

    seed: int
    per_mille: int

    def pick(self, stage: Stage, *, connection: int, message: int) -> Kind | None:
        """By a hash of the connection and the message: the same script for the same seed."""
        of_session = stage in _SESSION_STAGES
        key = f"{self.seed}:{connection}:{'session' if of_session else message}".encode()
        draw = int.from_bytes(blake2b(key, digest_size=8).digest(), "big")
        if draw % 1000 >= self.per_mille:
            return None
        cells = [cell for cell in ALL_CELLS if (cell[0] in _SESSION_STAGES) is of_session]
        at, kind = cells[(draw // 1000) % len(cells)]
        return kind if at is stage else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCell:
    """Always the same fault, for every tenth message or connection."""

    cell: Cell

    def pick(self, stage: Stage, *, connection: int, message: int) -> Kind | None:
        """The cell's kind at the cell's stage."""
        turn = connection if stage in _SESSION_STAGES else connection + message
        return self.cell[1] if stage is self.cell[0] and turn % 10 == 0 else None


@dataclass(slots=True)
class EveryCell:
    """Plays every cell of every stage, in an order drawn from the seed; then all goes well."""

    waiting: dict[Stage, deque[Kind]]
    met: dict[Stage, int] = field(default_factory=dict)

    def pick(self, stage: Stage, *, connection: int, message: int) -> Kind | None:  # noqa: ARG002 - the protocol's
        """The next kind of this stage. RSET is heard only after a refusal, so RCPT goes on refusing for it."""
        self.met[stage] = self.met.get(stage, 0) + 1
        if self.met[stage] % (_SESSION_REST if stage in _SESSION_STAGES else _REST):
            return None
        if self.waiting[stage]:
            return self.waiting[stage].popleft()
        needs_rset = stage is Stage.RCPT and self.waiting[Stage.RSET]
        return Kind.TEMPORARY if needs_rset else None


def build_fault_plan(name: str, seed: int) -> FaultPlan:
    """The plan of that name. Raises ValueError for a name that is none."""
    if name in ("none", "greylist"):
        return NoFaults()
    if name == "cells":
        return _every_cell(seed)
    if name.startswith("mix"):
        return Mix(seed=seed, per_mille=round(10 * float(name.removeprefix("mix"))))
    stage, _, kind = name.partition(":")
    return OneCell(cell=(Stage(stage), Kind(kind)))


def _every_cell(seed: int) -> EveryCell:
    chance = seeded(seed, "cells")
    waiting: dict[Stage, deque[Kind]] = {}
    for stage in Stage:
        times = 1 if stage in (Stage.TLS, Stage.STARTTLS, Stage.AUTH) else _TIMES
        kinds = [kind for at, kind in ALL_CELLS if at is stage] * times
        chance.shuffle(kinds)
        waiting[stage] = deque(kinds)
    return EveryCell(waiting=waiting)
