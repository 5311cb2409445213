"""What `nashra doctor` sees, and that looking changes nothing."""

import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.jobs.examine import (
    Finding,
    Health,
    examine_address,
    examine_clock,
    examine_database,
    examine_folder,
    examine_newsletters,
    examine_relay,
    examine_settings,
    examine_sources,
)
from publisher.mail.mailbox import Mailbox
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.site import Source
from publisher.store.opening import opened_database
from tests.jobs.rooms import daily, site

GOOD, UNWISE, BAD = Health


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of this version."""
    file = tmp_path / "nashra.db"
    with opened_database(file):
        pass
    return file


def rewrite_revision(file: Path, revision: str) -> None:
    with opened_database(file) as database, database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_clock_before_this_version_was_made_is_wrong() -> None:
    assert examine_clock(datetime(1970, 1, 1, tzinfo=UTC)).health is BAD
    assert examine_clock(datetime(2027, 1, 1, tzinfo=UTC)).health is GOOD


def test_a_folder_that_can_be_written_or_made_is_good_and_looking_makes_nothing(tmp_path: Path) -> None:
    assert examine_folder(tmp_path, ()) == Finding(subject="data folder", health=GOOD, seen=str(tmp_path))
    found = examine_folder(tmp_path / "new" / "data", ())
    assert (found.health, found.seen) == (GOOD, f"{tmp_path / 'new' / 'data'}: the first start makes it")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        found = examine_folder(path, ())
        assert (found.health, found.seen) == (BAD, f"{tmp_path / 'file'} cannot be written")


def test_a_folder_of_somebody_else_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    found = examine_folder(tmp_path, ())
    assert (found.health, bool(found.next_step)) == (BAD, True)


def test_a_private_file_that_others_can_read_is_bad(tmp_path: Path) -> None:
    secret, missing = tmp_path / "secret.key", tmp_path / "none"
    secret.write_text("")
    secret.chmod(0o640)
    found = examine_folder(tmp_path, (missing, secret))
    assert (found.health, found.next_step) == (BAD, f"chmod 600 {secret}")
    secret.chmod(0o600)
    assert examine_folder(tmp_path, (missing, secret)).health is GOOD


def test_no_database_yet_is_good_and_none_is_made(tmp_path: Path) -> None:
    assert examine_database(tmp_path / "nashra.db").health is GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_this_version_is_good(file: Path) -> None:
    before = file.read_bytes()
    assert examine_database(file).health is GOOD
    assert file.read_bytes() == before


def test_an_older_database_is_brought_up_by_the_next_start_and_a_newer_one_by_nobody(file: Path) -> None:
    rewrite_revision(file, "0000")
    older = examine_database(file)
    assert (older.health, "nashra db migrate" in older.next_step) == (UNWISE, True)
    file.unlink()
    with opened_database(file):
        pass
    rewrite_revision(file, "9999")
    newer = examine_database(file)
    assert (newer.health, "newer" in newer.seen) == (BAD, True)


def test_a_damaged_database_and_one_that_is_none_are_bad(file: Path) -> None:
    with opened_database(file) as database, database.write() as tx:
        (page,) = tx.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'rate'").one()
        for n in range(2000):
            tx.exec_driver_sql("INSERT INTO rate VALUES (?, 1, 0)", (f"bucket {n}",))
    data = bytearray(file.read_bytes())
    data[page * 4096 - 3000 : page * 4096] = bytes(3000)
    file.write_bytes(data)
    damaged = examine_database(file)
    assert (damaged.health, damaged.next_step) == (BAD, "restore a backup")
    file.write_bytes(b"x" * 4096)
    assert (examine_database(file).health, "not a database" in examine_database(file).seen) == (BAD, True)


def test_each_source_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [Source(slug="here", path=tmp_path), Source(slug="gone", path=tmp_path / "gone")]
    here, gone = examine_sources(sources)
    assert (here.health, gone.health) == (GOOD, BAD)
    assert (gone.subject, bool(gone.next_step)) == ("source gone", True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    (closed,) = examine_sources(sources[:1])
    assert (closed.health, closed.seen) == (BAD, f"{tmp_path} cannot be read")


@pytest.mark.parametrize(
    ("url", "health"),
    [
        ("https://mail.news.example", GOOD),
        ("http://mail.news.example", BAD),
        ("http://127.0.0.1:8000", UNWISE),
        ("https://localhost", UNWISE),
        ("http://[::1]:8000", UNWISE),
    ],
)
def test_readers_need_pages_they_can_open_over_https(url: str, health: Health) -> None:
    assert examine_address(site(base_url=url)).health is health


def test_a_site_without_newsletters_mails_nothing() -> None:
    assert examine_newsletters(()).health is UNWISE
    found = examine_newsletters([daily(), replace(daily(), slug="weekly")])
    assert (found.health, found.seen) == (GOOD, "daily, weekly")


def test_warnings_of_the_settings_are_told_whatever_else_there_is() -> None:
    assert [(item.health, item.seen) for item in examine_settings(["a", "b"])] == [
        (UNWISE, "a"),
        (UNWISE, "b"),
    ]


@pytest.mark.anyio
async def test_a_relay_that_lets_us_in_is_good_and_gets_nothing(mailbox: Mailbox) -> None:
    settings = RelaySettings(host="127.0.0.1", port=mailbox.port, tls=Tls.NONE, ehlo_name="test.example")
    assert (await examine_relay(settings)).health is GOOD
    assert mailbox.count() == 0


@pytest.mark.anyio
async def test_a_relay_that_is_away_is_bad_and_the_password_is_not_shown() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        settings = RelaySettings(
            host="127.0.0.1", port=taken.getsockname()[1], tls=Tls.NONE, username="u", password="hunter2"
        )
        found = await examine_relay(settings)
    assert (found.health, bool(found.next_step)) == (BAD, True)
    assert "hunter2" not in str(found)
