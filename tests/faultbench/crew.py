"""The senders of a run: started, looked after as a supervisor would, measured, and ended in every way there is."""

import os
import signal
import time
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.faultbench.child import Orders, run_sender
from tests.faultbench.crash_points import Trigger
from tests.faultbench.stage import Stage

_ROTATE, _ROTATE_OFTEN = 100, 20


@dataclass(slots=True)
class Sender:
    """One place in the crew, and the process that holds it now, if any."""

    orders: Orders
    trigger: Trigger
    process: ForkServerProcess | None = None
    frozen_until: float = 0.0
    quiet_until: float = 0.0

    @property
    def pid(self) -> int:
        """Of the process; 0 where there is none."""
        process = self.process
        return process.pid or 0 if process is not None and process.exitcode is None else 0


@dataclass(slots=True)
class Crew:
    """All senders. `exits` are ends that nobody here asked for; `rss_max_bytes` and `files_max` the largest seen."""

    stage: Stage
    senders: list[Sender] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    rss_max_bytes: int = 0
    files_max: int = 0
    supervised: bool = True

    def enlist(self) -> None:
        """Make the places; nobody works yet."""
        plan = self.stage.plan
        for number in range(plan.workers):
            trigger_file = self.stage.folder / f"trigger-{number}"
            trigger = Trigger(trigger_file)
            self.senders.append(
                Sender(orders=_orders(self.stage, number, trigger_file), trigger=trigger),
            )

    def start(self, sender: Sender) -> None:
        """Put a new process in the place."""
        sender.trigger.disarm()
        self.start_armed(sender)

    def start_armed(self, sender: Sender) -> None:
        """The same, with its crash point left as it is."""
        sender.frozen_until = 0.0
        process = self.stage.context.Process(target=run_sender, args=(sender.orders,), daemon=True)
        process.start()
        sender.process = process

    def tend(self) -> None:
        """Fill every empty place, as a supervisor does; a sender that fails at its start gets a pause."""
        now = time.monotonic()
        for sender in self.senders:
            if sender.pid or now < sender.quiet_until:
                continue
            if sender.process is not None and sender.process.exitcode not in (None, 0, -signal.SIGKILL):
                self.exits.append(f"exit {sender.process.exitcode}")
                sender.quiet_until = now + 0.5
            if self.supervised:
                self.start(sender)

    def thaw(self) -> None:
        """Wake those whose sleep is over."""
        for sender in self.senders:
            if sender.frozen_until and time.monotonic() >= sender.frozen_until:
                sender.frozen_until = 0.0
                _signal(sender, signal.SIGCONT)

    def kill(self, senders: list[Sender]) -> int:
        """SIGKILL, all at once; returns how many were hit."""
        hit = [sender for sender in senders if sender.pid and _signal(sender, signal.SIGKILL)]
        for sender in hit:
            _wait(sender, 10)
        return len(hit)

    def freeze(self, sender: Sender, seconds: float) -> bool:
        """SIGSTOP for a while."""
        sender.frozen_until = time.monotonic() + seconds
        return _signal(sender, signal.SIGSTOP)

    def ask_to_end(self, senders: list[Sender], patience_s: float = 30) -> list[int | None]:
        """SIGTERM, all at once; returns their exit codes, None for one that would not end."""
        asked = [sender for sender in senders if sender.pid]
        for sender in asked:
            _signal(sender, signal.SIGCONT)
            _signal(sender, signal.SIGTERM)
        for sender in asked:
            _wait(sender, patience_s)
        return [sender.process.exitcode if sender.process else None for sender in asked]

    def measure(self) -> None:
        """Note memory and open files."""
        for sender in self.senders:
            if sender.pid:
                self.rss_max_bytes = max(self.rss_max_bytes, _rss_bytes(sender.pid))
                self.files_max = max(self.files_max, _open_files(sender.pid))


def _orders(stage: Stage, number: int, trigger: Path) -> Orders:
    plan = stage.plan
    every_cell = plan.faults == "cells"
    secure = every_cell and number == plan.workers - 1
    orders = Orders(
        file=stage.settings,
        url=stage.url,
        alone=plan.workers == 1,
        lanes=plan.lanes,
        port=stage.ports.secure if secure else stage.ports.plain,
        secure=secure,
        trigger=trigger,
        log=stage.folder / f"sender-{number}.log",
        durability=stage.durability,
        batch_size=plan.batch_size,
        rotate_after=_ROTATE_OFTEN if every_cell else _ROTATE,
        mutant=plan.mutant,
        reopen=plan.disk == "read-only",
    )
    return replace(orders, batch_size=20) if every_cell else orders


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
