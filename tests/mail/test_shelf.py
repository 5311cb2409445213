"""publisher.mail.shelf: what nobody recognised is kept, whole and once."""

import os
from pathlib import Path

import pytest

from publisher.mail.shelf import Shelf
from tests.mail.bounce.reports import mail

LETTER = mail("شكراً\n", subject="تحية", sender="سارة <sara@example.net>")


def test_the_same_octets_are_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "deep" / "shelf")
    name = shelf.keep(LETTER)
    assert shelf.keep(LETTER) == name
    assert shelf.read(name) == shelf.read(name[:6]) == LETTER
    (entry,) = shelf.list_mails()
    (file,) = (tmp_path / "deep" / "shelf").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert (entry.name, entry.size_bytes) == (name, len(LETTER))


def test_the_list_is_readable_and_holds_no_address(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep(LETTER)
    shelf.keep(b"Subject: =?utf-8?b?2KrYrdmK2Kk=?=\r\nFrom: \x1b[2J<x@example.net>\r\n\r\n")
    shelf.keep(b"boundary " * 100)
    entries = shelf.list_mails()
    assert {entry.subject for entry in entries} == {"تحية", ""}
    assert {entry.sender for entry in entries} == {"سارة <address>", "[2J<address>", ""}


@pytest.mark.parametrize("name", ["", "abc", "../secret", "a*", "0" * 64, "zzzzzz"])
def test_a_name_that_names_nothing_reads_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_text("no")
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.read(name) is None
    shelf.keep(LETTER)
    assert shelf.read(name) is None


def test_what_a_crash_left_half_written_is_not_listed_and_not_in_the_way(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name = shelf.keep(LETTER)
    (tmp_path / f"{name}.eml").rename(tmp_path / f"{name}.{os.getpid()}.part")
    assert shelf.list_mails() == ()
    assert shelf.keep(LETTER) == name
    assert shelf.read(name) == LETTER
