"""Write as if it counted: transactions that build on one another, and of which nothing stays.

Promise: nobody waits for a rehearsal, however long it takes. SQLite has one writer at a time, and mail in flight has to
write; so there the rehearsal is held on a copy of its own. PostgreSQL's writers pass each other: there it is one
transaction that is rolled back, and only who would change the very same articles waits for its end.

The copy holds readers' addresses: it is a database without a name (https://www.sqlite.org/inmemorydb.html, "temporary
databases"), whose file is SQLite's alone and gone with the process, even one that is killed. It takes the room of the
database in the folder for temporary files (`SQLITE_TMPDIR`, `TMPDIR`), and little memory.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from typing import cast

import sqlalchemy as sa
from sqlalchemy import event

from publisher.model.errors import NashraError
from publisher.store.database import Database, Transaction

Begin = Callable[[], AbstractContextManager[Transaction]]
"""Begins a transaction that may write."""


class _OverError(Exception):
    """The rehearsal's end: it rolls back what was written."""


@contextmanager
def rehearse(database: Database) -> Iterator[Begin]:
    """What begins the rehearsal's transactions: each sees what those before it wrote. Raises NashraError where there is
    no room for the copy.
    """
    if database.engine.dialect.name == "sqlite":
        with closing(_copy(database)) as copy:
            yield copy.write
    else:
        with suppress(_OverError), database.write() as tx:
            yield lambda: nullcontext(tx)
            raise _OverError


def _copy(database: Database) -> Database:
    target = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        _fill(target, database)
    except sqlite3.Error as error:
        target.close()
        raise NashraError(
            f"there is no copy of the database to rehearse on: {error}",
            next_step="make room in the folder for temporary files, or name another in TMPDIR",
        ) from error
    engine = sa.create_engine(
        "sqlite://", creator=lambda: target, poolclass=sa.StaticPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Database(engine)


def _fill(target: sqlite3.Connection, database: Database) -> None:
    """As the database stands at one moment. Nothing waits for it: readers hold up no writer (write-ahead log)."""
    pooled = database.engine.raw_connection()
    try:
        cast("sqlite3.Connection", pooled.driver_connection).backup(target)
    finally:
        pooled.close()
    for pragma in ("foreign_keys=ON", "synchronous=OFF"):
        target.execute(f"PRAGMA {pragma}").close()
