"""RSS 2.0 as readers need it."""

import locale
from datetime import UTC

import pytest
from lxml import etree

from publisher.feeds.rss import render_rss, render_rss_item
from tests.feeds.samples import build_index, make_entry, make_feed, seed_article

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def channel_of(data: bytes) -> etree._Element:
    """The channel of a document."""
    return etree.fromstring(data)[0]


def test_the_channels_link_is_the_site_and_self_is_the_feed() -> None:
    channel = channel_of(render_rss(make_feed()))
    assert channel.findtext("link") == "https://aljeebal.com/"
    (link,) = channel.findall("atom:link", NAMES)
    assert (link.get("rel"), link.get("type")) == ("self", "application/rss+xml")
    assert link.get("href") == "https://nashra.aljeebal.com/feeds/index.rss"


def test_dates_are_english_numeric_and_in_the_sites_zone() -> None:
    channel = channel_of(render_rss(build_index(seed_article())))
    assert channel.findtext("item/pubDate") == "Sat, 01 Nov 2025 15:15:00 +0300"
    assert channel.findtext("lastBuildDate") == "Sat, 01 Nov 2025 15:15:00 +0300"


def test_a_correction_is_dated_and_the_publication_stays() -> None:
    item = channel_of(render_rss(make_feed(make_entry()))).find("item")
    assert item is not None
    assert item.findtext("atom:updated", namespaces=NAMES) == "2025-11-01T16:00:00+03:00"
    assert item.findtext("pubDate") == "Sat, 01 Nov 2025 15:15:00 +0300"
    plain = make_entry(updated_at=make_entry().published_at)
    assert channel_of(render_rss(make_feed(plain))).find("item/atom:updated", NAMES) is None


def test_every_author_is_a_creator_and_none_an_address() -> None:
    channel = channel_of(render_rss(make_feed(make_entry())))
    assert [e.text for e in channel.iterfind("item/dc:creator", NAMES)] == ["سارة", "Omar"]
    assert channel.find("item/author") is None


def test_the_guid_is_the_id_and_no_link() -> None:
    guid = channel_of(render_rss(make_feed(make_entry()))).find("item/guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("tag:aljeebal.com,2025-11-01:/posts/10750", "false")


def test_language_stands_on_root_channel_and_item() -> None:
    root = etree.fromstring(render_rss(make_feed(make_entry(language="en"))))
    assert (root.get(LANG), root.findtext("channel/language")) == ("ar", "ar")
    assert [item.get(LANG) for item in root.iter("item")] == ["en"]


def test_a_plain_summary_cannot_be_taken_for_markup() -> None:
    entry = make_entry(summary="<b>1</b> & 2")
    description = channel_of(render_rss(make_feed(entry))).findtext("item/description")
    assert description == "&lt;b&gt;1&lt;/b&gt; &amp; 2"


def test_picture_with_credit() -> None:
    media = channel_of(render_rss(make_feed(make_entry()))).find("item/media:content", NAMES)
    assert media is not None
    assert media.get("width") == "1200"
    assert media.findtext("media:credit", namespaces=NAMES) == "AP"


def test_prefixes_are_the_ones_readers_match() -> None:
    """sfeed and others match `content:encoded` by its prefix."""
    assert b"<content:encoded>" in render_rss_item(make_entry())
    assert b"xmlns" not in render_rss_item(make_entry())


def test_an_entry_xml_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="XML"):
        render_rss_item(make_entry(title="\x0b"))


def test_the_locale_of_the_process_is_never_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedgen's date formatter does so three times a date, for every thread."""

    def refuse(*_arguments: object) -> str:
        raise AssertionError("setlocale was called")

    monkeypatch.setattr(locale, "setlocale", refuse)
    render_rss(make_feed(make_entry()))


def test_an_empty_feed_is_whole() -> None:
    channel = channel_of(render_rss(build_index()))
    assert channel.find("item") is None
    assert channel.findtext("lastBuildDate") == "Thu, 01 Jan 1970 00:00:00 +0000"
    assert build_index().updated_at.tzinfo is UTC
