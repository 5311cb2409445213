"""Every address in every document of a publication: the newsroom's own as it wrote them, and ours without a query.

Feed checklist 41. It goes by what looks like an address anywhere in the bytes, attributes, texts and HTML inside them,
so it knows nothing of where we write them.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.article import Block, BlockKind
from publisher.model.correction import StatedCorrection
from publisher.model.media import Enclosure, Image, Tag, Wire
from publisher.model.site import FeedRules, FeedSpec, Selection
from publisher.sources.web_address import parse_page_address
from publisher.store.articles import save_parsed
from publisher.store.withdrawals import find_article_id, withdraw_article
from tests.jobs.pushed import pushing
from tests.jobs.rooms import START, Scene
from tests.store import rows

HUB = "https://hub.example/"
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>]+")
RULES = FeedRules(max_entries=2, topics_at_least=1, authors_at_least=1)
SPECS = (FeedSpec(slug="brief", title="موجز", selection=Selection(), full=False, correction_entries=True),)
STORY = "https://news.example/story?id=7&page=2"
"""A page that is told by its query. Its document states the address as a campaign spread it."""
WRITTEN = frozenset({
    STORY,
    "https://news.example/plain",
    "https://other.example/cited?q=1&ref=abc#part",
    "https://news.example/one.jpg?w=1200",
    "https://news.example/small.jpg",
    "https://news.example/two.webp",
    "https://news.example/talk.mp3?v=3",
    "https://wire.example/1",
    "https://wire.example/rss?all=1",
})  # fmt: skip
"""What the newsroom wrote."""
OURS = "https://mail.news.example/"
NAMES = frozenset({
    "https://news.example", "https://news.example/", "https://news.example/#section", "https://news.example/#topic",
    "https://jsonfeed.org/version/1.1", "http://opml.org/spec2.opml", "http://www.rssboard.org/rss-specification", HUB,
})  # fmt: skip
"""What names the site, its vocabularies, a format, the hub."""
ID = re.compile(
    r"(tag:news\.example,2025-11-01:(article:desk:\w+|/plain|/story\?id=7&page=2)(;correction=1)?|urn:uuid:[0-9a-f-]{36})"
)
"""A plain one, one of an address whose page is told by its query, and ours."""


def save(scene: Scene) -> None:
    """An article with an address wherever there can be one, corrected; some plain ones, and one that is taken back."""
    link = '<a href="https://other.example/cited?q=1&amp;ref=abc#part">مصدر</a> فقرة'
    full: dict[str, Any] = {
        "url": parse_page_address(STORY.replace("id=", "utm_source=desk&id=") + "&fbclid=x"),
        "section": "World",
        "blocks": (Block(kind=BlockKind.PARAGRAPH, text="مصدر فقرة", html=link),),
        "image": Image(src="https://news.example/one.jpg?w=1200", thumbnail="https://news.example/small.jpg"),
        "images": (Image(src="https://news.example/two.webp"),),
        "enclosures": (
            Enclosure(url="https://news.example/talk.mp3?v=3", media_type="audio/mpeg", size_bytes=9),
        ),
        "wire": Wire(name="Wire", url="https://wire.example/1", feed="https://wire.example/rss?all=1"),
        "tags": (Tag(name="Oil"),),
        "authors": ("Sara",),
        "corrections": (StatedCorrection(note="تصحيح", announce=True),),
    }
    documents = [("full", full), *((str(n), {"url": None, "section": "World"}) for n in range(4))]
    documents += [("plain", {"url": "https://news.example/plain"}), ("gone", {"url": None})]
    with scene.room.database.write() as tx:
        for n, (key, changes) in enumerate(documents):
            parsed = rows.parsed(key, published_at=START - timedelta(hours=n + 1), **changes)
            save_parsed(tx, parsed, home=scene.room.site.home, present=(), now=START)
        withdraw_article(tx, find_article_id(tx, "desk/gone") or "", now=START)


def published(public: Path) -> dict[str, str]:
    """Every document by its path."""
    files = [file for file in public.rglob("*") if file.suffix in (".rss", ".atom", ".json", ".opml", ".xml")]
    return {str(file.relative_to(public)): file.read_text("utf-8") for file in files if file.name[0] != "."}


def addresses(text: str) -> Iterator[str]:
    """Everything that looks like an address, where it is read: after XML or JSON, and after the HTML in it."""
    for read in strings(text):
        for address in ADDRESS.findall(read):
            yield html.unescape(address) if "&amp;" in address else address


def strings(text: str) -> Iterator[str]:
    """Texts and attribute values of a document."""
    if text[0] == "{":
        yield from _of_json(json.loads(text))
        return
    root = etree.fromstring(text.encode())
    yield from (str(node.text) for node in root.itersiblings(preceding=True))
    for node in root.iter():
        yield from (str(value) for value in node.values())
        yield from filter(None, (node.text, node.tail))


def _of_json(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _of_json(item)


def find(root: etree._Element, path: str) -> list[str]:
    """The texts or values that an XPath finds."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return list(map(str, found))


