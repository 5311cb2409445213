"""A copy of the database that is whole, taken while Nashra runs."""

import os
from pathlib import Path

from publisher.model.errors import NashraError
from publisher.store.database import Database
from publisher.store.opening import told_faults


def copy_database(database: Database, file: Path) -> None:
    """Write a compact copy to `file`, which must not exist (SQLite `VACUUM INTO`). Only its owner may read it, from
    the first octet; when this returns it is on disk, and where it fails nothing is left.

    Raises NashraError on PostgreSQL, whose own tools do this, and where the file exists or cannot be written.
    """
    if database.engine.dialect.name != "sqlite":
        raise NashraError("this is PostgreSQL", next_step="use pg_dump")
    handle = _create(file)
    try:
        with told_faults(file):
            # A connection of the driver's, as VACUUM cannot be in a transaction; SQLite takes an empty file as none.
            connection = database.engine.raw_connection()
            try:
                connection.cursor().execute("VACUUM INTO ?", (str(file.absolute()),))
            finally:
                connection.close()
        os.fsync(handle)
    except BaseException:
        file.unlink()
        raise
    finally:
        os.close(handle)


def _create(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise NashraError(f"{file} exists already", next_step="choose a new file name") from error
    except OSError as error:
        raise NashraError(f"{file} cannot be written: {error.strerror}") from error
