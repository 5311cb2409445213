"""publisher.mail.shelf: what nobody recognised is kept, whole and once."""

import os
from pathlib import Path

import pytest

from publisher.mail.shelf import Shelf, Weight
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


def test_the_head_of_one_too_large_says_so_and_where_the_whole_is(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    name = shelf.keep_head(LETTER, size_bytes=12_000_000, place="maildir /var/mail/b\n, file 1.a")
    again = shelf.keep_head(LETTER, size_bytes=12_000_000, place="maildir /var/mail/b\n, file 1.a")
    said = (
        f"X-Nashra-Cut: the first {len(LETTER)} of 12000000 octets; "
        "the whole is in maildir /var/mail/b\N{REPLACEMENT CHARACTER}, file 1.a\r\n"
    )
    assert again == name
    assert shelf.read(name) == shelf.read(name[:6]) == said.encode() + LETTER
    (entry,) = shelf.list_mails()
    assert (entry.name, entry.size_bytes, entry.is_cut) == (name, 12_000_000, True)
    assert (entry.sender, entry.subject) == ("سارة <address>", "تحية")


def test_a_stranger_cannot_call_a_whole_mail_cut(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep(b"X-Nashra-Cut: the first 1 of 2 octets\r\n" + LETTER)
    assert [entry.is_cut for entry in shelf.list_mails()] == [False]


def test_its_weight_is_what_lies_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.weigh() == Weight(mails=0, size_bytes=0)
    shelf.keep(LETTER)
    shelf.keep_head(LETTER, size_bytes=12_000_000, place="x")
    (tmp_path / "shelf" / "notes.txt").write_text("a person's")
    kept = sum(file.stat().st_size for file in (tmp_path / "shelf").glob("*.eml"))
    assert shelf.weigh() == Weight(mails=2, size_bytes=kept)


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
