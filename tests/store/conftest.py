"""One contract suite on both databases: every test here that takes `database` runs on SQLite and on PostgreSQL."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.store.database import Database, open_database
from publisher.store.migrate import migrate
from tests.migrated import open_migrated
from tests.postgres import find_binaries, running_server

_names = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server with a migrated database `template_nashra`; `{name}` stands for the database."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    with running_server(binaries) as url:
        _execute(url, "CREATE DATABASE template_nashra")
        database = open_database(url.format(name="template_nashra"))
        migrate(database)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        database = open_migrated(tmp_path / "nashra.db")
    else:
        url = request.getfixturevalue("postgres")
        name = f"test_{next(_names)}"
        _execute(url, f"CREATE DATABASE {name} TEMPLATE template_nashra")
        database = open_database(url.format(name=name))
    yield database
    database.close()


def _execute(url: str, statement: str) -> None:
    engine = sa.create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
