"""Readers who unsubscribe and who are erased while the issue is being sent, by the product's own jobs.

The moment the job returns is the acknowledgement; what was in flight just then is read right after it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from publisher.jobs.forget_subscriber import forget_subscriber
from publisher.jobs.unsubscribe import unsubscribe
from publisher.model.subscriber import ConsentKind
from publisher.store.database import Database, open_database
from publisher.store.schema import delivery
from tests.faultbench.audience import address_of
from tests.faultbench.plan import Plan, seeded
from tests.faultbench.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """One acknowledged end. `in_flight`: her delivery stood at `sending` right afterwards, at `attempt`."""

    subscriber: int
    erased: bool
    at_ns: int
    in_flight: bool
    attempt: int


class Leavers:
    """A thread that plays the leavings by the run's progress."""

    def __init__(self, scene: Scene, share: Callable[[], float]) -> None:
        self._scene = scene
        self._share = share
        self._over = threading.Event()
        self.done: list[Farewell] = []
        self.failures: list[str] = []
        self._thread = threading.Thread(target=self._run, name="leavers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; leavings that were not due stay undone."""
        self._over.set()
        self._thread.join(120)

    def _run(self) -> None:
        database = open_database(self._scene.own)
        try:
            for share, subscriber, erased in plan_leavings(self._scene.plan):
                while self._share() < share:
                    if self._over.wait(0.01):
                        return
                self._leave(database, subscriber, erased)
        finally:
            database.close()

    def _leave(self, database: Database, subscriber: int, erased: bool) -> None:
        while not self._over.is_set():
            try:
                self._act(database, subscriber, erased)
            except sa.exc.SQLAlchemyError as error:  # not acknowledged: the reader tries again
                self.failures.append(type(error).__name__)
                self._over.wait(0.2)
            else:
                break
        else:
            return
        at_ns = time.monotonic_ns()
        state, attempt = self._look(database, subscriber)
        self.done.append(
            Farewell(
                subscriber=subscriber,
                erased=erased,
                at_ns=at_ns,
                in_flight=state == "sending",
                attempt=attempt,
            )
        )

    def _look(self, database: Database, subscriber: int) -> tuple[str, int]:
        """How her delivery stands: state and attempt; nothing and 0 where there is none."""
        query = sa.select(delivery.c.state, delivery.c.attempt).where(delivery.c.subscriber == subscriber)
        while True:
            try:
                with database.read() as tx:
                    row = tx.execute(query).first()
            except sa.exc.SQLAlchemyError as error:
                self.failures.append(type(error).__name__)
                time.sleep(0.2)
            else:
                return ("", 0) if row is None else (row.state, row.attempt)

    def _act(self, database: Database, subscriber: int, erased: bool) -> None:
        now = datetime.now(UTC)
        if erased:
            address = address_of(subscriber - 1)
            forget_subscriber(database, address, hash_key=self._scene.hash_key, now=now)
        else:
            unsubscribe(
                database,
                subscriber=subscriber,
                newsletter=None,
                how=ConsentKind.ONE_CLICK,
                network=None,
                evidence="faultbench",
                now=now,
            )


def plan_leavings(plan: Plan) -> tuple[tuple[float, int, bool], ...]:
    """(share of the readers mailed, subscriber, whether erased), in order: most leave before their turn comes."""
    chance = seeded(plan.seed, "leavers")
    chosen = chance.sample(range(1, plan.n + 1), plan.leavers + plan.erased)
    shares = sorted(chance.uniform(0.02, 0.8) for _ in chosen)
    return tuple(
        (share, subscriber, place % 3 == 2 and place // 3 < plan.erased)
        for place, (share, subscriber) in enumerate(zip(shares, chosen, strict=True))
    )
