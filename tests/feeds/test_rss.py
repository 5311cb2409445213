"""RSS 2.0 as readers need it."""

import locale
from dataclasses import replace
from datetime import UTC

import pytest
from lxml import etree

from publisher.feeds.rss import render_rss, render_rss_item
from publisher.model.feed import Entry
from tests.feeds.samples import RECORDING, WIRE, build_index, make_entry, make_feed, seed_article

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
    """Feed checklist 6."""
    channel = channel_of(render_rss(make_feed()))
    assert channel.findtext("link") == "https://aljeebal.com/"
    (link,) = channel.findall("atom:link", NAMES)
    assert (link.get("rel"), link.get("type")) == ("self", "application/rss+xml")
    assert link.get("href") == "https://nashra.aljeebal.com/feeds/index.rss"


def test_dates_are_english_numeric_and_in_the_sites_zone() -> None:
    """Feed checklist 26."""
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


def test_pictures_with_everything_known_of_them() -> None:
    """Feed checklist 25: size, type, words and credit; a thumbnail where there is one, else the picture itself."""
    channel = channel_of(render_rss(make_feed(make_entry())))
    first, second, sound = channel.findall("item/media:content", NAMES)
    assert dict(first.items()) == {
        "url": "https://aljeebal.com/img/1.jpg",
        "medium": "image",
        "type": "image/jpeg",
        "width": "1200",
        "height": "800",
    }
    assert first.findtext("media:description", namespaces=NAMES) == "رجل في السوق"
    assert first.findtext("media:credit", namespaces=NAMES) == "AP"
    thumbnails = [image.find("media:thumbnail", NAMES) for image in (first, second)]
    assert [small.get("url") for small in thumbnails if small is not None] == [
        "https://aljeebal.com/img/1.jpg",
        "https://aljeebal.com/img/2-small.webp",
    ]
    assert (second.get("type"), second.get("fileSize")) == ("image/webp", "7")
    assert (sound.get("medium"), sound.get("duration")) == ("audio", "90")


def test_the_first_recording_of_known_length_is_the_enclosure() -> None:
    """Feed checklist 24: RSS takes one, with its true length; a length nobody knows is left out, never 0."""
    entry = make_entry(enclosures=(replace(RECORDING, size_bytes=None, url="https://x.example/0"), RECORDING))
    (enclosure,) = channel_of(render_rss(make_feed(entry))).findall("item/enclosure")
    assert dict(enclosure.items()) == {"url": RECORDING.url, "length": "123456", "type": "audio/mpeg"}
    unknown = make_entry(enclosures=(replace(RECORDING, size_bytes=None),))
    channel = channel_of(render_rss(make_feed(unknown)))
    assert channel.find("item/enclosure") is None
    assert len(channel.findall("item/media:content", NAMES)) == 3


def test_wire_copy_names_its_house() -> None:
    def item(entry: Entry) -> etree._Element:
        found = channel_of(render_rss(make_feed(entry))).find("item")
        assert found is not None
        return found

    source = item(make_entry()).find("source")
    assert source is not None
    assert (source.text, source.get("url")) == ("رويترز", "https://reuters.example/rss")
    without_feed = item(make_entry(source=replace(WIRE, feed=None)))
    assert without_feed.find("source") is None
    assert without_feed.findtext("dc:source", namespaces=NAMES) == "https://reuters.example/1"


def test_categories_tell_sections_from_topics() -> None:
    channel = channel_of(render_rss(make_feed(make_entry())))
    assert [(c.text, c.get("domain")) for c in channel.iterfind("item/category")] == [
        ("سياسة", "https://aljeebal.com/#section"),
        ("مالي", "https://aljeebal.com/#topic"),
        ("plain", None),
    ]


def test_the_icon_is_the_channels_image() -> None:
    image = channel_of(render_rss(make_feed())).find("image")
    assert image is not None
    assert [child.text for child in image] == [
        "https://aljeebal.com/icon.png",
        "الجبال: كل المقالات",
        "https://aljeebal.com/",
    ]


def test_an_archive_says_so_and_has_no_time_to_live() -> None:
    """Feed checklist 42, RFC 5005 section 4."""
    feed = make_feed(is_archive=True, current="index", previous="archive/index/1", path="archive/index/2")
    channel = channel_of(render_rss(feed))
    assert channel.find("{http://purl.org/syndication/history/1.0}archive") is not None
    assert channel.find("ttl") is None
    links = {link.get("rel"): link.get("href") for link in channel.findall("atom:link", NAMES)}
    assert links == {
        "self": "https://nashra.aljeebal.com/feeds/archive/index/2.rss",
        "current": "https://nashra.aljeebal.com/feeds/index.rss",
        "prev-archive": "https://nashra.aljeebal.com/feeds/archive/index/1.rss",
    }


def test_hubs_stand_beside_the_self_link() -> None:
    """Feed checklist 43."""
    channel = channel_of(render_rss(make_feed(hubs=("https://hub.example/",))))
    links = [(link.get("rel"), link.get("href")) for link in channel.findall("atom:link", NAMES)]
    assert links[1:] == [("hub", "https://hub.example/")]


def test_the_style_sheet_is_css_beside_the_feed() -> None:
    """Feed checklist 39: no XSLT."""
    assert b'<?xml-stylesheet type="text/css" href="/feeds/feed.css"?>' in render_rss(make_feed())


def test_prefixes_are_the_ones_readers_match() -> None:
    """sfeed and others match `content:encoded` by its prefix."""
    assert b"<content:encoded>" in render_rss_item(make_entry())
    assert b"xmlns" not in render_rss_item(make_entry())


def test_an_entry_xml_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="XML"):
        render_rss_item(make_entry(title="\x0b"))


def test_the_locale_of_the_process_is_never_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Feed checklist 27: feedgen's date formatter does so three times a date, for every thread."""

    def refuse(*_arguments: object) -> str:
        raise AssertionError("setlocale was called")

    monkeypatch.setattr(locale, "setlocale", refuse)
    render_rss(make_feed(make_entry()))


def test_an_empty_feed_is_whole() -> None:
    """Feed checklist 22."""
    channel = channel_of(render_rss(build_index()))
    assert channel.find("item") is None
    assert channel.findtext("lastBuildDate") == "Thu, 01 Jan 1970 00:00:00 +0000"
    assert build_index().updated_at.tzinfo is UTC
