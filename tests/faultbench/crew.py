"""The senders of a run: started, looked after as a supervisor would, measured, and ended in every way there is."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import sqlalchemy as sa

from publisher.store.schema import batch
from tests.faultbench.child import Orders, run_sender
from tests.faultbench.crash_points import Trigger
from tests.faultbench.kin import Kin, kill_at_once, load_children, wait_for_end
from tests.faultbench.plan import LEASE_S
from tests.faultbench.scene import Scene

_ROTATE, _ROTATE_OFTEN = 100, 20
_LONGEST_SLEEP_S = 40.0
_OUTLIVE_S = 30.0
"""How long a signing process may outlive its sender, on a machine that has much to do. It notices by its socket."""


@dataclass(slots=True)
class Sender:
    """One place in the crew, and the process that holds it now, if any. `signers` are those that sign beside it, as
    last seen.
    """

    orders: Orders
    trigger: Trigger
    process: ForkServerProcess | None = None
    asleep_since: float = 0.0
    held: dict[tuple[int, int], int] = field(default_factory=dict)
    quiet_until: float = 0.0
    was_killed: bool = False
    signers: tuple[Kin, ...] = ()

    @property
    def pid(self) -> int:
        """Of the process; 0 where there is none."""
        process = self.process
        return process.pid or 0 if process is not None and process.exitcode is None else 0


@dataclass(slots=True)
class Crew:
    """All senders. `exits` are ends that nobody here asked for, `fallen` those who killed themselves at a crash point;
    `rss_max_bytes` (with the signing processes) and `files_max` are the largest seen; `orphans` were left by a sender
    that is gone.
    """

    scene: Scene
    senders: list[Sender] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    fallen: int = 0
    rss_max_bytes: int = 0
    files_max: int = 0
    supervised: bool = True
    signers_seen: int = 0
    orphans: set[Kin] = field(default_factory=set)

    def enlist(self) -> None:
        """Make the places; nobody works yet."""
        plan = self.scene.plan
        for number in range(plan.workers):
            trigger_file = self.scene.folder / f"trigger-{number}"
            trigger = Trigger(trigger_file)
            self.senders.append(
                Sender(orders=_orders(self.scene, number, trigger_file), trigger=trigger),
            )

    def start(self, sender: Sender) -> None:
        """Put a new process in the place."""
        sender.trigger.disarm()
        self.start_armed(sender)

    def start_armed(self, sender: Sender) -> None:
        """The same, with its crash point left as it is."""
        sender.asleep_since, sender.was_killed = 0.0, False
        self.orphans.update(sender.signers)
        sender.signers = ()
        process = self.scene.context.Process(target=run_sender, args=(sender.orders,), daemon=True)
        process.start()
        sender.process = process

    def tend(self) -> None:
        """Fill every empty place, as a supervisor does; a sender that fails at its start gets a pause."""
        now = time.monotonic()
        for sender in self.senders:
            if sender.pid or now < sender.quiet_until:
                continue
            if sender.process is not None:
                self._note_end(sender, sender.process.exitcode)
                sender.process = None
            if self.supervised and now >= sender.quiet_until:
                self.start(sender)

    def _note_end(self, sender: Sender, code: int | None) -> None:
        if code == -signal.SIGKILL and not sender.was_killed:
            self.fallen += 1
        elif code not in (0, -signal.SIGKILL, -signal.SIGTERM):
            self.exits.append(f"exit {code}")
            sender.quiet_until = time.monotonic() + 0.5

    def take_fallen(self) -> int:
        """How many killed themselves since the last time."""
        fallen, self.fallen = self.fallen, 0
        return fallen

    def thaw(self) -> None:
        """Wake those whose batches were taken over meanwhile: only then are they zombies."""
        now = time.monotonic()
        for sender in self.senders:
            if sender.asleep_since and now - sender.asleep_since > 2 * LEASE_S:
                if _are_held(self.scene, sender.held) and now - sender.asleep_since < _LONGEST_SLEEP_S:
                    continue
                sender.asleep_since = 0.0
                _signal(sender, signal.SIGCONT)

    def kill(self, senders: list[Sender], *, alone: bool = False) -> tuple[int, int]:
        """SIGKILL to every process of these senders, one right after the other; `alone` leaves those that sign beside
        them to end by themselves. Returns how many senders were hit, and how many signing processes.
        """
        self._look_at_signers(senders)
        beside = () if alone else tuple(kin for sender in senders for kin in sender.signers)
        hit = [sender for sender in senders if sender.pid and _signal(sender, signal.SIGKILL)]
        signers = kill_at_once(beside)
        for sender in hit:
            sender.was_killed = True
            _wait(sender, 30)
        return len(hit), signers

    def kill_signer(self, senders: list[Sender]) -> bool:
        """SIGKILL to one signing process of the first of these that has any; whether one was hit."""
        self._look_at_signers(senders)
        return any(kill_at_once(sender.signers[:1]) for sender in senders)

    def find_orphans(self) -> tuple[Kin, ...]:
        """Signing processes that still run though their sender has ended. Call it once all have ended."""
        beside = tuple(kin for sender in self.senders for kin in sender.signers)
        return wait_for_end((*self.orphans, *beside), _OUTLIVE_S)

    def _look_at_signers(self, senders: list[Sender]) -> None:
        for sender in senders:
            if sender.pid:
                found = load_children(sender.pid)
                self.orphans.update(set(sender.signers) - set(found))
                sender.signers = found
                self.signers_seen = max(self.signers_seen, len(found))

    def put_to_sleep(self, sender: Sender) -> None:
        """SIGSTOP, until another has taken what it held; not while it holds the database itself, where all would wait
        for it.
        """
        for _ in range(100):
            _signal(sender, signal.SIGSTOP)
            if is_free(self.scene):
                break
            _signal(sender, signal.SIGCONT)
            time.sleep(0.003)
        sender.asleep_since, sender.held = time.monotonic(), _held(self.scene)

    @property
    def is_complete(self) -> bool:
        """Whether nobody sleeps."""
        return not any(sender.asleep_since for sender in self.senders)

    def ask_to_end(self, senders: list[Sender], patience_s: float = 30) -> list[int | None]:
        """SIGTERM, all at once; returns their exit codes, None for one that would not end."""
        asked = [sender for sender in senders if sender.pid]
        for sender in asked:
            _signal(sender, signal.SIGCONT)
            _signal(sender, signal.SIGTERM)
        for sender in asked:
            _wait(sender, patience_s)
        return [sender.process.exitcode if sender.process else None for sender in asked]

    def ask_where(self) -> None:
        """Have every sender write into its log where it stands."""
        for sender in self.senders:
            _signal(sender, signal.SIGUSR1)
        time.sleep(0.5)

    def measure(self) -> None:
        """Note memory, open files, and who signs."""
        self._look_at_signers(self.senders)
        for sender in self.senders:
            if sender.pid:
                beside = sum(_rss_bytes(kin.pid) for kin in sender.signers)
                self.rss_max_bytes = max(self.rss_max_bytes, _rss_bytes(sender.pid) + beside)
                self.files_max = max(self.files_max, _open_files(sender.pid))


def _orders(scene: Scene, number: int, trigger: Path) -> Orders:
    plan = scene.plan
    every_cell = plan.faults == "cells"
    secure = plan.wants_tls and number == plan.workers - 1
    orders = Orders(
        file=scene.settings,
        url=scene.url,
        begun_at=scene.begun_at,
        alone=plan.workers == 1,
        lanes=plan.lanes,
        port=scene.ports.secure if secure else scene.ports.plain,
        secure=secure,
        authority=scene.authority,
        trigger=trigger,
        log=scene.folder / f"sender-{number}.log",
        durability=scene.durability,
        batch_size=plan.batch_size,
        lease_s=plan.lease_s,
        rotate_after=_ROTATE_OFTEN if every_cell else _ROTATE,
        mutant=plan.mutant,
        reopen=plan.trouble == "read-only",
    )
    return replace(orders, batch_size=20) if every_cell else orders


def _held(scene: Scene) -> dict[tuple[int, int], int]:
    """The fences of all batches that somebody holds."""
    with scene.database.read() as tx:
        rows = tx.execute(
            sa.select(batch.c.issue, batch.c.ordinal, batch.c.fence).where(batch.c.state == "leased")
        )
        return {(row.issue, row.ordinal): row.fence for row in rows}


def is_free(scene: Scene) -> bool:
    """Whether nobody stays in the middle of a transaction that keeps others out."""
    if scene.url is None:
        with closing(sqlite3.connect(scene.own, timeout=0.2, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            return True
    time.sleep(0.15)
    with scene.database.read() as tx:
        query = """SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'
                   AND clock_timestamp() - state_change > interval '100 milliseconds'"""
        return not tx.exec_driver_sql(query).scalar_one()


def _are_held(scene: Scene, before: dict[tuple[int, int], int]) -> bool:
    """Whether any of them is still held under the same fence."""
    return bool(_held(scene).items() & before.items())


def _signal(sender: Sender, number: signal.Signals) -> bool:
    try:
        os.kill(sender.pid, number) if sender.pid else None
    except ProcessLookupError:
        return False
    return True


def _wait(sender: Sender, seconds: float) -> None:
    if sender.process is not None:
        sender.process.join(seconds)


def _rss_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) * 1024 if found else 0


def _open_files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - no Path is made of each
    except OSError:
        return 0
