"""The hostile corpus the whole way: documents, the store, a publication with its gate, the files, and HTTP.

A reader walks back from the site's feed through all its archives, in each format, and must find every article that the
newsroom was not told a reason for.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from lxml import etree
from starlette.testclient import TestClient

from publisher.feeds.files import FileState
from publisher.feeds.formats import FORMATS
from publisher.jobs import ingest as job
from publisher.jobs.ingest import ingest
from publisher.jobs.publish_feeds import PublishedFeeds, publish_feeds
from publisher.model.article import Parsed, Quarantined
from publisher.model.site import FeedRules
from publisher.sources.folder import read_folder
from publisher.store.articles import load_live_articles, save_parsed
from publisher.store.quarantine import load_quarantined
from tests.feeds.hostile.corpus import Hostile, as_articles, every_hostile, smuggled, write_documents
from tests.feeds.hostile.texts import CHUNK
from tests.feeds.read_back import Read, as_written, with_atoma
from tests.feeds.samples import NOW, SITE, all_words
from tests.feeds.whole import build_feeds
from tests.jobs.rooms import Scene, open_scene
from tests.web.feed_servers import app_of, feeds_of

WITH_LETTERS = 0x20000 // CHUNK
HOSTILES: tuple[Hostile, ...] = tuple(
    hostile
    for hostile in every_hostile()
    if not (hostile.name.startswith("code points") and int(hostile.name.split()[-1]) >= WITH_LETTERS)
)
"""The corpus, of code points the first two planes alone: test_hostile.py has all of them."""
HELD_BACK = {"sources.binary", "sources.mojibake", "sources.encoding_unknown", "sources.title_not_stated"}
"""The last: a headline that is nothing but markup is none."""
LINK = "{http://www.w3.org/2005/Atom}link"


@contextmanager
def newsroom(folder: Path) -> Iterator[Scene]:
    with open_scene(folder, site=SITE, words=all_words()) as scene:
        scene.time.now = NOW
        yield scene


def walk(public: Path) -> dict[str, list[Read]]:
    """What a reader finds from the site's feed back to its first archive, by format."""
    found: dict[str, list[Read]] = {}
    with TestClient(app_of(feeds_of(public))) as client:
        for format_ in FORMATS:
            found[format_.name] = []
            url: str | None = f"{SITE.base_url}/feeds/index{format_.ending}"
            while url:
                answer = client.get(url.removeprefix(SITE.base_url))
                assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip"), url
                found[format_.name] += with_atoma(format_.name, answer.content)
                url = previous(format_.name, answer.content)
    return found


def previous(kind: str, data: bytes) -> str | None:
    """The address of the document before this one (RFC 5005 section 4, JSON Feed's `next_url`)."""
    if kind == "json":
        url: str | None = json.loads(data).get("next_url")
        return url
    root = etree.fromstring(data)
    return next((link.get("href") for link in root.iter(LINK) if link.get("rel") == "prev-archive"), None)


def assert_no_document_is_refused(published: PublishedFeeds) -> None:
    assert {"index", "lang/ar"} <= {listing.path for listing in published.listings}
    for file in published.files:
        assert (file.state is FileState.KEPT, file.reason) == (False, None), file.path


def test_every_document_is_served_in_every_format_or_held_back_with_its_reason(tmp_path: Path) -> None:
    read: list[Parsed | Quarantined] = []

    def read_and_remember(*arguments: object, **named: object) -> Iterator[Parsed | Quarantined]:
        for item in read_folder(*arguments, **named):  # type: ignore[arg-type]
            read.append(item)
            yield item

    with newsroom(tmp_path) as scene, patch.object(job, "read_folder", read_and_remember):
        write_documents(scene.articles, HOSTILES, headlined=True)
        ingest(scene.room)
        with scene.room.database.read() as tx:
            stored, held = load_live_articles(tx), load_quarantined(tx)
        published = publish_feeds(scene.room)

    names = [f"{number:05}.md" for number in range(len(HOSTILES))]
    assert sorted([article.parsed.key for article in stored] + [item.key for item in held]) == names
    assert {item.reason.key for item in held} == HELD_BACK
    assert len(held) < 40

    assert published.failed == ()
    assert_no_document_is_refused(published)
    found = walk(tmp_path)
    assert found["rss"] == found["atom"] == found["json"]
    ids = [entry.id for entry in found["rss"]]
    assert len(ids) == len({*ids}) == len(stored)
    parsed = [item for item in read if isinstance(item, Parsed)]
    built = build_feeds(
        SITE, as_articles(parsed), (), all_words(), now=NOW, rules=FeedRules(max_entries=len(parsed))
    )
    expected = {entry.id: as_written(entry) for entry in built.feeds[0].entries}
    assert {entry.id: entry for entry in found["rss"]} == expected


def test_what_no_sanitiser_saw_is_served_harmless_or_held_out_and_named(tmp_path: Path) -> None:
    """The gate costs an entry in all formats at once, and says so; no document is refused for it."""
    articles = [smuggled(number, hostile) for number, hostile in enumerate(HOSTILES) if hostile.markup]
    with newsroom(tmp_path) as scene:
        with scene.room.database.write() as tx:
            for article in articles:
                save_parsed(tx, article.parsed, home=SITE.home, present=(), now=NOW)
        published = publish_feeds(scene.room)
    assert_no_document_is_refused(published)
    found = walk(tmp_path)
    assert found["rss"] == found["atom"] == found["json"]
    served, failed = [entry.id for entry in found["rss"]], [one.id for one in published.failed]
    assert sorted(served + failed) == sorted(article.id for article in articles)
    assert len(failed) > 250
    assert {one.reason.key for one in published.failed} <= {"feeds.entry.refused", "feeds.entry.failed"}
