"""What redbot, the HTTP linter, says of every document that a Nashra with a past serves, and of what is beside."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from publisher.feeds.opml import OPML_FILE
from publisher.model.archive import RESERVE, SIZE
from tests.feeds.real.redbot import Notes, lint_all
from tests.feeds.real.served import Served, serving

SHOWN = 2
POLLED = {"INM_304", "IMS_304", "CONNEG_GZIP_GOOD", "FRESHNESS_FRESH"}
"""What redbot must find where readers ask again and again: both conditions answered, gzip, and for how long."""
SITEMAP = "/news-sitemap.xml"
PAGES = (
    "/",
    "/feeds",
    "/feeds/index",
    "/feeds/feed.css",
    "/reader.css",
    "/copy.js",
    "/icon.svg",
    "/robots.txt",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Enough articles for a closed archive, and one of today for the news sitemap."""
    folder = tmp_path_factory.mktemp("redbot")
    with serving(folder / "room", f"[feeds]\nmax_entries = {SHOWN}\n") as room:
        for number in range(SHOWN + RESERVE + SIZE):
            room.write(f"n{number}", f"خبر {number}", day=1 + number % 28)
        room.write("now", "خبر اليوم", date=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
        room.call("ingest")
        room.start()
        yield room


@pytest.fixture(scope="module")
def notes(served: Served) -> dict[str, Notes]:
    """Of every address of the server's files and pages, by its path."""
    files = json.loads(served.call("feeds", "publish", "--json"))["feeds"]
    paths = [f"/feeds/{file['path']}" for file in files]
    paths += [f"/feeds/{OPML_FILE}", SITEMAP, *PAGES]
    found = lint_all([served.page(path) for path in paths])
    return {path: found[served.page(path)] for path in paths}


def test_redbot_has_nothing_against_any_document(notes: dict[str, Notes]) -> None:
    """Feeds, what left them, closed archives, OPML, and the news sitemap: each in every format there is."""
    documents = [path for path in notes if path not in PAGES]
    for ending in ("rss", "atom", "json"):
        for path in ("index", "lang/ar", "index/recent", "index/archive/1"):
            assert f"/feeds/{path}.{ending}" in documents
    assert {"/feeds/index.opml", SITEMAP} <= {*documents}
    for path in documents:
        assert notes[path].bad == (), path
        assert POLLED - notes[path].all == set(), path


def test_redbot_has_nothing_against_what_stands_beside_them(notes: dict[str, Notes]) -> None:
    for path in PAGES:
        assert notes[path].bad == (), path
        assert "FRESHNESS_FRESH" in notes[path].all, path
    for path in ("/feeds/feed.css", "/reader.css", "/copy.js", "/icon.svg", "/robots.txt"):
        assert "INM_304" in notes[path].all, path
