"""JSON Feed 1.1."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.json_feed import json_head, json_item, render_json, render_json_item
from tests.feeds.samples import build_index, make_entry, make_feed, seed_article


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
    bare = make_entry(url=None, summary="", image=None, authors=(), section=None)
    assert set(json_item(bare)) == {
        "id", "title", "content_html", "date_published", "date_modified", "language"
    }  # fmt: skip


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
