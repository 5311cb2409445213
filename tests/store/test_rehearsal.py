"""A rehearsal sees what it wrote, leaves nothing behind, and holds nobody up."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.model.errors import NashraError
from publisher.store import rehearsal
from publisher.store.database import Database
from publisher.store.rehearsal import Begin, rehearse
from publisher.store.schema import newsletter
from tests.migrated import open_migrated


def add(begin: Begin, slug: str) -> None:
    """Write a row in a transaction of its own."""
    with begin() as tx:
        tx.execute(sa.insert(newsletter).values(slug=slug, begun_at=0))


def slugs(begin: Begin) -> list[str]:
    """The rows there are."""
    with begin() as tx:
        return list(tx.scalars(sa.select(newsletter.c.slug).order_by(newsletter.c.slug)))


def test_a_transaction_sees_those_before_it_and_nothing_stays(database: Database) -> None:
    add(database.write, "a")
    with rehearse(database) as begin:
        add(begin, "b")
        add(begin, "c")
        assert slugs(begin) == ["a", "b", "c"]
        assert slugs(database.read) == ["a"]
    assert slugs(database.read) == ["a"]


def test_what_the_database_refuses_is_refused(database: Database) -> None:
    with rehearse(database) as begin, begin() as tx:
        with pytest.raises(sa.exc.IntegrityError), tx.begin_nested():
            tx.execute(sa.text("INSERT INTO feed_change (article, due_at) VALUES (9, 1)"))
        tx.execute(sa.insert(newsletter).values(slug="b", begun_at=0))
    assert slugs(database.read) == []


def test_others_write_meanwhile(database: Database) -> None:
    """With a lock in the way the second write would wait half a minute and fail."""
    with rehearse(database) as begin, begin() as tx:
        tx.execute(sa.insert(newsletter).values(slug="rehearsed", begun_at=0))
        add(database.write, "real")
    assert slugs(database.read) == ["real"]


def _break_off(begin: Begin) -> None:
    add(begin, "b")
    raise KeyError


def test_a_fault_in_a_rehearsal_comes_through_and_nothing_stays(database: Database) -> None:
    with pytest.raises(KeyError), rehearse(database) as begin:
        _break_off(begin)
    assert slugs(database.read) == []


def _temporary_files() -> list[str]:
    """The names of the files of SQLite's own that this process holds open."""
    held = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [str(file) for file in held if file.name.startswith("etilqs_")]


def test_the_copy_is_a_file_that_has_no_name(tmp_path: Path) -> None:
    """It holds readers' addresses, and a process that is killed must leave none of them behind."""
    database = open_migrated(tmp_path / "nashra.db")
    with rehearse(database) as begin:
        for number in range(100):
            add(begin, f"{number}" * 50_000)
        files = _temporary_files()
        assert files
        assert all(file.endswith(" (deleted)") for file in files)
    assert _temporary_files() == []
    database.close()


def test_no_room_for_a_copy_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(rehearsal, "_fill", fail)
    database = open_migrated(tmp_path / "nashra.db")
    with pytest.raises(NashraError, match="disk is full") as raised, rehearse(database):
        raise AssertionError("there is nothing to rehearse on")
    assert "TMPDIR" in raised.value.next_step
    database.close()
