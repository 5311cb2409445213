"""`nashra feeds check`."""

import json
import os
import threading
from pathlib import Path

import pytest

from publisher.cli import document_file
from publisher.cli.app import run
from tests.cli.conftest import Desk
from tests.feeds.validate.bases import ATOM, RSS, spoilt


def test_a_clean_file_ends_with_zero_and_nothing_on_stdout(desk: Desk) -> None:
    ended = desk.call("feeds", "check", desk.write("f.rss", RSS))
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "rss, 1 entries: 0 errors, 0 warnings\n"


def test_our_own_published_files_are_clean(desk: Desk) -> None:
    for ending in ("rss", "atom", "json"):
        ended = desk.call("feeds", "check", desk.folder / f"var/public/feeds/index.{ending}")
        assert ended.code == 0, ended.out


def test_an_error_names_rule_place_entry_and_source_and_ends_with_one(desk: Desk) -> None:
    ended = desk.call(
        "feeds", "check", desk.write("f.rss", spoilt(RSS, "<link>https://x.example/1", "<link>/1"))
    )
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "ERROR   url.relative: write link with its host: readers do not know what /1 hangs on",
        "        RFC 3986 section 4.3",
        "        at line 7, rss/channel/item/link, entry tag:x.example,2025:1",
    ]


def test_warnings_alone_end_with_zero(desk: Desk) -> None:
    ended = desk.call("feeds", "check", desk.write("f.atom", spoilt(ATOM, ' xml:lang="ar"', "")))
    assert ended.code == 0
    assert ended.out.startswith("WARNING atom.language")


def test_one_rule_broken_often_takes_few_lines(desk: Desk) -> None:
    item = RSS[RSS.index("<item>") : RSS.index("</channel>")]
    items = "".join(item.replace(":1<", f":{n}<").replace("https://x.example/1", "/1") for n in range(9))
    ended = desk.call("feeds", "check", desk.write("f.rss", RSS.replace(item, items)))
    assert ended.out.splitlines()[-1] == "        and 6 more"
    assert len(ended.out.splitlines()) == 6


def test_json_lists_every_finding(desk: Desk) -> None:
    ended = desk.call(
        "feeds", "check", desk.write("f.rss", spoilt(RSS, "tag:x.example,2025:1", "")), "--json"
    )
    found = json.loads(ended.out)
    assert (ended.code, found["kind"], found["entries"]) == (1, "rss", 1)
    assert found["findings"][0]["code"] == "rss.item.guid-empty"
    assert found["findings"][0].keys() == {"severity", "code", "where", "sentence", "source", "entry"}


def test_a_file_is_checked_against_the_address_it_is_served_under(desk: Desk) -> None:
    file = desk.write("f.rss", RSS)
    assert desk.call("feeds", "check", file, "--url", "https://x.example/f").code == 0
    assert "feed.self" in desk.call("feeds", "check", file, "--url", "https://cdn.example/f").out


@pytest.mark.parametrize("target", ["missing.rss", "https://user@x.example/", "http://"])
def test_what_cannot_be_checked_is_a_mistake_of_the_command_line(desk: Desk, target: str) -> None:
    ended = desk.call("feeds", "check", target)
    assert ended.code == 2
    assert "next:" in ended.err


@pytest.mark.parametrize("shown", [(), ("--json",)], ids=["plain", "json"])
def test_half_a_character_is_shown_by_its_number(desk: Desk, shown: tuple[str, ...]) -> None:
    """RFC 8259 section 8.2: JSON can hold a lone surrogate, and no encoding writes it."""
    item = {"id": "a\ud800", "url": "/\udfff", "content_text": "x", "tags": ["\udc00"]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "\ud83d", "items": [item]}
    ended = desk.call("feeds", "check", desk.write("f.json", json.dumps(feed)), *shown)
    assert ended.code == 1
    if shown:
        assert "a\\ud800" in {finding["entry"] for finding in json.loads(ended.out)["findings"]}
    else:
        assert "entry a\\ud800" in ended.out


def test_what_a_pipe_brings_is_checked(desk: Desk) -> None:
    """As `curl … | nashra feeds check /dev/stdin` does."""
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_text, args=(RSS,), kwargs={"encoding": "utf-8"})
    writing.start()
    ended = desk.call("feeds", "check", pipe)
    writing.join()
    assert (ended.code, ended.err) == (0, "rss, 1 entries: 0 errors, 0 warnings\n")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_document(desk: Desk, device: str) -> None:
    """One of them never ends."""
    ended = desk.call("feeds", "check", device)
    assert ended.code == 2
    assert f"{device} is a device" in ended.err
    assert "next:" in ended.err


def test_what_is_typed_is_a_document(desk: Desk) -> None:
    """A terminal is a device that ends, by control and D."""
    keyboard, terminal = os.openpty()
    os.write(keyboard, b"{}\n\x04")
    ended = desk.call("feeds", "check", os.ttyname(terminal))
    os.close(keyboard)
    os.close(terminal)
    assert ended.code == 1
    assert "is a device" not in ended.err


def test_a_document_longer_than_any_feed_is_not_read_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert document_file.MOST_BYTES >= 4 * 60 * 2**20, "four times our own largest"
    monkeypatch.setattr(document_file, "MOST_BYTES", 2**20)
    for size, code in ((2**20, 1), (2**20 + 1, 2)):
        (desk.folder / "long.rss").write_bytes(b" " * size)
        ended = desk.call("feeds", "check", "long.rss")
        assert ended.code == code
        assert ("longer than 1 MB" in ended.err) is (code == 2)


def test_a_server_that_is_not_there_ends_with_one(desk: Desk) -> None:
    ended = desk.call("feeds", "check", "http://127.0.0.1:9/")
    assert ended.code == 1
    assert "unreachable" in ended.err


def test_needs_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f").write_text(RSS, encoding="utf-8")
    assert run(["feeds", "check", "f"]) == 0
    assert capsys.readouterr().out == ""
