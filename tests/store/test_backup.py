"""publisher.store.backup"""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.model.errors import NashraError
from publisher.store.backup import copy_database
from publisher.store.database import Database, open_database
from publisher.store.migrate import load_revision
from publisher.store.newsletters import ensure_newsletters, load_newsletter_ids
from publisher.store.schema import rate
from tests.store.rows import NOW


def is_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"


def test_the_copy_is_whole_and_its_owners_only(database: Database, tmp_path: Path) -> None:
    with database.write() as tx:
        ids = ensure_newsletters(tx, ["daily"], begun_at=NOW)
    file = tmp_path / "copy.db"
    if not is_sqlite(database):
        with pytest.raises(NashraError, match="PostgreSQL") as refused:
            copy_database(database, file)
        assert refused.value.next_step == "use pg_dump"
        assert not file.exists()
        return
    copy_database(database, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    copy = open_database(file)
    with copy.read() as tx:
        assert load_newsletter_ids(tx) == ids
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert load_revision(copy) == load_revision(database)
    copy.close()
    with database.write() as tx:
        ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder for copies."""
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_exists_is_never_overwritten(database: Database, room: Path) -> None:
    (room / "mine").write_text("mine")
    with pytest.raises(NashraError, match="exists already"):
        copy_database(database, room / "mine")
    assert (room / "mine").read_text() == "mine"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(database: Database, room: Path) -> None:
    with pytest.raises(NashraError, match="cannot be written"):
        copy_database(database, room / "no" / "such" / "folder")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_copy_that_fails_leaves_nothing(database: Database, room: Path) -> None:
    """Here: another connection holds the source for itself, and nobody waits for it."""
    database.close()
    blocker = sqlite3.connect(room.parent / "nashra.db", isolation_level=None)
    blocker.execute("PRAGMA journal_mode=DELETE")
    blocker.execute("BEGIN EXCLUSIVE")
    hasty = Database(sa.create_engine(f"sqlite:///{room.parent / 'nashra.db'}", connect_args={"timeout": 0}))
    with pytest.raises(NashraError, match="database is locked"):
        copy_database(hasty, room / "copy")
    hasty.close()
    blocker.close()
    assert list(room.iterdir()) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_copy_taken_while_others_write_is_one_moments_state(database: Database, room: Path) -> None:
    """Each transaction writes a pair; no copy ever holds one of a pair."""
    ended = threading.Event()

    def write() -> None:
        for n in range(10_000):
            if ended.is_set():
                return
            with database.write() as tx:
                for half in "ab":
                    tx.execute(sa.insert(rate).values(bucket=half, window=n, count=0))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(5):
            copy_database(database, room / f"{n}")
    finally:
        ended.set()
        writer.join()
    for n in range(5):
        copy = sqlite3.connect(room / f"{n}")
        halves = dict(copy.execute("SELECT bucket, count(*) FROM rate GROUP BY bucket").fetchall())
        copy.close()
        assert halves.get("a") == halves.get("b")
