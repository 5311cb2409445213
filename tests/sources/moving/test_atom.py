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
