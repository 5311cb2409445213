"""Real readers against a running Nashra: through an edit, a new article, a correction, a withdrawal and a restart.

What each does with an entry it knows is its own (docs/notes/feeds.md); what we owe is that an id never changes, so that
nothing is shown twice by readers that go by it, and that whatever can change, changes.
"""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.feeds.real.programs import Newsboat, PythonReader, Reader, Sfeed, Shown
from tests.feeds.real.served import Served, serving

needs_programs = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("newsboat", "sfeed_update", "curl")),
    reason="no newsboat or sfeed here",
)
Readers = dict[str, Reader]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Three articles, served."""
    with serving(tmp_path_factory.mktemp("real") / "room") as room:
        room.write("a", "أول", day=1)
        room.write("b", "ثان", "نص قديم.", day=2)
        room.write("c", "ثالث", day=3)
        room.call("ingest")
        room.start()
        yield room


def shown(readers: Readers) -> dict[str, list[tuple[str, bool]]]:
    """Titles, and whether each is unread."""
    return {name: [(one.title, one.unread) for one in reader.shown()] for name, reader in readers.items()}


def fetch(readers: Readers) -> None:
    for reader in readers.values():
        reader.fetch()


@needs_programs
def test_readers_through_every_change(served: Served, tmp_path: Path) -> None:
    index = {name: served.url(f"index.{name}") for name in ("rss", "atom", "json")}
    readers: Readers = {
        "newsboat": Newsboat(tmp_path / "newsboat", index["rss"]),
        "sfeed": Sfeed(tmp_path / "sfeed", index["atom"]),
        "reader rss": PythonReader(tmp_path / "reader-rss", index["rss"]),
        "reader atom": PythonReader(tmp_path / "reader-atom", index["atom"]),
        "reader json": PythonReader(tmp_path / "reader-json", index["json"]),
    }
    fetch(readers)
    three = [("أول", True), ("ثان", True), ("ثالث", True)]
    assert shown(readers) == dict.fromkeys(readers, three)
    ids = [one.id for one in readers["newsboat"].shown()]
    assert ids == [f"tag:marfa.example,2025-11-{n:02}:/{name}" for n, name in ((1, "a"), (2, "b"), (3, "c"))]
    assert all([one.id for one in reader.shown()] == ids for reader in readers.values())

    for reader in readers.values():
        reader.read_all()
    served.write("a", "أول معدل", day=1)
    served.write("b", "ثان", "نص جديد مصحح.", day=2, updated="2025-11-05T10:00:00+03:00")
    served.write("d", "رابع", day=4)
    served.publish()
    fetch(readers)
    by_id = [("أول معدل", False), ("ثان", False), ("ثالث", False), ("رابع", True)]
    by_title = [("أول", True), ("أول معدل", True), ("ثان", True), ("ثالث", True), ("رابع", True)]
    after_edit = {name: by_title if name == "sfeed" else by_id for name in readers}
    assert shown(readers) == after_edit
    contents = {name: _of(reader, "/b").content for name, reader in readers.items()}
    assert {name for name, content in contents.items() if "نص جديد" in content} == {*readers} - {"sfeed"}

    with served.changing():
        served.call("article", "withdraw", "desk/c.md")
    assert "/c" not in "".join(_served_ids(index["json"]))
    served.restart()
    fetch(readers)
    assert shown(readers) == after_edit, "what was fetched stays with the reader; nothing comes twice"


def _of(reader: Reader, end: str) -> Shown:
    return next(one for one in reader.shown() if one.id.endswith(end))


def _served_ids(url: str) -> list[str]:
    return [str(item["id"]) for item in _load(url)["items"]]


def _load(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own server)
        return json.load(answer)


def test_our_own_check_has_nothing_against_them_either(served: Served) -> None:
    for ending in ("rss", "atom", "json"):
        found = json.loads(served.call("feeds", "check", served.url(f"index.{ending}"), "--json"))
        assert found["findings"] == [], ending


def test_no_address_in_a_feed_carries_tracking(served: Served) -> None:
    """Feed checklist 41: what the newsroom wrote is what stands there, and ids and self have no query at all."""
    document = _load(served.url("index.json"))
    assert urlsplit(document["feed_url"]).query == ""
    for item in document["items"]:
        assert (urlsplit(item["url"]).query, "?" in item["id"]) == ("", False)
    for ending in ("rss", "atom", "json"):
        with urllib.request.urlopen(served.url(f"index.{ending}"), timeout=5) as answer:  # noqa: S310 (our own server)
            assert not re.search(rb"utm_|fbclid|at_medium|[?&]ref=", answer.read())
