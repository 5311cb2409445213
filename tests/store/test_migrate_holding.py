"""Revision 0003 widens what an earlier version wrote, without touching a row of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import publisher.store
from publisher.store.database import Database, open_database
from publisher.store.migrate import migrate

MIGRATIONS = Path(publisher.store.__file__).parent / "migrations"


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database at revision 0002 with an issue that is being sent."""
    database = open_database(tmp_path / "nashra.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0002")
        for statement in (
            "INSERT INTO newsletter (id, slug, begun_at) VALUES (1, 'daily', 0)",
            "INSERT INTO issue (id, newsletter, slot, due_at, not_after, state) VALUES (7, 1, 's', 0, 0, 'sending')",
            "INSERT INTO subscriber VALUES (3, 'a@b.example', 'a@b.example', 'h', 'ar', 0)",
            "INSERT INTO delivery (issue, subscriber, batch, state, variant, at) VALUES (7, 3, 0, 'failed', 'ar', 0)",
        ):
            tx.exec_driver_sql(statement)
    yield database
    database.close()


def test_rows_stay_and_the_file_is_whole(earlier: Database) -> None:
    assert migrate(earlier)[0] == "0002"
    with earlier.read() as tx:
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert tx.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert tx.exec_driver_sql("SELECT id, state FROM issue").all() == [(7, "sending")]
        assert tx.exec_driver_sql("SELECT state, relay FROM delivery").all() == [("failed", None)]


def test_the_new_state_and_arrows_are_known_at_once_and_to_who_opens_it_later(
    earlier: Database, tmp_path: Path
) -> None:
    migrate(earlier)
    with earlier.write() as tx:
        tx.exec_driver_sql("UPDATE issue SET state = 'paused'")
        tx.exec_driver_sql("UPDATE delivery SET state = 'pending'")
    later = open_database(tmp_path / "nashra.db")
    with later.write() as tx:
        tx.exec_driver_sql("UPDATE issue SET state = 'sending'")
        with pytest.raises(sa.exc.IntegrityError):
            tx.exec_driver_sql(
                "INSERT INTO issue (newsletter, slot, due_at, not_after, state) VALUES (1, 't', 0, 0, 'x')"
            )
    later.close()


def test_it_can_be_rolled_back_whole(earlier: Database) -> None:
    """A crash in the middle of a migration leaves the earlier schema."""
    with earlier.engine.connect() as connection, connection.begin() as begun:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        begun.rollback()
    with earlier.write() as tx, pytest.raises(sa.exc.IntegrityError):
        tx.exec_driver_sql("UPDATE issue SET state = 'paused'")
    assert migrate(earlier)[0] == "0002"
