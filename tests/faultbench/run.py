"""One run: the scene is set, the senders work, things happen to them, and the oracles judge what is left."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from publisher.store.database import to_ms
from publisher.store.schema import batch, issue
from tests.faultbench.crew import Crew
from tests.faultbench.event_log import last_event
from tests.faultbench.evidence import gather_evidence
from tests.faultbench.hurried import in_newsroom_time, newsroom_now
from tests.faultbench.journal import JournalReader
from tests.faultbench.killer import GOOD_ENDS, Killer
from tests.faultbench.leaving import Leavers
from tests.faultbench.oracles import judge
from tests.faultbench.plan import Plan
from tests.faultbench.report import build_report
from tests.faultbench.scene import Scene, drop_folder, make_folder, open_scene

_BEAT_S = 0.01
_LOOK_S = 0.4
_STILL_S = 15.0
"""With nothing left to happen and nothing happening for so long, a run is over, whatever state it is in."""

ARTEFACTS = Path(__file__).parents[2] / "var" / "faultbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlude:
    """Something more that happens during a run: called at every beat with the share of readers mailed; it says
    whether it is over. `at_risk` are the messages that it may catch in flight.
    """

    beat: Callable[[Scene, Crew, float], bool]
    at_risk: int = 0


def run_plan(
    plan: Plan,
    *,
    base: Path = ARTEFACTS,
    keep: bool = False,
    data: Path | None = None,
    door: Path | None = None,
    interlude: Interlude | None = None,
) -> dict[str, Any]:
    """Play a plan and return its report. The artefacts of a run that failed are kept, and `artefacts` says where."""
    folder = make_folder(base, plan)
    with open_scene(plan, folder, data=data, door=door) as scene:
        report = _play(scene, interlude)
        if scene.data.parent != folder and not report["passed"]:
            shutil.copytree(scene.data, folder / "data", ignore=shutil.ignore_patterns("ballast"))
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if report["passed"] and not keep:
        drop_folder(folder)
    else:
        report["artefacts"] = str(folder)
    return report


def _play(scene: Scene, interlude: Interlude | None) -> dict[str, Any]:
    crew = Crew(scene)
    crew.enlist()
    killer = Killer(scene.plan, crew)
    progress = JournalReader(_touched(scene.journal))
    leavers = Leavers(scene, lambda: progress.accepted / scene.plan.n)
    killer.record.take_risk(0 if interlude is None else interlude.at_risk)
    begun = time.monotonic()
    try:
        killer.play_early()
        leavers.start()
        ended = _go_on(scene, crew, killer, progress, interlude)
    finally:
        leavers.close()
        crew.supervised = False
        codes = crew.ask_to_end(crew.senders)
        crew.kill(crew.senders)
        orphans = crew.find_orphans()
        progress.close()
    killer.record.bad_exits += [
        f"the last SIGTERM was answered by exit {code}" for code in codes if code not in GOOD_ENDS
    ]
    killer.record.bad_exits += [f"a signing process outlived its sender: {kin.pid}" for kin in orphans]
    evidence = gather_evidence(
        scene,
        farewells=tuple(leavers.done),
        deeds=killer.record,
        exits=tuple(crew.exits),
        rss_max_bytes=crew.rss_max_bytes,
        files_max=crew.files_max,
        seconds=ended - begun,
    )
    report = build_report(evidence, judge(evidence))
    report["slowest_end_s"] = round(max(killer.asked, default=0.0), 2)
    return report


def _go_on(
    scene: Scene, crew: Crew, killer: Killer, progress: JournalReader, interlude: Interlude | None
) -> float:
    """Until all is sent or nothing happens any more; returns the moment of the last change."""
    quiet = _Quiet(scene)
    until = time.monotonic() + scene.plan.seconds
    over = interlude is None
    while time.monotonic() < until:
        progress.follow()
        share = progress.accepted / scene.plan.n
        crew.tend()
        killer.play(share)
        if not over and interlude is not None:
            over = interlude.beat(scene, crew, share)
            quiet.begin_anew()
        if quiet.look(progress.lines, crew) and (
            (killer.is_done and over and quiet.is_sent) or (crew.is_complete and quiet.still_s > _STILL_S)
        ):
            break
        time.sleep(_BEAT_S)
    if not quiet.is_sent:
        crew.ask_where()
    return quiet.changed_at


class _Quiet:
    """Looks now and then at what has changed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._last: tuple[int, int] = (0, 0)
        self._next = 0.0
        self._still_since = self.changed_at = time.monotonic()
        self.is_sent = False

    @property
    def still_s(self) -> float:
        """For how long nothing has changed though something was due."""
        return time.monotonic() - self._still_since

    def begin_anew(self) -> None:
        """Forget for how long nothing has changed."""
        self._still_since = time.monotonic()

    def look(self, lines: int, crew: Crew) -> bool:
        """Look if it is time; whether it was."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + _LOOK_S
        crew.measure()
        current = (lines, last_event(self._scene.database))
        if current != self._last:
            self._last, self.changed_at, self._still_since = current, now, now
        later = to_ms(newsroom_now(self._scene.begun_at) - in_newsroom_time(_LOOK_S))
        with self._scene.database.read() as tx:
            states = set(tx.execute(sa.select(issue.c.state)).scalars())
            waits = sa.select(sa.func.count()).where(batch.c.state == "open", batch.c.retry_at > later)
            if tx.scalar(waits):
                self._still_since = now
        self.is_sent = states == {"sent"}
        return True


def _touched(path: Path) -> Path:
    path.touch()
    return path
