"""A copy of the database that is whole, taken while Nashra runs."""

from pathlib import Path

from publisher.model.errors import NashraError
from publisher.store.database import Database


def copy_database(database: Database, file: Path) -> None:
    """Write a compact copy to `file`, which must not exist (SQLite `VACUUM INTO`).

    Raises NashraError on PostgreSQL, whose own tools do this, and where the file exists or cannot be written.
    """
    if database.engine.dialect.name != "sqlite":
        raise NashraError("this is PostgreSQL", next_step="use pg_dump")
    if file.exists():
        raise NashraError(f"{file} exists already", next_step="choose a new file name")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(file),))
    file.chmod(0o600)
