"""Bring a database to the schema of this version, once, under a lock.

Two processes that start together must not both migrate: SQLite's BEGIN IMMEDIATE and PostgreSQL's advisory lock
make the second wait and then find nothing to do. A migration runs in one transaction: a crash in the middle
leaves the old schema whole.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from publisher.store.database import Database, Transaction

_ADVISORY_LOCK = 0x6E617368
"""PostgreSQL advisory lock: the first letters of the product's name, so that no other program meets it."""


def migrate(database: Database) -> tuple[str | None, str]:
    """Apply what is missing; returns the revisions before and after (None before: an empty database)."""
    config = _config()
    head = _head(config)
    with database.read() as tx:
        before = _revision(tx)
    if before == head:
        return before, head
    with database.write() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
    return before, head


def load_revision(database: Database) -> tuple[str | None, str]:
    """The revision the database is at and the one this version wants."""
    with database.read() as tx:
        return _revision(tx), _head(_config())


def _revision(tx: Transaction) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def _head(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise RuntimeError("the package carries no migrations: the installation is incomplete")
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
