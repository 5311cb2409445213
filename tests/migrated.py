"""A SQLite database at the schema of this version, for tests whose subject is not how it came there."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.store.database import Database, open_database
from publisher.store.migrate import migrate


def open_migrated(path: Path) -> Database:
    """The database in the file `path`, which begins empty; readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_octets())
    return open_database(path)


@cache
def _octets() -> bytes:
    """Migrated once a process: a copy costs a hundredth."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nashra.db"
        database = open_database(path)
        migrate(database)
        database.close()
        return path.read_bytes()
