"""`nashra subscribers` as an operator uses it."""

import csv
import io
import json
import logging

import pytest

from publisher.cli.house import opened
from publisher.text.words import load_words
from tests.cli.conftest import SETTINGS, Desk, Ended

ARABIC = load_words("ar")
TERMS = ("--newsletter", "daily", "--consent", "forms of 2024, folder 12")


def bring(desk: Desk, text: str, *more: str) -> Ended:
    return desk.call("subscribers", "import", desk.write("readers.csv", text), *TERMS, *more)


def exported(desk: Desk, *more: str) -> list[list[str]]:
    ended = desk.call("subscribers", "export", *more)
    assert ended.code == 0
    return list(csv.reader(io.StringIO(ended.out, newline="")))[1:]


def test_counts_are_by_newsletter_and_status(desk: Desk) -> None:
    assert desk.call("subscribers", "count").out == "daily: none yet\n"
    bring(desk, "address\nsara@x.net\nomar@x.net\n")
    desk.call("subscribers", "unsubscribe", "omar@x.net")
    assert desk.call("subscribers", "count").out == "daily: 1 confirmed, 1 unsubscribed\n"
    found = json.loads(desk.call("subscribers", "count", "--json").out)
    assert found == {"daily": {"confirmed": 1, "unsubscribed": 1}}


def test_without_newsletters_it_says_what_to_do(desk: Desk) -> None:
    text = (desk.folder / "nashra.toml").read_text(encoding="utf-8")
    start, end = text.index("[[newsletter]]"), text.index("# The relay that mail")
    desk.write("nashra.toml", (text[:start] + text[end:]).replace('folder = "var"', 'folder = "new"'))
    ended = desk.call("subscribers", "count")
    assert (ended.code, ended.out) == (0, "")
    assert "[[newsletter]]" in ended.err
    ended = bring(desk, "address\nsara@x.net\n")
    assert ended.code == 2
    assert "add a [[newsletter]]" in ended.err


def test_an_import_says_what_it_brought_and_names_the_lines_it_left_out(desk: Desk) -> None:
    """As Excel saves it: a byte order mark, CRLF, and in some countries semicolons."""
    text = "\ufeffAddress;Language\r\nsara@x.net;en\r\nno address;\r\n\r\nSARA@x.net;\r\nomar@x.net;fr\r\n"
    ended = bring(desk, text)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "1 brought, 3 left out",
        f"line 3: {ARABIC.say('mail.address_blank')}",
        f"line 5: {ARABIC.say('subscribers.known')}",
        f"line 6: {ARABIC.say('subscribers.language', language='fr', known='ar, en, ckb')}",
    ]
    assert [row[:4] for row in exported(desk)] == [["sara@x.net", "daily", "confirmed", "en"]]


def test_json_lists_every_line_and_the_talk_only_the_first(desk: Desk) -> None:
    text = "address\n" + "bad\n" * 30
    assert len(json.loads(bring(desk, text, "--json").out)["left_out"]) == 30
    ended = bring(desk, text)
    assert len(ended.out.splitlines()) == 21
    assert "10 more were left out; --json lists all of them" in ended.err


def test_who_left_is_not_revived_and_who_is_suppressed_is_not_imported(desk: Desk) -> None:
    bring(desk, "address\nsara@x.net\nomar@x.net\n")
    desk.call("subscribers", "unsubscribe", "sara@x.net")
    desk.call("subscribers", "forget", "omar@x.net")
    ended = bring(desk, "address\nsara@x.net\nomar@x.net\n")
    assert ended.out.splitlines() == [
        "0 brought, 2 left out",
        f"line 2: {ARABIC.say('subscribers.known')}",
        f"line 3: {ARABIC.say('subscribers.suppressed')}",
    ]


def test_an_export_that_comes_back_into_a_new_newsroom_brings_only_who_confirmed(desk: Desk) -> None:
    bring(desk, "address\nsara@x.net\n=omar@x.net\nlayla@x.net\n")
    desk.call("subscribers", "unsubscribe", "sara@x.net")
    desk.call("subscribers", "forget", "layla@x.net")
    text = desk.call("subscribers", "export").out
    assert "layla" not in text
    assert "erased" not in text
    desk.set('folder = "var"', 'folder = "new"')
    ended = bring(desk, text)
    assert ended.out.splitlines()[0] == "1 brought, 1 left out"
    assert ARABIC.say("subscribers.not_confirmed", status="unsubscribed") in ended.out
    assert [row[0] for row in exported(desk)] == ["'=omar@x.net"]


