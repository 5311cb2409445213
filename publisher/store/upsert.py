"""Insert a row unless its key is taken: the one statement that SQLite and PostgreSQL spell through their dialects."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from publisher.store.database import Transaction


def insert_unless_taken(tx: Transaction, table: sa.Table, **values: Any) -> bool:
    """Whether the row went in; False where a unique key was taken, whoever took it and however recently."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    # RETURNING, because drivers do not agree on what rowcount says after an insert that did nothing.
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(sa.literal(1))
    return tx.execute(statement).first() is not None
