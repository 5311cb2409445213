"""What one run is: its size, what is done to the sender, and the seed that all chance comes from."""

import random
from dataclasses import dataclass

LEASE_S = 3.0
"""A batch's lease in the senders: short, so that others take over within a run."""
_LONG_LEASE_S = 60.0
"""Where the disk fails: as elsewhere, a lease outlasts the trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run. `kills` are `kill -9` of one or all senders, half of them at named crash points; `terms` ask all to
    end; `zombies` stop one for two leases. `conns` is the number of connections of all `workers` together. `faults`
    as in `fault_plans`. `delay_ms` is the mean of the relay's exponential delay between a dot and its answer.
    """

    n: int = 5000
    kills: int = 8
    seed: int = 1
    db: str = "sqlite"
    workers: int = 2
    conns: int = 8
    faults: str = "none"
    mutant: int | None = None
    terms: int = 0
    zombies: int = 0
    points: bool = True
    delay_ms: float = 2.0
    pipelining: bool = True
    disk: str | None = None
    budget_s: float = 0.0

    @property
    def lanes(self) -> int:
        """Connections of one sender: at least one."""
        return max(1, self.conns // self.workers)

    @property
    def lease_s(self) -> float:
        """A batch's lease, in seconds."""
        return LEASE_S if self.disk is None else _LONG_LEASE_S

    @property
    def leavers(self) -> int:
        """Readers who unsubscribe in mid-send."""
        return min(100, self.n // 20)

    @property
    def erased(self) -> int:
        """Readers who are erased in mid-send."""
        return min(50, self.n // 40)

    @property
    def batch_size(self) -> int:
        """Small enough that several workers and several kills meet many batches."""
        return max(10, min(500, self.n // 40))

    @property
    def seconds(self) -> float:
        """The time the run may take; past it, what is not final counts as silent."""
        return self.budget_s or 60 + self.n / 100 + 3 * (self.kills + self.terms + 3 * self.zombies)


def seeded(seed: int, purpose: str) -> random.Random:
    """The chance of one part of a run: equal for equal seeds, whatever the other parts draw."""
    return random.Random(f"{seed}:{purpose}")  # noqa: S311 - a script to be repeated, not a secret