def test_no_exported_cell_is_a_formula(desk: Desk) -> None:
    bring(desk, "address\n=1+1@x.net\n+x@x.net\n-x@x.net\nplain@x.net\n")
    for row in exported(desk):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_an_export_may_be_of_one_newsletter(desk: Desk) -> None:
    bring(desk, "address\nsara@x.net\n")
    assert len(exported(desk, "--newsletter", "daily")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "export --newsletter dayly",
        "unsubscribe sara@x.net --newsletter dayly",
        "import readers.csv --newsletter dayly --consent x",
    ],
)
def test_an_unknown_newsletter_ends_with_2_and_writes_nothing(desk: Desk, command: str) -> None:
    ended = desk.call("subscribers", *command.split())
    assert (ended.code, ended.out) == (2, "")
    assert 'there is no newsletter "dayly"' in ended.err
    assert "--newsletter with one of: daily" in ended.err


def test_a_reader_leaves_one_newsletter_or_all_and_leaving_twice_is_leaving_once(desk: Desk) -> None:
    bring(desk, "address\nsara@x.net\n")
    for more in ([], ["--newsletter", "daily"]):
        ended = desk.call("subscribers", "unsubscribe", "SARA@x.net", *more)
        assert (ended.code, ended.err) == (0, "done: this reader gets nothing more of daily\n")
    assert exported(desk)[0][2] == "unsubscribed"


def test_leaving_what_she_never_had_is_told(desk: Desk) -> None:
    bring(desk, "address\nsara@x.net\n")
    desk.set("[[newsletter]]", '[[newsletter]]\nslug = "weekly"\ntitle = "أسبوع"\n[[newsletter]]')
    ended = desk.call("subscribers", "unsubscribe", "sara@x.net", "--newsletter", "weekly")
    assert ended.code == 1
    assert "no subscription to end" in ended.err


def test_an_address_that_is_not_known_is_told_with_what_to_do(desk: Desk) -> None:
    ended = desk.call("subscribers", "unsubscribe", "nobody@x.net")
    assert ended.code == 1
    assert "the address is not known here" in ended.err
    assert "next: to make sure that it is never mailed: nashra subscribers forget" in ended.err
    assert desk.call("subscribers", "forget", "nobody@x.net").err.startswith("the address was not known")


@pytest.mark.parametrize("command", ["unsubscribe", "forget"])
def test_what_is_no_address_ends_with_2_in_the_sites_language(desk: Desk, command: str) -> None:
    ended = desk.call("subscribers", command, "a b@x.net")
    assert (ended.code, ended.out) == (2, "")
    assert ARABIC.say("mail.address_blank") in ended.err


def test_an_erased_address_is_in_no_file_of_the_folder_and_in_no_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Also beside a running Nashra, whose connection keeps the write-ahead log alive."""
    caplog.set_level(logging.DEBUG)
    bring(desk, "address\nsara.h@x.net\n")
    (desk.folder / "readers.csv").unlink()
    with opened(SETTINGS) as house:
        with house.room.database.read() as tx:
            tx.exec_driver_sql("SELECT 1")
        ended = desk.call("subscribers", "forget", "Sara.H@x.net")
        assert (ended.code, ended.err) == (0, "erased\n")
        found = [
            file
            for file in desk.folder.rglob("*")
            if file.is_file() and b"sara.h" in file.read_bytes().lower()
        ]
        assert found == []
    assert "sara.h" not in caplog.text.lower()


def test_a_log_that_is_held_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(desk, "address\nsara@x.net\n")
    monkeypatch.setattr("publisher.jobs.forget_subscriber.erase_traces", lambda _: False)
    ended = desk.call("subscribers", "forget", "sara@x.net")
    assert ended.code == 1
    assert "run this again" in ended.err


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        ("none.csv", 1, "none.csv cannot be read: No such file or directory"),
        ("nashra.toml", 2, "has no column `address`"),
        ("articles", 1, "articles cannot be read: Is a directory"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_in_a_sentence(
    desk: Desk, file: str, code: int, said: str
) -> None:
    ended = desk.call("subscribers", "import", file, *TERMS)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_an_import_needs_to_say_where_the_consent_is_kept(desk: Desk) -> None:
    desk.write("readers.csv", "address\nsara@x.net\n")
    for consent in ([], ["--consent", " "]):
        ended = desk.call("subscribers", "import", "readers.csv", "--newsletter", "daily", *consent)
        assert (ended.code, ended.out) == (2, "")
        assert "consent" in ended.err
    assert exported(desk) == []


@pytest.mark.parametrize("command", ["count", "import", "export", "unsubscribe", "forget"])
def test_help_is_there(desk: Desk, command: str) -> None:
    ended = desk.call("subscribers", command, "--help")
    assert ended.code == 0
    assert f"Usage: nashra subscribers {command}" in ended.out
