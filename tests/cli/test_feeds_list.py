"""`nashra feeds list`: how every feed stands."""

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from publisher.feeds import files
from publisher.feeds.documents import Document
from publisher.feeds.gate import check_document
from publisher.feeds.manifest import MANIFEST, load_manifest, save_manifest
from publisher.model.reason import Reason, reason
from publisher.store.articles import save_parsed
from publisher.store.database import open_database
from tests.cli.conftest import SETTINGS, Desk
from tests.store import rows

AT = r"2\d{3}-\d\d-\d\d \d\d:\d\dZ"
BASE = "http://127.0.0.1:8000/feeds"


def listed(desk: Desk) -> dict[str, Any]:
    """The feeds by path, as a script reads them."""
    return {feed["path"]: feed for feed in json.loads(desk.call("feeds", "list", "--json").out)}


def refuse(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    """Let the gate refuse what begins so."""

    def check(document: Document) -> Reason | None:
        is_bad = document.path.startswith(start)
        return reason("feeds.document.damaged", detail="torn") if is_bad else check_document(document)

    monkeypatch.setattr(files, "check_document", check)


def test_a_good_feed_has_its_entries_size_and_last_change(desk: Desk) -> None:
    ended = desk.call("feeds", "list")
    assert (ended.code, ended.err) == (0, "")
    head, *lines = ended.out.splitlines()
    assert re.split(r"  +", head) == ["state", "entries", "size", "last change", "left out", "feed"]
    first = re.split(r"  +", lines[0])
    assert (first[0], first[1], first[4], first[5]) == ("good", "1", "0", f"{BASE}/index.rss")
    assert re.fullmatch(AT, first[3])
    public = desk.folder / "var/public/feeds"
    assert first[2] == f"{max(file.stat().st_size for file in public.glob('index.[raj]*')) / 1000:.1f} kB"
    assert len(lines) == len(list(public.rglob("*.rss")))


def test_a_feed_held_back_says_since_when_and_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "lang/ar.")
    desk.call("feeds", "publish", "--anew")
    ended = desk.call("feeds", "list")
    assert "held back        1" in ended.out
    told = [line for line in ended.out.splitlines() if line.startswith("held back since")]
    assert len(told) == 3
    why = "The new feed did not pass the check, so the last good one stays: torn"
    assert re.fullmatch(f"held back since {AT}: {BASE}/lang/ar.rss: {why}", told[0])
    found = listed(desk)
    assert {path for path, feed in found.items() if feed["state"] == "held back"} == {"lang/ar"}
    (first, *_) = found["lang/ar"]["documents"]
    assert first["refused"]["key"] == "feeds.document.damaged"
    assert datetime.fromisoformat(first["since"]) <= datetime.now(UTC)


def test_a_refusal_of_an_earlier_release_is_told_without_its_date(desk: Desk) -> None:
    folder = desk.folder / "var/public/feeds"
    manifest = load_manifest(folder)
    refused = replace(manifest.files["index.rss"], refused=reason("feeds.document.incomplete"))
    save_manifest(folder, replace(manifest, files={**manifest.files, "index.rss": refused}))
    assert (
        f"held back for some time: {BASE}/index.rss: The new feed does not hold"
        in desk.call("feeds", "list").out
    )


def test_the_past_of_a_feed_is_named_where_it_is_held_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(str(SETTINGS), SETTINGS.read_text(encoding="utf-8") + "\n[feeds]\nmax_entries = 1\n")
    with closing(open_database(desk.folder / "var/nashra.db")) as database, database.write() as tx:
        more = rows.parsed("b.txt", section="World")
        save_parsed(tx, more, home="https://news.example", present=(), now=datetime.now(UTC))
    refuse(monkeypatch, "index/recent.json")
    desk.call("feeds", "publish")
    index = listed(desk)["index"]
    assert index["state"] == "held back"
    assert [document["url"] for document in index["documents"]] == [
        f"{BASE}/{name}" for name in ("index.rss", "index.atom", "index.json", "index/recent.json")
    ]
    assert index["documents"][-1]["size_bytes"] is None


def test_articles_left_out_are_counted_at_each_feed_and_named_once(desk: Desk) -> None:
    with closing(open_database(desk.folder / "var/nashra.db")) as database, database.write() as tx:
        bad = rows.parsed(url="ftp://news.example/1")
        save_parsed(tx, bad, home="https://news.example", present=(), now=datetime.now(UTC))
    desk.call("feeds", "publish")
    found = listed(desk)
    assert {path: len(feed["left_out"]) for path, feed in found.items() if feed["left_out"]} == {
        "index": 1, "lang/ar": 1, "newsletter/daily": 1,
    }  # fmt: skip
    told = [line for line in desk.call("feeds", "list").out.splitlines() if line.startswith("left out since")]
    assert [re.sub(AT, "", line).split(": ")[1] for line in told] == [
        found["index"]["left_out"][0]["article"]
    ]


def test_what_is_not_published_yet_and_what_ended_is_said(desk: Desk) -> None:
    settings = SETTINGS.read_text(encoding="utf-8")
    desk.write(str(SETTINGS), settings + '\n[[feed]]\nslug = "oil"\ntitle = "Oil"\n')
    ended = desk.call("feeds", "list")
    assert f"unpublished        –       –                  –         0  {BASE}/oil.rss" in ended.out
    assert "next: nashra feeds publish" in ended.err
    desk.call("feeds", "publish")
    assert listed(desk)["oil"]["state"] == "good"
    desk.write(str(SETTINGS), settings)
    out = desk.call("feeds", "list").out
    assert re.search(f'^ended {AT}: {BASE}/oil.rss: write .*retired = ."oil".', out, re.MULTILINE)
    desk.write(str(SETTINGS), settings + '\n[[moved]]\nfrom = "oil"\nto = "index"\n')
    assert "oil" not in listed(desk)


def test_a_damaged_memory_of_the_folder_is_told_with_what_to_do(desk: Desk) -> None:
    (desk.folder / "var/public/feeds" / MANIFEST).write_text("{")
    ended = desk.call("feeds", "list")
    assert (ended.code, "is damaged" in ended.err, "next: remove that file" in ended.err) == (1, True, True)
