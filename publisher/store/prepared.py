"""A statement compiled once for its database, for the few places where it runs for every message.

SQLAlchemy works out a statement anew each time, which costs more than the database does to run it. The statement is
still written in Core, so it holds on both databases; only its text is kept.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import sqlalchemy as sa

from publisher.store.database import Transaction


class Prepared:
    """`statement` with its values as `sa.bindparam`s; constants in it may be plain values and enumerations, but not
    lists (`IN`), whose text depends on the values.
    """

    def __init__(self, statement: sa.Update, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        known = compiled.construct_params(_check=False)
        self._constants = {name: _plain(value) for name, value in known.items() if value is not None}

    def run(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for every row, in one call to the driver; how many rows of the table it matched in all."""
        return tx.exec_driver_sql(self._text, [self._arguments(row) for row in rows]).rowcount

    def _arguments(self, row: Mapping[str, Any]) -> Any:
        values = {**self._constants, **row}
        return values if self._order is None else tuple([values[name] for name in self._order])


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
