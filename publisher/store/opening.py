"""Open the database for use, or say in a sentence why it cannot be used.

What a person can mend (a file that is no database, a full disk, a newer version's schema) leaves the store as
StoreError. Every other exception of a driver is a defect of ours and keeps its traceback.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.util import CommandError

from publisher.model.errors import NashraError
from publisher.store.database import Database, open_database
from publisher.store.migrate import load_revision, migrate

_STEPS = {
    sqlite3.SQLITE_BUSY: "another process writes for long: try again when it has ended",
    sqlite3.SQLITE_CANTOPEN: "give the file and its folder to this account",
    sqlite3.SQLITE_CORRUPT: "restore a backup",
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_IOERR: "look after the disk: it is full or fails",
    sqlite3.SQLITE_NOTADB: "restore a backup, or move the file away",
    sqlite3.SQLITE_READONLY: "give the file and its folder to this account",
}
"""What SQLite may say through no fault of ours, and what to do (https://sqlite.org/rescode.html)."""


class StoreError(NashraError):
    """The database cannot be used as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the database in `file` stands. `revision` is None for an empty one; `is_known`: this version knows that
    revision. `damage` is what SQLite's own check found, empty where all is well.
    """

    file: Path
    revision: str | None
    wanted: str
    is_known: bool
    damage: str


@contextmanager
def opened_database(file: Path) -> Iterator[Database]:
    """A database brought up to this version, closed at the end. Raises StoreError, also for what comes up later."""
    with told_faults(file):
        database = open_database(file)
        try:
            _bring_up(database, file)
            yield database
        finally:
            database.close()


def load_standing(file: Path) -> Standing:
    """Look at an existing SQLite file and change nothing in it. Raises StoreError where it cannot be read."""
    with told_faults(file):
        database = open_database(file)
        try:
            revision, wanted = load_revision(database)
            with database.read() as tx:
                found = "; ".join(tx.exec_driver_sql("PRAGMA quick_check(3)").scalars())
        finally:
            database.close()
    return Standing(
        file=file,
        revision=revision,
        wanted=wanted,
        is_known=revision is None or revision <= wanted,
        damage="" if found == "ok" else found,
    )


@contextmanager
def told_faults(file: Path) -> Iterator[None]:
    """Turn what SQLite says of disk, rights and locks into a StoreError about `file`."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        said = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        step = _STEPS.get(getattr(said, "sqlite_errorcode", 0) & 0xFF)  # the low octet is the primary code
        if step is None:
            raise
        raise StoreError(f"{file}: {said}", next_step=step) from error


def _bring_up(database: Database, file: Path) -> None:
    try:
        migrate(database)
    except CommandError as error:
        revision, wanted = load_revision(database)
        raise StoreError(
            f"{file} was written by a newer Nashra: it is at revision {revision}, this version knows {wanted}",
            next_step="install the newer version again, or restore a backup",
        ) from error