@pytest.fixture
async def documents(tmp_path: Path) -> dict[str, str]:
    """Every document of a publication with archives, tombstones, corrections, hubs, topics, authors and summaries."""
    async with pushing(tmp_path, hubs=(HUB,), own_hub=False) as scene:
        room = replace(scene.room, feed_rules=RULES, feed_specs=SPECS)
        save(scene)
        refresh_feeds(room)
        return published(tmp_path)


@pytest.mark.anyio
async def test_no_address_in_any_document_carries_what_the_newsroom_did_not_write(
    documents: dict[str, str],
) -> None:
    assert {
        "news-sitemap.xml",
        "feeds/index.opml",
        "feeds/index/recent.atom",
        "feeds/brief.json",
    } <= documents.keys()
    assert "deleted-entry" in documents["feeds/index.atom"]
    seen = {path: set(addresses(text)) for path, text in documents.items()}
    assert set().union(*seen.values()) >= WRITTEN | {HUB}
    for path, found in seen.items():
        for address in found - WRITTEN - NAMES:
            parts = urlsplit(address)
            assert (address.startswith(OURS), parts.query, parts.fragment) == (True, "", ""), (path, address)


@pytest.mark.anyio
async def test_ids_and_self_links_carry_nothing(documents: dict[str, str]) -> None:
    for path, text in documents.items():
        if path.endswith(".json"):
            document = json.loads(text)
            ids, own = [item["id"] for item in document["items"]], [document["feed_url"]]
        elif path.endswith((".rss", ".atom")):
            root = etree.fromstring(text.encode())
            ids = find(root, "//guid/text() | //*[local-name() = 'id'][local-name(..) != 'source']/text()")
            own = find(root, "/*/*[@rel='self']/@href | /*/channel/*[@rel='self']/@href")
        else:
            continue
        assert own == [OURS + path], path
        assert ids or "recent" in path or "lang/en" in path or "lang/ckb" in path, path
        assert [found for found in ids if not ID.fullmatch(found)] == [], path


def test_what_would_be_added_is_seen() -> None:
    """Else silence would mean nothing."""
    text = """<?xml-stylesheet href="https://mail.news.example/a.css?x=1"?><rss><channel><description>
      &lt;a href="https://a.example/?b=1&amp;amp;utm_source=c"&gt;</description><guid>https://d.example/?e</guid>
      <enclosure url="https://f.example/?g"/></channel></rss>"""
    assert set(addresses(text)) == {
        "https://mail.news.example/a.css?x=1", "https://a.example/?b=1&utm_source=c", "https://d.example/?e",
        "https://f.example/?g",
    }  # fmt: skip
    assert set(addresses('{"a": [{"b": "<img src=\\"https://h.example/?i\\">"}]}')) == {
        "https://h.example/?i"
    }
