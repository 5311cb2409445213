"""What one run is: its size, what is done to the sender, and the seed that all chance comes from."""

import random
from dataclasses import dataclass

from publisher.mail.signers import count_signers

LEASE_S = 5.0
"""A batch's lease in the senders, in real seconds: short, so that others take over within a run, and so long that a
busy machine renews it in time.
"""
SWEEP_BATCH = 4
"""Deliveries of a batch in a sweep: so few that batches, too, are passed often."""
_LONG_LEASE_S = 60.0
"""Where the disk, the machine or the server fails: as elsewhere, a lease outlasts the trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run. `kills` are `kill -9` of one or all senders, half of them at named crash points; `terms` ask all to
    end; `zombies` stop one for two leases. `conns` is the number of connections of all `workers` together. `faults`
    as in `fault_plans`. `signer_kills` are `kill -9` of one signing process alone; None: one for every five
    kills. `sweep` is the last passing at which every point is died at, one after the other (see `sweep`), or
    those of `sweep_points` only. `delay_ms`
    is the mean of the relay's exponential delay between a dot and its answer.
    """

    n: int = 5000
    kills: int = 8
    signer_kills: int | None = None
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
    trouble: str | None = None
    sweep: int = 0
    sweep_points: tuple[str, ...] = ()
    budget_s: float = 0.0

    @property
    def lanes(self) -> int:
        """Connections of one sender: at least one."""
        return max(1, self.conns // self.workers)

    @property
    def signers(self) -> int:
        """Signing processes of one sender: as many as the machine would give all of them, and at least one."""
        return max(1, count_signers() // self.workers)

    @property
    def signer_deaths(self) -> int:
        """How many signing processes are killed alone."""
        return self.kills // 5 if self.signer_kills is None else self.signer_kills

    @property
    def lease_s(self) -> float:
        """A batch's lease, in seconds."""
        return LEASE_S if self.trouble is None else _LONG_LEASE_S

    @property
    def wants_tls(self) -> bool:
        """Whether one sender uses the port with STARTTLS and AUTH: where faults are asked for that only it can meet."""
        return self.faults.partition(":")[0] in ("cells", "tls", "starttls", "auth")

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
        return SWEEP_BATCH if self.sweep else max(10, min(500, self.n // 40))

    @property
    def seconds(self) -> float:
        """The time the run may take; past it, what is not final counts as silent."""
        deeds = self.kills + self.signer_deaths + self.terms + 3 * self.zombies + 20 * self.sweep
        every_stall = 600 if self.faults == "cells" else 0
        return self.budget_s or 240 + self.n / 15 + 10 * deeds + every_stall


def seeded(seed: int, purpose: str) -> random.Random:
    """The chance of one part of a run: equal for equal seeds, whatever the other parts draw."""
    return random.Random(f"{seed}:{purpose}")  # noqa: S311 - a script to be repeated, not a secret
