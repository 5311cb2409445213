"""JSON Feed 1.1."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.json_feed import json_head, json_item, render_json, render_json_item
from publisher.model.feed import Tombstone
from tests.feeds.samples import RECORDING, build_index, make_entry, make_feed, seed_article


def test_the_seed_as_an_item() -> None:
    article = seed_article()
    document = json.loads(render_json(build_index(article)))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://nashra.aljeebal.com/feeds/index.json"
    assert document["home_page_url"] == "https://aljeebal.com/"
    assert document["authors"] == [{"name": "الجبال"}]
    (item,) = document["items"]
    assert item["id"] == article.id
    assert item["url"] == article.parsed.url
    assert item["title"] == article.parsed.title
    assert item["date_published"] == "2025-11-01T15:15:00+03:00"
    assert item["language"] == "ar"
    assert "date_modified" not in item
    assert "content_text" not in item


def test_text_is_written_as_itself() -> None:
    assert "القاعدة تحاصر باماكو".encode() in render_json(build_index(seed_article()))


def test_an_item_has_content_in_one_form_at_least() -> None:
    assert json_item(make_entry(content_html=None))["content_text"] == make_entry().summary
    assert json_item(make_entry(content_html=None, summary=""))["content_text"] == make_entry().title
    assert "content_text" not in json_item(make_entry())


def test_absent_values_are_absent_keys() -> None:
    bare = make_entry(
        url=None, summary="", images=(), authors=(), categories=(), enclosures=(), source=None, rights=None
    )
    assert set(json_item(bare)) == {
        "id", "title", "content_html", "date_published", "date_modified", "language"
    }  # fmt: skip


def test_recordings_are_attachments_with_their_true_length() -> None:
    """Feed checklist 24."""
    assert json_item(make_entry())["attachments"] == [
        {
            "url": "https://aljeebal.com/audio/1.mp3",
            "mime_type": "audio/mpeg",
            "title": "استمع",
            "size_in_bytes": 123456,
            "duration_in_seconds": 90,
        }
    ]
    unknown = make_entry(enclosures=(replace(RECORDING, size_bytes=None, title=None, duration_seconds=None),))
    assert json_item(unknown)["attachments"] == [{"url": RECORDING.url, "mime_type": "audio/mpeg"}]


def test_what_json_feed_has_no_key_for_stands_in_an_extension() -> None:
    """Feed checklist 25."""
    item = json_item(make_entry())
    assert item["tags"] == ["سياسة", "مالي", "plain"]
    assert item["_nashra"] == {
        "images": [
            {
                "url": "https://aljeebal.com/img/1.jpg", "mime_type": "image/jpeg", "width": 1200, "height": 800,
                "alt": "رجل في السوق", "caption": "سوق الشورجة", "credit": "AP",
            },
            {
                "url": "https://aljeebal.com/img/2", "mime_type": "image/webp", "size_in_bytes": 7,
                "caption": "بلا وصف", "thumbnail": "https://aljeebal.com/img/2-small.webp",
            },
        ],
        "source": {
            "title": "رويترز", "url": "https://reuters.example/1", "feed_url": "https://reuters.example/rss",
            "id": "urn:reuters:feed", "date_modified": "2025-11-01T14:00:00+03:00",
        },
        "rights": "© الجبال",
    }  # fmt: skip


def test_a_withdrawn_item_is_told_in_an_extension() -> None:
    """Feed checklist 14."""
    dead = Tombstone(id="tag:x.example,2025:1", at=make_entry().updated_at)
    assert json_head(make_feed(tombstones=(dead,)))["_nashra"] == {
        "deleted": [{"id": "tag:x.example,2025:1", "date_deleted": "2025-11-01T16:00:00+03:00"}]
    }


def test_hubs_icon_and_the_way_back_stand_in_the_head() -> None:
    """Feed checklist 42 and 43."""
    head = json_head(make_feed(hubs=("https://hub.example/",), previous="archive/index/1"))
    assert head["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert head["next_url"] == "https://nashra.aljeebal.com/feeds/archive/index/1.json"
    assert head["icon"] == "https://aljeebal.com/icon.png"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=3))
def test_stitched_items_are_byte_for_byte_the_whole_document(titles: list[str]) -> None:
    entries = [make_entry(id=f"tag:x,2025:{n}", title=title) for n, title in enumerate(titles)]
    feed = make_feed(*entries)
    whole = json_head(feed) | {"items": [json_item(entry) for entry in entries]}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    assert render_json(feed) == text.encode()


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        render_json_item(make_entry(title="\ud800"))
