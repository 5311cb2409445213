"""The disk fails in the middle of an issue, and comes back: nothing is lost, and nobody has to do anything.

`full`: the file system has no room (a small tmpfs filled up; without root a limit on the size of the senders' files).
`read-only`: nothing can be opened for writing (a bind mount remounted; without root the rights of the files).
`locked`: somebody else holds the database for longer than a writer waits.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from publisher.store.database import open_database
from tests.faultbench.crew import Crew
from tests.faultbench.run import ARTEFACTS
from tests.faultbench.scene import Scene
from tests.faultbench.troubles import Once, Trouble, run_trouble

DISK_CELLS = ("full", "read-only", "locked")
"""What can happen to it."""

_SECONDS = {"full": 6.0, "read-only": 6.0, "locked": 31.0}
"""`locked` is a second longer than BUSY_TIMEOUT, so that waiting alone does not do."""


def run_disk_cell(cell: str, *, seed: int, db: str = "sqlite") -> dict[str, Any]:
    """One run with that trouble, as `run_trouble`."""
    if db != "sqlite" and cell != "locked":
        raise SystemExit(
            "faultbench: a PostgreSQL server's disk is not ours to spoil; only --disk locked goes with it"
        )
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    with _places(cell) as (data, door, trouble):
        return run_trouble(cell, trouble, seed=seed, db=db, data=data, door=door)


@contextmanager
def _places(cell: str) -> Iterator[tuple[Path | None, Path | None, Once]]:
    """Where the newsroom lives, the harness's own way there, and the trouble."""
    seconds = _SECONDS[cell]
    may_mount = os.geteuid() == 0
    if cell == "locked":
        lock = _Lock()
        yield None, None, Once(begin=lock.begin, end=lock.end, seconds=seconds)
    elif cell == "full" and may_mount:
        with _mounted("-t", "tmpfs", "-o", "size=96m", "tmpfs") as place:
            yield place, None, Once(begin=_fill_up, end=_make_room, seconds=seconds)
    elif cell == "full":
        yield None, None, Once(begin=_limit_files, end=_lift_limit, seconds=seconds)
    elif may_mount:
        source = Path(tempfile.mkdtemp(prefix="disk-", dir=ARTEFACTS))
        try:
            with _mounted("--bind", str(source)) as place:
                yield place, source, Once(begin=_remount("ro"), end=_remount("rw"), seconds=seconds)
        finally:
            shutil.rmtree(source, ignore_errors=True)
    else:
        yield None, None, Once(begin=_rights(0o400, 0o500), end=_rights(0o600, 0o700), seconds=seconds)


@contextmanager
def _mounted(*what: str) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="mount-", dir=ARTEFACTS))
    subprocess.run(["mount", *what, str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


def _fill_up(scene: Scene, _crew: Crew) -> bool:
    with (scene.data / "ballast").open("wb", buffering=0) as out:
        try:
            while out.write(b"\0" * 65_536) == 65_536:
                pass
            while out.write(b"\0" * 512):
                pass
        except OSError:
            return True
    return True


def _make_room(scene: Scene, _crew: Crew) -> bool:
    (scene.data / "ballast").unlink()
    return True


def _limit_files(scene: Scene, crew: Crew) -> bool:
    size = max(path.stat().st_size for path in scene.data.iterdir())
    return _set_limit(crew, (min(size, 65_536), resource.RLIM_INFINITY))


def _lift_limit(_scene: Scene, crew: Crew) -> bool:
    return _set_limit(crew, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _set_limit(crew: Crew, limit: tuple[int, int]) -> bool:
    for sender in crew.senders:
        if sender.pid:
            resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, limit)
    return True


def _remount(how: str) -> Trouble:
    """The kernel refuses while a file is open for writing, so this is tried until it catches a quiet moment."""

    def act(scene: Scene, _crew: Crew) -> bool:
        command = ["mount", "-o", f"remount,{how},bind", str(scene.data)]
        return any(
            subprocess.run(command, check=False, capture_output=True).returncode == 0 for _ in range(50)
        )

    return act


def _rights(of_files: int, of_folder: int) -> Trouble:
    def act(scene: Scene, _crew: Crew) -> bool:
        for path in scene.data.glob("nashra.db*"):
            path.chmod(of_files)
        scene.data.chmod(of_folder)
        return True

    return act


class _Lock:
    """Somebody else's transaction."""

    def __init__(self) -> None:
        self._held: sa.Connection | None = None

    def begin(self, scene: Scene, _crew: Crew) -> bool:
        """Take the database."""
        engine = open_database(scene.own).engine
        try:
            self._held = engine.connect()  # on SQLite with BEGIN IMMEDIATE: no other writer gets in
            self._held.begin()
            if scene.url is not None:
                self._held.exec_driver_sql("LOCK TABLE delivery IN EXCLUSIVE MODE")
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def end(self, _scene: Scene, _crew: Crew) -> bool:
        """Let go."""
        assert self._held is not None
        self._held.rollback()
        self._held.close()
        self._held.engine.dispose()
        return True
