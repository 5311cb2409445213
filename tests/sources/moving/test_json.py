"""JSON Feed and Ghost's export."""

import json
from typing import Any

import pytest

from publisher.model.media import Enclosure, Image, Tag
from publisher.sources.moving import json_values
from tests.sources.moving.reading import HOME, entries, entries_of, onward, refused


def feed(*items: Any, **more: Any) -> str:
    """A JSON Feed."""
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": list(items), **more})


def ghost(*posts: Any, **tables: Any) -> str:
    """An export without the `db` around it, as old ones are."""
    return json.dumps({"meta": {}, "data": {"posts": list(posts), **tables}})


def test_an_item_with_everything() -> None:
    (found,) = entries(
        feed(
            {
                "id": "7",
                "url": "https://news.example/a",
                "title": "عنوان",
                "content_html": "<p>x</p>",
                "summary": "s",
                "date_published": "2025-11-01T00:00:00Z",
                "date_modified": "2025-11-02T00:00:00Z",
                "image": "/i.jpg",
                "banner_image": 5,
                "authors": [{"name": "سلمى"}, {"name": None}, "x"],
                "tags": ["نقل", 3],
                "language": "ar",
                "attachments": [
                    {
                        "url": "a.mp3",
                        "mime_type": "audio/mpeg",
                        "size_in_bytes": 5,
                        "duration_in_seconds": 2.5,
                    },
                    {"url": "no type"},
                ],
            },
            home_page_url="https://news.example/",
            language="en",
        )
    )
    assert (found.guid, found.url, found.title, found.content) == (
        "7",
        "https://news.example/a",
        "عنوان",
        "<p>x</p>",
    )
    assert (found.summary, found.authors, found.tags) == ("s", ("سلمى",), (Tag(name="نقل"),))
    assert (found.published, found.updated) == ("2025-11-01T00:00:00Z", "2025-11-02T00:00:00Z")
    assert (found.language, found.feed_language) == ("ar", "en")
    assert found.images == (Image(src="https://news.example/i.jpg"),)
    assert found.enclosures == (
        Enclosure(
            url="https://news.example/a.mp3", media_type="audio/mpeg", size_bytes=5, duration_seconds=2
        ),
    )


@pytest.mark.parametrize(("id_", "guid"), [(7, "7"), (" a ", "a"), (True, "u"), (None, "u"), ({}, "u")])
def test_an_id_is_text_and_without_one_the_address_is(id_: object, guid: str) -> None:
    assert entries(feed({"id": id_, "url": "u"}))[0].guid == guid


def test_plain_text_an_excerpt_and_an_author_of_version_1() -> None:
    plain, short, odd = entries(
        feed(
            {"content_text": "a < b", "summary": "s", "author": {"name": "A"}},
            {"summary": "s", "external_url": "https://x.example/"},
            {"tags": "x", "attachments": 3, "authors": 5, "title": ["x"]},
        )
    )
    assert (plain.content, plain.is_plain, plain.summary, plain.authors) == ("a < b", True, "s", ("A",))
    assert (short.content, short.summary, short.url) == ("s", "", "https://x.example/")
    assert (odd.tags, odd.enclosures, odd.authors, odd.title) == ((), (), (), "")


def test_where_it_goes_on() -> None:
    assert onward(feed(next_url="https://news.example/2")) == ["https://news.example/2"]
    assert onward(feed(next_url=7)) == []


def test_an_export_of_ghost() -> None:
    found = {entry.guid: entry for entry in entries_of("ghost.json", "moving")}
    river = found["6541d1a5c1f2b40001a1b2c3"]
    assert (river.url, river.published) == (f"{HOME}/how-rivers-remember/", "2025-11-01T06:00:12.000Z")
    assert (river.authors, river.section, river.tags) == (
        ("Sam Okoro", "سارة"),
        "Rivers",
        (Tag(name="Water"),),
    )
    assert (river.summary, river.feed_language) == ("Beds that stay.", "en")
    assert river.images == (Image(src=f"{HOME}/content/images/top.jpg", alt="Wide water"),)
    assert f'src="{HOME}/content/images/river.jpg"' in river.content
    old = found["17"]
    assert (old.published, old.is_plain, old.authors) == ("2015-01-01T00:00:00+00:00", True, ("Sam Okoro",))
    assert {key: entry.left_out.key for key, entry in found.items() if entry.left_out} == {
        "6541d1a5c1f2b40001a1b2c4": "moving.other_kind",
        "6541d1a5c1f2b40001a1b2c5": "moving.not_published",
        "6541d1a5c1f2b40001a1b2c6": "moving.protected",
    }


def test_an_export_of_ghost_that_is_odd_throughout() -> None:
    (found,) = entries(
        ghost(
            {"id": None, "page": 1, "published_at": True},
            posts_tags=[{"sort_order": "x"}],
            settings=[{"key": "lang", "value": "ar"}],
        )
    )
    assert (found.guid, found.url, found.published, found.feed_language) == ("", "", "", "ar")
    assert found.left_out is not None


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ("{", "moving.broken_json"),
        (b'{"a": "\xff"}', "moving.broken_json"),
        ("[" * 100_000, "moving.broken_json"),
        ("[]", "moving.unknown"),
        ('{"a": 1}', "moving.unknown"),
        ('{"data": {"posts": 5}, "db": [7]}', "moving.unknown"),
        ("", "moving.empty"),
        ("\ufeff  \n", "moving.empty"),
        ("<!DOCTYPE html><html></html>", "moving.page"),
        ("<HTML>", "moving.page"),
        ("<opml/>", "moving.unknown"),
    ],
)
def test_what_is_neither_feed_nor_export_is_told(document: str | bytes, key: str) -> None:
    assert refused(document)[0] == key


def test_json_is_read_whole_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_BYTES", 1024 * 1024)
    assert refused("[" + " " * 1024 * 1024)[0] == "moving.too_large"


def test_an_item_without_authors_has_those_of_its_feed() -> None:
    """JSON Feed 1.1, `authors`; 1.0 had one `author`."""
    for authors in ({"authors": [{"name": "سلمى"}, {"name": "ليلى"}]}, {"author": {"name": "سلمى"}}):
        items = [{"id": "1"}, {"id": "2", "authors": [{"name": "رنا"}]}, {"id": "3", "authors": []}]
        found = entries(json.dumps({"items": items, **authors}))
        assert [item.authors[0] for item in found] == ["سلمى", "رنا", "سلمى"]
