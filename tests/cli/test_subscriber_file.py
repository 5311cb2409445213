"""publisher.cli.subscriber_file"""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.cli.subscriber_file import COLUMNS, guard, read_lines, unguard, write_readers
from publisher.jobs.import_subscribers import ImportLine
from publisher.model.address import EmailAddress
from publisher.model.errors import NashraError, UsageError
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.audience import Reader

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FORMULAS = ["=1+1@x.net", "+cmd@x.net", "-2@x.net", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]


def read(tmp_path: Path, data: bytes) -> list[ImportLine]:
    file = tmp_path / "readers.csv"
    file.write_bytes(data)
    return list(read_lines(file))


def addresses(tmp_path: Path, data: bytes) -> list[tuple[int, str]]:
    return [(line.number, line.address) for line in read(tmp_path, data)]


@pytest.mark.parametrize(
    "data",
    [
        b"address,language\na@x.net,ar\n\nb@x.net,\n",
        b"\xef\xbb\xbfaddress,language\r\na@x.net,ar\r\n\r\nb@x.net,\r\n",
        b"Address;Language\r\na@x.net;ar\r\n;\r\nb@x.net\r\n",
        b' "E-Mail" \tlanguage\na@x.net\tar\n\t\n b@x.net \t\tmore\tcells\n',
        b'language,EMAIL\n"ar","a@x.net"\n\n,b@x.net',
    ],
    ids=["plain", "bom-crlf", "semicolons", "tabs-quotes-blanks", "other-order-no-last-end"],
)
def test_files_as_programs_write_them_are_read_with_the_numbers_of_their_lines(
    tmp_path: Path, data: bytes
) -> None:
    assert read(tmp_path, data) == [
        ImportLine(number=2, address="a@x.net", language="ar"),
        ImportLine(number=4, address="b@x.net"),
    ]


def test_what_the_file_says_of_status_and_newsletter_is_read(tmp_path: Path) -> None:
    (line,) = read(tmp_path, b"address,status,newsletter\na@x.net,Unsubscribed,daily\n")
    assert (line.status, line.newsletter) == ("unsubscribed", "daily")


def test_a_line_without_an_address_is_a_line_and_one_that_is_empty_is_none(tmp_path: Path) -> None:
    assert addresses(tmp_path, b"language,address\nar\n,,\n \nar,a@x.net\n") == [(2, ""), (5, "a@x.net")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name,language\nSara,ar\n", "has no column `address`"),
        (b"", "has no column `address`"),
        (b"a@x.net\nb@x.net\n", "has no column `address`"),
        ("address\nسارة\n".encode("cp1256"), "is not UTF-8"),
        ("address\na@x.net\n".encode("utf-16"), "is not UTF-8"),
        (b"address\n" + b"x" * 200_000 + b"\n", "is not CSV"),
    ],
    ids=["other-columns", "empty", "no-header", "windows-1256", "utf-16", "endless-cell"],
)
def test_a_file_that_is_none_of_ours_is_told_in_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(NashraError, match=said) as told:
        read(tmp_path, data)
    assert told.value.next_step


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NashraError, match="cannot be read: No such file"):
        list(read_lines(tmp_path / "none.csv"))


def test_a_file_that_breaks_in_the_middle_gives_no_line_at_all(tmp_path: Path) -> None:
    """Or half of it would be brought before anybody learns of it."""
    file = tmp_path / "x.csv"
    file.write_bytes(b"address\n" + b"a@x.net\n" * 5000 + b"\xff\n")
    with pytest.raises(NashraError, match="is not UTF-8"):
        next(read_lines(file))


def test_usage_is_told_apart_from_failure(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, b"x\n")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_to_a_spreadsheet(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert guard(guard(text)) == f"''{text}"


@pytest.mark.parametrize("text", ["sara@x.net", "", "'tis@x.net", "a=b@x.net"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guard(text) == unguard(text) == text


@given(st.text("'=+-@＝ax\t"))
def test_what_is_guarded_is_read_back_as_it_was(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(tuple("=+-@\t＝"))


def test_an_export_is_rfc_4180_and_comes_back_in_unchanged(tmp_path: Path) -> None:
    locals_ = ["sara", "=1+1", "+tag", "-x", "'=x", "o'brien", "سارة"]
    readers = [
        Reader(
            address=EmailAddress(local, "x.net"),
            newsletter="daily",
            status=status,
            language="ar",
            requested_at=NOW,
            confirmed_at=NOW if status is SubscriptionStatus.CONFIRMED else None,
            ended_at=None,
        )
        for local in locals_
        for status in SubscriptionStatus
    ]
    out = io.StringIO(newline="")
    write_readers(readers, out)
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[2][4:] == ["2026-11-22T09:30:00+00:00", "2026-11-22T09:30:00+00:00", ""]
    back = read(tmp_path, out.getvalue().encode())
    assert [(line.address, line.status) for line in back] == [
        (str(item.address), item.status) for item in readers
    ]
