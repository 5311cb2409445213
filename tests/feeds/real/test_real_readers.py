"""Real readers against a running Nashra: through edits, a new article, corrections, a withdrawal and a restart.

What each does with an entry it knows is its own. The table of it in docs/notes/feeds.md is what this test saw: it is
made anew from every run and must be found there. What we owe is that an id never changes, so that nothing is shown
twice by readers that go by it, and that whatever can change, changes.
"""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator, Sequence
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
Rows = dict[str, tuple[str, str, str]]
"""By step: what newsboat, sfeed and `reader` made of it."""
NOTES = Path(__file__).parents[3] / "docs" / "notes" / "feeds.md"
_MANY = {2: "two", 3: "three"}


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


def fetch(readers: Readers) -> None:
    for reader in readers.values():
        reader.fetch()


def seen_by(readers: Readers) -> dict[str, list[Shown]]:
    return {name: reader.shown() for name, reader in readers.items()}


def describe(before: Sequence[Shown], after: Sequence[Shown], end: str) -> str:
    """What became of the article whose id ends so, between two looks at a reader that had read everything."""
    old = [one for one in before if one.id.endswith(end)]
    new = [one for one in after if one.id.endswith(end)]
    if not old or not new:
        return "new" if new else "gone" if old else "never there"
    if len(new) > len(old):
        return f"{_MANY[len(new)]} side by side"
    texts = [[(one.title, one.content) for one in found] for found in (old, new)]
    changed = "as it was" if texts[0] == texts[1] else "changed in place"
    marked = "" if [one.unread for one in old] == [one.unread for one in new] else ", unread again"
    return changed + marked


def step(readers: Readers, rows: Rows, **articles: str) -> None:
    """Fetch, and add a row for each article: what is told of it, and what each reader made of it. Then read all."""
    before = seen_by(readers)
    fetch(readers)
    after = seen_by(readers)
    for article, told in articles.items():
        end = f"/{article}".replace("_1", ";correction=1")
        made = {name: describe(before[name], after[name], end) for name in readers}
        (by_reader,) = {made[name] for name in readers if name.startswith("reader ")}
        rows[told] = (made["newsboat"], made["sfeed"], by_reader)
    for reader in readers.values():
        reader.read_all()


def render_table(rows: Rows) -> str:
    head = "| | newsboat | sfeed | reader (RSS, Atom, JSON) |\n|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join((told, *made))} |\n" for told, made in rows.items())


@needs_programs
def test_readers_through_every_change(served: Served, tmp_path: Path) -> None:
    """Feed checklist 45, and 10 to 14 as readers meet them."""
    index = {name: served.url(f"index.{name}") for name in ("rss", "atom", "json")}
    readers: Readers = {
        "newsboat": Newsboat(tmp_path / "newsboat", index["rss"]),
        "sfeed": Sfeed(tmp_path / "sfeed", index["atom"]),
        "reader rss": PythonReader(tmp_path / "reader-rss", index["rss"]),
        "reader atom": PythonReader(tmp_path / "reader-atom", index["atom"]),
        "reader json": PythonReader(tmp_path / "reader-json", index["json"]),
    }
    rows: Rows = {}
    fetch(readers)
    ids = [f"tag:marfa.example,2025-11-{n:02}:/{name}" for n, name in ((1, "a"), (2, "b"), (3, "c"))]
    three = list(zip(ids, ("أول", "ثان", "ثالث"), strict=True))
    assert {name: [(one.id, one.title) for one in seen] for name, seen in seen_by(readers).items()} == (
        dict.fromkeys(readers, three)
    )
    for reader in readers.values():
        reader.read_all()

    served.write("a", "أول معدل", day=1)
    served.write("b", "ثان", "نص جديد.", day=2, updated="2025-11-05T10:00:00+03:00")
    served.write("d", "رابع", day=4)
    served.publish()
    step(readers, rows, a="an edit of the title", b="an edit of the text", d="a new article")
    assert all("date_modified" not in item for item in _load(index["json"])["items"]), (
        "an edit is no correction"
    )
    assert _holding(readers, "/b", "نص جديد") == {*readers} - {"sfeed"}

    with served.changing():
        served.call("article", "correct", "desk/b.md", "--note", "كان الرقم 650")
    with served.changing():
        served.call("article", "correct", "desk/c.md", "--note", "كان الاسم علي", "--announce")
    corrected = {item["id"] for item in _load(index["json"])["items"] if "date_modified" in item}
    assert {ids[1], ids[2]} <= corrected
    step(
        readers,
        rows,
        b="a correction",
        c="a correction with `--announce`: the article",
        c_1="a correction with `--announce`: its own entry",
    )
    assert _holding(readers, "/b", "كان الرقم 650") == {*readers} - {"sfeed"}
    assert _holding(readers, "/c;correction=1", "كان الاسم علي") == {*readers}

    with served.changing():
        served.call("article", "withdraw", "desk/c.md")
    assert "/c" not in "".join(_served_ids(index["json"]))
    step(readers, rows, c="a withdrawal")
    served.restart()
    step(readers, rows, d="a restart of the server")
    table = render_table(rows)
    assert table in NOTES.read_text("utf-8"), f"what the readers showed is not what is written:\n{table}"
    assert {name: len(seen) for name, seen in seen_by(readers).items()} == {
        name: 6 if name == "sfeed" else 5 for name in readers
    }, "what was fetched stays with the reader; nothing else comes twice"


def _holding(readers: Readers, end: str, words: str) -> set[str]:
    """The readers that show these words in an entry whose id ends so."""
    return {
        name
        for name, seen in seen_by(readers).items()
        if any(one.id.endswith(end) and words in one.content for one in seen)
    }


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
