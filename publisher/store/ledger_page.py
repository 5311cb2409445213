"""A page of the ledger in one SQLite statement: all outcomes and intents of a commit, written or none of them.

Promise: `write` returns only once every change of the page matched and is durable; else it raises, and nothing of the
page is there. The statement is its own transaction (`synchronous=FULL` like every other).

Why: sqlite3 lets go of the interpreter at every step of every statement and must win it back from the lanes, which
cost more than the work itself. Here a commit is one step: rows go into a view, whose triggers make the changes.
"""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from publisher.store.ledger_statements import VALUES, build_begin, build_settle, new_row

Change = tuple[Any, ...]
"""The VALUES of a change."""

_ROW = f"({', '.join('?' * len(VALUES))})"
_UNMATCHED = "ledger: a change matched no row"


class PageRefusedError(Exception):
    """Nothing was written: a change matched no row, the database refuses for now, or a value is none it can take. Never
    leaves the room.
    """


class LedgerPage:
    """A connection kept for the ledger's thread alone. Opened late, and again after a failure."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._preparation = (
            f"CREATE TEMP VIEW ledger_page AS SELECT {', '.join(f'NULL AS {name}' for name in VALUES)}",
            _build_trigger("ledger_begin", "NEW.to_state IS NULL", build_begin(new_row)),
            _build_trigger("ledger_settle", "NEW.to_state IS NOT NULL", build_settle(new_row)),
        )
        self._pooled: sa.PoolProxiedConnection | None = None

    def write(self, changes: Sequence[Change]) -> None:
        """Make all changes, in order, durably. Raises PageRefusedError where not all could be made; then none was."""
        rows = ", ".join([_ROW] * len(changes))
        statement = f"INSERT INTO temp.ledger_page VALUES {rows}"  # noqa: S608 - marks for values, nothing else
        try:
            self._open().execute(statement, list(chain.from_iterable(changes)))
        except Exception as error:  # the database's or, of a value, the driver's: the careful way tells
            self.close()
            raise PageRefusedError from error

    def close(self) -> None:
        """Give the connection up; `write` opens another."""
        pooled, self._pooled = self._pooled, None
        if pooled is not None:
            pooled.invalidate()

    def _open(self) -> sqlite3.Connection:
        is_new = self._pooled is None
        self._pooled = self._pooled or self._engine.raw_connection()
        connection = cast("sqlite3.Connection", self._pooled.driver_connection)
        for statement in self._preparation if is_new else ():
            connection.execute(statement)
        return connection


def _build_trigger(name: str, condition: str, change: sa.Update) -> str:
    compiled = change.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return (
        f"CREATE TEMP TRIGGER {name} INSTEAD OF INSERT ON ledger_page WHEN {condition} BEGIN {compiled}; "
        f"SELECT RAISE(ABORT, '{_UNMATCHED}') WHERE changes() = 0; END"
    )
