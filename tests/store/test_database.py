"""publisher.store.database"""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from publisher.store.database import Database, Transaction, after_commit, from_ms, open_database, to_ms
from publisher.store.schema import rate

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def put(tx: Transaction, bucket: str = "a", count: int = 0) -> None:
    tx.execute(sa.insert(rate).values(bucket=bucket, window=0, count=count))


def count(tx: Transaction, bucket: str = "a") -> int | None:
    return tx.scalar(sa.select(rate.c.count).filter_by(bucket=bucket))


def pragma(tx: Transaction, name: str) -> object:
    return tx.exec_driver_sql(f"PRAGMA {name}").scalar()


@SQLITE
def test_every_connection_writes_through_to_the_disk_and_overwrites_what_it_deletes(
    database: Database,
) -> None:
    """`synchronous` and `secure_delete` belong to the connection, so a second one must have them as well."""
    with database.read() as first, database.read() as second:
        for tx in (first, second):
            assert pragma(tx, "journal_mode") == "wal"
            assert pragma(tx, "synchronous") == 2, "FULL"
            assert pragma(tx, "foreign_keys") == 1
            assert pragma(tx, "secure_delete") == 1
            assert pragma(tx, "busy_timeout") == 30_000


@SQLITE
def test_two_writers_that_read_first_and_write_later_never_fail_and_lose_nothing(database: Database) -> None:
    """A deferred BEGIN fails here at once with "database is locked", whatever the busy timeout."""
    with database.write() as tx:
        put(tx)
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def add() -> None:
        try:
            together.wait(5)
            for _ in range(25):
                with database.write() as tx:
                    tx.execute(sa.update(rate).values(count=(count(tx) or 0) + 1))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as tx:
        assert count(tx) == 100


@SQLITE
def test_a_reader_sees_one_moment_and_keeps_nobody_from_writing(database: Database) -> None:
    with database.write() as tx:
        put(tx, count=1)
    with database.read() as reading:
        assert count(reading) == 1
        with database.write() as tx:
            tx.execute(sa.update(rate).values(count=2))
        assert count(reading) == 1
    with database.read() as tx:
        assert count(tx) == 2


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    with database.write() as tx:
        put(tx, "kept")

    def fail() -> None:
        with database.write() as tx:
            put(tx, "lost")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    with database.read() as tx:
        assert tx.scalars(sa.select(rate.c.bucket)).all() == ["kept"]


def test_nothing_written_while_reading_is_kept(database: Database) -> None:
    with database.read() as tx:
        put(tx)
        assert count(tx) == 0
    with database.read() as tx:
        assert count(tx) is None
    with database.write() as tx:
        put(tx)


def test_what_waits_for_the_commit_runs_after_it_in_order(database: Database) -> None:
    seen: list[object] = []

    def look(name: str) -> None:
        with database.read() as tx:
            seen.append((name, count(tx)))

    with database.write() as tx:
        put(tx, count=7)
        after_commit(tx, lambda: look("first"))
        after_commit(tx, lambda: look("second"))
        assert seen == []
    assert seen == [("first", 7), ("second", 7)]


def test_what_waits_for_a_commit_that_does_not_come_never_runs(database: Database) -> None:
    seen: list[str] = []

    def fail() -> None:
        with database.write() as tx:
            after_commit(tx, lambda: seen.append("ran"))
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError):
        fail()
    with database.write() as tx:
        put(tx)
    assert seen == [], "nor with the next transaction on the same connection"


def test_a_commit_that_fails_is_no_commit(database: Database) -> None:
    seen: list[str] = []

    def fail() -> None:
        with database.write() as tx:
            after_commit(tx, lambda: seen.append("ran"))
            put(tx)
            put(tx)

    with pytest.raises(sa.exc.IntegrityError):
        fail()
    assert seen == []


def test_what_waits_may_write_itself(database: Database) -> None:
    """The first transaction is over by then: SQLite has one writer, and this would wait for itself."""

    def write() -> None:
        with database.write() as tx:
            put(tx, "after")

    with database.write() as tx:
        after_commit(tx, write)
    with database.read() as tx:
        assert count(tx, "after") == 0


def test_only_a_transaction_that_may_write_has_an_after(database: Database) -> None:
    with database.read() as tx, pytest.raises(KeyError):
        after_commit(tx, lambda: None)


@SQLITE
def test_what_a_killed_process_committed_is_there(database: Database, tmp_path: Path) -> None:
    """Nothing was closed: the log alone holds it."""
    with database.write() as tx:
        put(tx, count=3)
    assert (tmp_path / "nashra.db-wal").stat().st_size > 0
    again = open_database(tmp_path / "nashra.db")
    with again.read() as tx:
        assert count(tx) == 3
    again.close()


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    database = open_database(tmp_path / "new" / "folder" / "x.db")
    with database.write() as tx:
        tx.exec_driver_sql("CREATE TABLE t (x)")
    database.close()
    assert (tmp_path / "new" / "folder" / "x.db").exists()


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_kept_to_the_millisecond(at: datetime) -> None:
    read = from_ms(to_ms(at))
    assert read.tzinfo is UTC
    assert timedelta(0) <= at - read < timedelta(milliseconds=1)
    assert to_ms(at.astimezone(timezone(timedelta(hours=3)))) == to_ms(at)
