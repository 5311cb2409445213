"""publisher.store.opening"""

import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.store.database import Database, open_database
from publisher.store.migrate import load_revision
from publisher.store.opening import StoreError, load_standing, opened_database, told_faults


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nashra.db"


def test_it_is_brought_up_and_closed(file: Path) -> None:
    with opened_database(file) as database:
        revision, wanted = load_revision(database)
    assert revision == wanted
    assert not file.with_name("nashra.db-wal").exists()
    standing = load_standing(file)
    assert (standing.revision, standing.wanted, standing.is_known, standing.damage) == (
        wanted,
        wanted,
        True,
        "",
    )


def test_a_newer_versions_database_is_refused_and_left_as_it_is(file: Path) -> None:
    with opened_database(file) as database, database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with (
        pytest.raises(StoreError, match="newer Nashra: it is at revision 9999") as refused,
        opened_database(file),
    ):
        pass
    assert "newer version" in refused.value.next_step
    assert load_standing(file).revision == "9999"
    assert not load_standing(file).is_known


def test_looking_at_an_older_database_does_not_bring_it_up(file: Path) -> None:
    file.touch()
    standing = load_standing(file)
    assert (standing.revision, standing.is_known) == (None, True)
    assert load_standing(file).revision is None


@pytest.mark.parametrize("use", [load_standing, lambda file: opened_database(file).__enter__()])
def test_a_file_that_is_no_database_is_told(file: Path, use: object) -> None:
    file.write_bytes(os.urandom(8192))
    assert callable(use)
    with pytest.raises(StoreError, match="file is not a database") as told:
        use(file)
    assert "backup" in told.value.next_step


def test_a_folder_in_its_place_is_told(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreError, match="unable to open database file"), opened_database(file):
        pass


def test_damage_within_is_found(file: Path) -> None:
    with opened_database(file) as database, database.write() as tx:
        for n in range(2000):
            tx.exec_driver_sql("INSERT INTO rate VALUES (?, ?, 0)", (f"bucket {n}", n))
        (page,) = tx.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'rate'").one()
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 + 200 : page * 4096] = bytes(4096 - 200)
    file.write_bytes(data)
    assert load_standing(file).damage


def test_a_lock_that_is_not_given_back_is_told_whenever_it_comes_up(file: Path) -> None:
    with opened_database(file):
        pass
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    hasty = Database(sa.create_engine(f"sqlite:///{file}", connect_args={"timeout": 0}))
    with (
        pytest.raises(StoreError, match="database is locked") as told,
        told_faults(file),
        hasty.write() as tx,
    ):
        tx.exec_driver_sql("DELETE FROM rate")
    assert "try again" in told.value.next_step
    hasty.close()
    blocker.close()


def test_a_full_disk_is_told(file: Path) -> None:
    with opened_database(file) as database:
        with database.read() as tx:
            tx.exec_driver_sql(
                "PRAGMA max_page_count = 1"
            )  # of this connection, which is the pool's only one
        with (
            pytest.raises(StoreError, match="disk is full") as told,
            told_faults(file),
            database.write() as tx,
        ):
            tx.exec_driver_sql("CREATE TABLE more (text)")
    assert told.value.next_step == "make room on the disk"


def test_a_defect_keeps_its_own_exception(file: Path) -> None:
    with opened_database(file) as database:
        with pytest.raises(sa.exc.OperationalError), told_faults(file), database.read() as tx:
            tx.exec_driver_sql("SELECT nonsense")
        with pytest.raises(sa.exc.IntegrityError), told_faults(file), database.write() as tx:
            tx.exec_driver_sql("INSERT INTO rate VALUES (NULL, 1, 1)")


def test_another_databases_faults_are_none_of_ours(tmp_path: Path) -> None:
    away = open_database(f"postgresql+psycopg://postgres@/none?host={tmp_path}")
    with pytest.raises(sa.exc.OperationalError), told_faults(tmp_path), away.read() as tx:
        tx.execute(sa.select(1))
    away.close()
