"""The database: one factory, two dialects, short transactions in threads.

Promise: a committed transaction survives a crash of the process and of the machine (`synchronous=FULL`), and two
writers never deadlock into "database is locked": SQLite transactions that may write begin with BEGIN IMMEDIATE, since a
deferred BEGIN that reads first and writes later loses that race however long it waits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from publisher.model.disk_trouble import told_disk_trouble

Transaction = Connection
"""A connection inside a transaction: what every store function takes first."""

BUSY_TIMEOUT = timedelta(seconds=30)
"""How long a SQLite writer waits for another one before it fails."""


class Database:
    """A held database. Safe to use from several threads; each transaction has its own connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """For migrations and tools; jobs use `read` and `write`."""
        return self._engine

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: commits at the end, rolls back on any exception.

        Functions given to `after_commit` run once it has committed, never otherwise.
        """
        with self._engine.connect() as tx:
            callbacks: list[Callable[[], None]] = []
            tx.info["after_commit"] = callbacks
            try:
                with tx.begin():
                    yield tx
            finally:
                tx.info.pop("after_commit", None)
        for callback in callbacks:
            callback()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A snapshot to read from; nothing written in it is kept."""
        options: dict[str, Any] = {"nashra_read_only": True}
        if self._engine.dialect.name == "postgresql":
            options["isolation_level"] = (
                "REPEATABLE READ"  # its default would show each statement another moment
            )
        with self._engine.connect() as tx:
            read_only = tx.execution_options(**options)
            try:
                yield read_only
            finally:
                read_only.rollback()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def after_commit(tx: Transaction, callback: Callable[[], None]) -> None:
    """Run `callback` once the write transaction `tx` has committed; never if it rolls back."""
    callbacks: list[Callable[[], None]] = tx.info["after_commit"]
    callbacks.append(callback)


def open_database(url: str | Path) -> Database:
    """Open a database by its file (SQLite) or its URL (`postgresql://…`). A new file is readable by its owner only.
    Raises DiskError.
    """
    if isinstance(url, Path):
        with told_disk_trouble(url):
            url.parent.mkdir(parents=True, exist_ok=True)
            url.touch(mode=0o600)
        url = f"sqlite:///{url}"
    engine = sa.create_engine(url, connect_args=_connect_arguments(url), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def _connect_arguments(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"timeout": BUSY_TIMEOUT.total_seconds(), "isolation_level": None, "check_same_thread": False}
    return {}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("nashra_read_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def to_ms(at: datetime) -> int:
    """An aware instant as UTC epoch milliseconds."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """UTC epoch milliseconds as an aware instant in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
