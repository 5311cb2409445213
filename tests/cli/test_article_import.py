"""`nashra article import` as somebody who moves here uses it."""

import json
import shutil
import socket
from pathlib import Path

import feedparser
import pytest

from publisher.cli import article_import
from tests.cli.conftest import Desk

DATA = Path(__file__).parents[1] / "data"
GUIDS = {"https://marfa.example/?p=77", "https://marfa.example/?p=81"}


def export(desk: Desk) -> str:
    """The export of a WordPress, beside the settings."""
    shutil.copy(DATA / "moving" / "wordpress.xml", desk.folder / "export.xml")
    return "export.xml"


def guids(desk: Desk) -> set[str]:
    """What readers of the feed have."""
    entries = feedparser.parse(desk.folder / "var/public/feeds/index.rss").entries
    return {entry.id for entry in entries if not entry.id.startswith("tag:")}


def test_an_import_is_rehearsed_done_and_told(desk: Desk) -> None:
    rehearsed = desk.call("article", "import", export(desk), "--dry-run")
    assert rehearsed.code == 0
    assert "without --dry-run" in rehearsed.err
    assert guids(desk) == set()
    done = desk.call("article", "import", "export.xml")
    assert (done.code, done.err) == (0, "")
    assert done.out == rehearsed.out
    lines = done.out.splitlines()
    assert lines[0] == "2 new, 0 updated, 0 unchanged, 0 taken over, 4 left out"
    assert "  item 5: مسودة" in lines
    assert guids(desk) == GUIDS
    assert desk.call("article", "import", "export.xml").out.startswith("0 new, 0 updated, 2 unchanged")


def test_scripts_get_every_entry_that_was_left_out(desk: Desk) -> None:
    told = json.loads(desk.call("article", "import", export(desk), "--kind", "breaking", "--json").out)
    assert (told["dry_run"], told["articles"]) == (False, {"new": 1})
    assert [item["place"] for item in told["left_out"]] == ["item 1", "item 2", "item 3", "item 5", "item 6"]
    assert {item["key"] for item in told["left_out"]} == {"moving.other_kind"}
    assert guids(desk) == {"https://marfa.example/?post_type=breaking&p=90"}


def test_several_kinds_may_be_named_before_the_file(desk: Desk) -> None:
    ended = desk.call("article", "import", "--kind", "post", "--kind", "breaking", export(desk))
    assert ended.out.startswith("3 new")


def test_a_ghost_export_is_at_home_where_it_is_said(desk: Desk) -> None:
    shutil.copy(DATA / "moving" / "ghost.json", desk.folder / "ghost.json")
    assert desk.call("article", "import", "ghost.json", "--home", "https://tide.example/").code == 0
    urls = {item["url"] for item in json.loads(desk.call("article", "list", "--json").out)}
    assert {"https://tide.example/old-one/", "https://tide.example/how-rivers-remember/"} < urls


def test_many_of_one_reason_are_counted(desk: Desk) -> None:
    items = "".join(f"<item><title>n{n}</title></item>" for n in range(9))
    desk.write("feed.rss", f'<rss version="2.0"><channel>{items}</channel></rss>')
    lines = desk.call("article", "import", "feed.rss").out.splitlines()
    assert lines[1].startswith("left out, 9: ")
    assert lines[2:] == [
        *(f"  item {n}: n{n - 1}" for n in range(1, 6)),
        "  and 4 more; --json lists all of them",
    ]


def test_what_cannot_be_read_says_what_and_where_and_what_next(desk: Desk) -> None:
    desk.write("broken.xml", '<rss version="2.0">\n<channel><item></rss>')
    broken = desk.call("article", "import", "broken.xml")
    assert broken.code == 1
    assert "broken.xml" in broken.err
    assert "2" in broken.err
    assert "nothing was imported" in broken.err
    missing = desk.call("article", "import", "missing.xml")
    assert (missing.code, "missing.xml cannot be read" in missing.err) == (2, True)
    assert desk.call("article", "import", "missing.xml", "--language", "Arabic").code == 2
    assert desk.call("article", "import", "http://a@b.example/").code == 2
    assert guids(desk) == set()


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_document(desk: Desk, device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them never ends."""
    monkeypatch.setattr(article_import, "read_file", None)
    ended = desk.call("article", "import", device)
    assert ended.code == 2
    assert f"{device} is a device" in ended.err
    assert "next: name a file or an address" in ended.err


def test_a_server_that_does_not_answer_brings_nothing(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ended = desk.call("article", "import", f"http://127.0.0.1:{taken.getsockname()[1]}/feed")
    assert ended.code == 1
    assert "could not be fetched (unreachable)" in ended.err


def test_a_home_that_is_no_address_is_refused(desk: Desk) -> None:
    """Every address would be lost without a word, and with it what a document later takes over."""
    shutil.copy(DATA / "moving" / "ghost.json", desk.folder / "ghost.json")
    for home in ("not a url", "tide.example", "ftp://tide.example"):
        ended = desk.call("article", "import", "ghost.json", "--home", home)
        assert ended.code == 2
        assert f"--home {home} is no web address" in ended.err
        assert "https://" in ended.err
    assert guids(desk) == set()
