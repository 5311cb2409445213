"""publisher.store.traces"""

import random
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.store.audience import erase_subscriber
from publisher.store.database import Database
from publisher.store.subscriptions import ensure_subscriber
from publisher.store.traces import erase_traces
from tests.store.rows import NOW


def octets(folder: Path) -> bytes:
    """Everything the database's files hold."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("nashra.db*")))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_deleted_is_in_no_file_afterwards(database: Database, tmp_path: Path) -> None:
    """Among many readers, whose rows were moved from page to page as the tables grew."""
    dice = random.Random(2026)  # noqa: S311
    names = [f"{dice.getrandbits(60):015x}" + "x" * dice.randrange(20) for _ in range(600)]
    ids = {}
    for start in range(0, len(names), 100):
        with database.write() as tx:
            for name in names[start : start + 100]:
                address = EmailAddress(name, "reader.example")
                ids[name] = ensure_subscriber(tx, address, address_hash="h", language="ar", now=NOW)
    gone, staying = names[::7], [name for place, name in enumerate(names) if place % 7]
    for name in gone:
        with database.write() as tx:
            erase_subscriber(tx, ids[name])
    assert erase_traces(database)
    left = octets(tmp_path)
    assert [name for name in gone if name.encode() in left] == []
    assert all(name.encode() in left for name in staying)


def test_postgres_is_left_to_its_own_vacuum(database: Database) -> None:
    assert erase_traces(database)


def test_a_reader_that_holds_on_to_the_log_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    """Without waiting here: the busy timeout is the connection's."""
    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'nashra.db'}", connect_args={"timeout": 0}))
    other = sqlite3.connect(tmp_path / "nashra.db", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("CREATE TABLE t (text)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM t").fetchall()
    with database.engine.begin() as tx:
        tx.exec_driver_sql("INSERT INTO t VALUES ('x')")
    assert not erase_traces(database)
    other.execute("COMMIT")
    assert erase_traces(database)
    assert (tmp_path / "nashra.db-wal").stat().st_size == 0
    other.close()
    database.close()
