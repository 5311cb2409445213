"""`nashra db`."""

import json
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.cli.conftest import Desk


def set_revision(desk: Desk, revision: str) -> None:
    with closing(sqlite3.connect(desk.folder / "var/nashra.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_status_says_where_it_is_and_that_it_fits(desk: Desk) -> None:
    ended = desk.call("db", "status")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{desk.folder / 'var/nashra.db'}: revision 0")
    found = json.loads(desk.call("db", "status", "--json").out)
    assert found["revision"] == found["wanted"]
    assert (found["is_known"], found["damage"]) == (True, "")


def test_status_makes_nothing_where_nothing_is_yet(desk: Desk) -> None:
    desk.set('folder = "var"', 'folder = "new"')
    for command in ("status", "backup x.db"):
        ended = desk.call("db", *command.split())
        assert (ended.code, ended.out) == (1, "")
        assert "there is no database yet" in ended.err
    assert not (desk.folder / "new").exists()


@pytest.mark.parametrize(
    ("revision", "said", "step"),
    [("0000", "an older Nashra", "nashra db migrate"), ("9999", "a newer Nashra", "install that version")],
)
def test_status_of_another_versions_database_ends_with_1(
    desk: Desk, revision: str, said: str, step: str
) -> None:
    set_revision(desk, revision)
    ended = desk.call("db", "status")
    assert ended.code == 1
    assert f"revision {revision}" in ended.out
    assert said in ended.err
    assert f"next: {step}" in ended.err


def test_a_damaged_database_is_told(desk: Desk) -> None:
    file = desk.folder / "var/nashra.db"
    with closing(sqlite3.connect(file)) as database, database:
        rows = [(f"bucket {n}", n) for n in range(2000)]
        database.executemany("INSERT INTO rate VALUES (?, ?, 0)", rows)
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'rate'").fetchone()
    data = bytearray(file.read_bytes())
    data[page * 4096 - 3000 : page * 4096] = bytes(3000)
    file.write_bytes(data)
    ended = desk.call("db", "status")
    assert ended.code == 1
    assert ended.err.startswith("nashra: the database is damaged: ")
    assert "next: restore a backup" in ended.err


def test_migrate_says_what_it_did(desk: Desk) -> None:
    desk.set('folder = "var"', 'folder = "new"')
    assert desk.call("db", "migrate").err.startswith("brought from nothing to 0")
    assert desk.call("db", "migrate").err.startswith("already at revision 0")
    file = desk.folder / "new/nashra.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "command", ["db migrate", "db backup copy.db", "ingest", "issue list", "subscribers count"]
)
def test_no_command_touches_a_newer_versions_database(desk: Desk, command: str) -> None:
    set_revision(desk, "9999")
    ended = desk.call(*command.split())
    assert (ended.code, ended.out) == (1, "")
    assert "was written by a newer Nashra" in ended.err
    assert not (desk.folder / "copy.db").exists()


def test_a_backup_is_a_whole_database_that_can_be_put_back(desk: Desk) -> None:
    ended = desk.call("db", "backup", "copy.db")
    assert (ended.code, ended.out) == (0, "copy.db\n")
    assert "secret.key" in ended.err
    (desk.folder / "var/nashra.db").unlink()
    (desk.folder / "copy.db").rename(desk.folder / "var/nashra.db")
    assert desk.call("ingest").out.startswith("0 new, 0 revised, 1 unchanged")


def test_a_backup_overwrites_nothing(desk: Desk) -> None:
    desk.write("mine.db", "mine")
    ended = desk.call("db", "backup", "mine.db")
    assert ended.code == 1
    assert "mine.db exists already" in ended.err
    assert (desk.folder / "mine.db").read_text() == "mine"
    assert desk.call("db", "backup", "no/such/folder.db").err.startswith(
        "nashra: no/such/folder.db cannot be written"
    )


@pytest.mark.parametrize("command", ["db status", "db migrate", "issue list", "doctor"])
def test_what_is_no_database_is_told_without_a_traceback(desk: Desk, command: str) -> None:
    (desk.folder / "var/nashra.db").write_bytes(b"x" * 8192)
    ended = desk.call(*command.split())
    assert ended.code == 1
    assert "file is not a database" in ended.out + ended.err
