"""Atom: ids to the letter, texts of all three types, pictures and recordings."""

import pytest

from publisher.model.media import Enclosure, Image, Tag
from publisher.sources.moving.entry import FormerEntry
from tests.sources.moving.reading import entries, entries_of, onward

ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'


def entry(inside: str, more: str = "") -> FormerEntry:
    """The one entry of a feed."""
    (found,) = entries(f"<feed {ATOM} {more}><title>t</title><entry>{inside}</entry></feed>")
    return found


@pytest.mark.parametrize(
    ("name", "guid"),
    [
        ("wordpress.atom", "https://harbour.example/?p=4812"),
        ("blogger.atom", "tag:blogger.example,1999:blog-10861780.post-1"),
        ("youtube.atom", "yt:video:AbCdEf"),
        ("jekyll.atom", "https://notes.example/2025/11/01/planes"),
    ],
)
def test_feeds_of_real_systems_keep_their_ids(name: str, guid: str) -> None:
    assert entries_of(name)[0].guid == guid


def test_texts_of_every_type() -> None:
    html = entry(
        '<title type="html">a &amp;amp; b</title><content type="html">&lt;p&gt;x&lt;/p&gt;</content>'
    )
    assert (html.title, html.content, html.is_plain) == ("a &amp; b", "<p>x</p>", False)
    plain = entry("<content>a &lt; b</content>")
    assert (plain.content, plain.is_plain) == ("a < b", True)
    xhtml = entry(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x <b>y</b></p></div></content>'
    )
    assert "<p>x <b>y</b></p>" in xhtml.content
    assert not xhtml.is_plain
    short = entry('<summary type="html">s</summary>')
    assert (short.content, short.summary) == ("s", "")


def test_dates_fall_back_to_what_there_is() -> None:
    both = entry("<published>2025-11-01T00:00:00Z</published><updated>2025-11-02T00:00:00Z</updated>")
    assert (both.published, both.updated) == ("2025-11-01T00:00:00Z", "2025-11-02T00:00:00Z")
    assert entry("<updated>2025-11-02T00:00:00Z</updated>").published == "2025-11-02T00:00:00Z"


def test_links_are_the_page_and_the_recordings() -> None:
    found = entry(
        '<link rel="edit" href="/e"/><link href="/a"/><link rel="enclosure" href="a.mp3" type="audio/mpeg" length="5"'
        ' title="استمع"/><link rel="enclosure" href="b.png" type="image/png"/>'
        '<media:thumbnail url="c.jpg"/><media:content url="d.mp4" type="video/mp4"/>',
        'xml:base="https://news.example/x/"',
    )
    assert (found.url, found.guid) == ("https://news.example/a", "/a")
    assert found.enclosures == (
        Enclosure(url="https://news.example/x/a.mp3", media_type="audio/mpeg", size_bytes=5, title="استمع"),
    )
    assert found.images == (
        Image(src="https://news.example/x/c.jpg"),
        Image(src="https://news.example/x/b.png", media_type="image/png"),
    )


def test_authors_topics_and_languages() -> None:
    found = entry(
        "<author><name>سلمى</name><email>s@x.example</email></author><author><name/></author>"
        '<category term="نقل" scheme="https://v.example/"/><category term="x" label="Label"/>'
        '<content xml:lang="en">x</content>',
        'xml:lang="ar"',
    )
    assert found.authors == ("سلمى",)
    assert found.tags == (Tag(name="نقل", scheme="https://v.example/"), Tag(name="Label"))
    assert (found.language, found.feed_language) == ("en", "ar")


def test_where_the_feed_goes_on_is_said_outside_its_entries() -> None:
    document = (
        f'<feed {ATOM}><link rel="prev-archive" href="/old"/><entry><link rel="next" href="/no"/></entry>'
        '<link rel="next"/><link rel="next" href="/2"/></feed>'
    )
    assert onward(document) == ["/old", "/2"]


def test_atom_of_the_old_days_is_read_as_far_as_its_names_are_the_same() -> None:
    (found,) = entries(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>7</id><issued>2003-12-13T08:29:29-04:00</issued>'
        '<modified>2003-12-14T08:29:29-04:00</modified><content mode="escaped" type="text/html">&lt;p&gt;x</content>'
        '<summary mode="xml"><b>s</b></summary></entry></feed>'
    )
    assert (found.guid, found.published, found.updated) == (
        "7", "2003-12-13T08:29:29-04:00", "2003-12-14T08:29:29-04:00",
    )  # fmt: skip
    assert (found.content, found.is_plain) == ("<p>x", False)
    assert ">s</" in found.summary


def test_an_entry_without_authors_has_those_of_its_feed() -> None:
    """RFC 4287 section 4.2.1: else of the feed it was taken from, else of this one."""
    named = "<author><name>{}</name></author>"
    before = f"<feed {ATOM}>{named.format('سلمى')}{named.format('ليلى')}"
    taken = f"<source>{named.format('وكالة')}</source>"
    found = entries(
        f"{before}<entry/><entry>{named.format('رنا')}{taken}</entry><entry>{taken}</entry></feed>"
    )
    assert [item.authors for item in found] == [("سلمى", "ليلى"), ("رنا",), ("وكالة",)]


@pytest.mark.parametrize(
    ("around", "of_entry", "of_content", "page", "base"),
    [
        ("https://n.example/a/", "b/", "c/", "https://n.example/a/b/x", "https://n.example/a/b/c/"),
        ("https://n.example/a/", "/b/", "", "https://n.example/b/x", "https://n.example/b/"),
        ("https://n.example/a/", "", "../c/", "https://n.example/a/x", "https://n.example/c/"),
        ("", "https://n.example/b/", "", "https://n.example/b/x", "https://n.example/b/"),
        ("blog/", "", "", "https://old.example/blog/x", "https://old.example/blog/"),
        ("", "", "", "https://old.example/x", "https://old.example/x"),
        ("https://[", "", "", "https://old.example/x", "https://old.example/feed"),
    ],
)
def test_every_base_hangs_on_the_one_around_it(
    around: str, of_entry: str, of_content: str, page: str, base: str
) -> None:
    """XML Base section 4.2, RFC 3986 section 5.1.1; the outermost on the document's own address."""

    def at(text: str) -> str:
        return f'xml:base="{text}"' if text else ""

    inside = f'<link href="x"/><link rel="enclosure" href="1.mp3" {at("v/")}/>'
    content = f'<content type="html" {at(of_content)}>a</content>'
    document = f"<feed {ATOM} {at(around)}><entry {at(of_entry)}>{inside}{content}</entry></feed>"
    (found,) = entries(document, address="https://old.example/feed")
    assert (found.url, found.base) == (page, base)
    assert found.enclosures[0].url == page.removesuffix("x") + "v/1.mp3"


def test_xhtml_has_the_base_of_its_own_div() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml" xml:base="d/">a</div>'
    text = f'<content type="xhtml" xml:base="c/">{div}</content>'
    assert entry(f'<link href="/x"/>{text}', 'xml:base="https://n.example/"').base == "https://n.example/c/d/"
