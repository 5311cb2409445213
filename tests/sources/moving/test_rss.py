"""RSS of several ages, and WordPress's export: ids to the letter, and everything that stands beside them."""

import pytest

from publisher.model.media import Enclosure, Image, Tag
from publisher.sources.moving.entry import FormerEntry
from tests.sources.build import DATA
from tests.sources.moving.reading import entries, entries_of, onward, read

NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def channel(inside: str, more: str = "") -> str:
    """An RSS 2.0 document."""
    return f'<rss version="2.0" {NAMESPACES} {more}><channel><link>https://news.example</link>{inside}</channel></rss>'


def item(inside: str) -> FormerEntry:
    """The one item of a channel."""
    (found,) = entries(channel(f"<item>{inside}</item>"))
    return found


@pytest.mark.parametrize(
    ("name", "guid", "url"),
    [
        ("wordpress_arabic.rss", "https://marfa.example/?p=77", "https://marfa.example/2025/11/02/"),
        ("ghost.rss", "6541d1a5c1f2b40001a1b2c3", "https://tide.example/how-rivers-remember/"),
        ("aljazeera.rss", "qanat-4411", "https://www.qanat.example/"),
        (
            "bbc.rss",
            "https://www.corp.example/news/articles/c1#3",
            "https://www.corp.example/news/articles/c1",
        ),
        ("podcast.rss", "b0d3f2c4-12", "https://jusur.example/12"),
    ],
)
def test_feeds_of_real_systems_keep_their_guids(name: str, guid: str, url: str) -> None:
    first = entries_of(name)[0]
    assert first.guid == guid
    assert first.url.startswith(url)
    assert first.published
    assert first.content


@pytest.mark.parametrize(
    ("inside", "guid", "url"),
    [
        ("<guid> 7 </guid>", "7", "7"),
        ('<guid isPermaLink="false">7</guid>', "7", ""),
        ("<guid>https://news.example/a</guid>", "https://news.example/a", "https://news.example/a"),
        ("<link>https://news.example/a</link>", "https://news.example/a", "https://news.example/a"),
        ('<guid isPermaLink="false"/><link>https://news.example/a</link>', "https://news.example/a",
         "https://news.example/a"),
        ('<atom:link href="https://news.example/a"/><guid isPermaLink="false">7</guid>', "7", ""),
    ],
)  # fmt: skip
def test_an_item_is_known_by_its_guid_else_by_its_link(inside: str, guid: str, url: str) -> None:
    found = item(inside)
    assert (found.guid, found.url) == (guid, url)


def test_rss_1_is_known_by_its_resource() -> None:
    document = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"/>'
        '<item rdf:about="https://news.example/1"><title>t</title><link>https://news.example/one</link>'
        "<description>d</description><dc:date>2025-11-01T00:00:00Z</dc:date></item></rdf:RDF>"
    )
    (found,) = entries(document)
    assert (found.guid, found.url) == ("https://news.example/1", "https://news.example/one")
    assert (found.title, found.content, found.published) == ("t", "d", "2025-11-01T00:00:00Z")


def test_the_whole_text_comes_before_the_description() -> None:
    both = item("<description>short</description><content:encoded>&lt;p&gt;long&lt;/p&gt;</content:encoded>")
    assert (both.content, both.summary) == ("<p>long</p>", "short")
    one = item("<description>short</description>")
    assert (one.content, one.summary) == ("short", "")


def test_an_address_of_mail_is_nobodys_name() -> None:
    found = item(
        "<author>rana@news.example (رنا خليل)</author><dc:creator>سلمى</dc:creator><dc:creator>سلمى</dc:creator>"
    )
    assert found.authors == ("سلمى", "رنا خليل")
    assert item("<author>rana@news.example</author>").authors == ()


def test_pictures_and_recordings_with_what_is_known_of_them() -> None:
    found = item(
        '<enclosure url="/a.mp3" type="audio/mpeg" length="10"/><enclosure url="/b.jpg" type="image/jpeg" length="0"/>'
        '<media:group><media:content url="https://i.example/c.webp" medium="image" width="30" height="x">'
        "<media:description>سوق</media:description><media:credit>AP</media:credit></media:content></media:group>"
        '<media:content url="https://i.example/d.mp4" type="video/mp4" fileSize="5" duration="61"/>'
        '<media:content url="https://i.example/e.bin" type="application/x"/><media:thumbnail url="/small.jpg"/>'
    )
    assert found.images == (
        Image(src="https://i.example/c.webp", alt="سوق", credit="AP", width=30),
        Image(src="https://news.example/b.jpg", media_type="image/jpeg"),
    )
    assert found.enclosures == (
        Enclosure(url="https://news.example/a.mp3", media_type="audio/mpeg", size_bytes=10),
        Enclosure(url="https://i.example/d.mp4", media_type="video/mp4", size_bytes=5, duration_seconds=61),
    )
    assert item('<media:thumbnail url="/small.jpg"/>').images == (
        Image(src="https://news.example/small.jpg"),
    )


def test_plain_rss_has_topics_and_no_section() -> None:
    found = item('<category domain="https://v.example/">نقل</category><category>نقل</category><category/>')
    assert (found.section, found.tags) == ("", (Tag(name="نقل", scheme="https://v.example/"),))


def test_languages_of_feed_and_item() -> None:
    one, two = entries(channel('<language>ar</language><item/><item xml:lang="en"/>', 'xml:lang="ckb"'))
    assert (one.language, one.feed_language) == ("", "ar")
    assert (two.language, two.feed_language, two.place) == ("en", "ar", "item 2")
    assert entries(channel("<item/>", 'xml:lang="ckb"'))[0].feed_language == "ckb"


def test_where_the_feed_goes_on() -> None:
    links = "".join(
        f'<atom:link rel="{rel}" href="https://news.example/{rel}"/>'
        for rel in ("self", "prev-archive", "next", "hub")
    )
    document = channel(f'{links}<atom:link rel="next"/><item><atom:link rel="next" href="x"/></item>')
    assert onward(document) == ["https://news.example/prev-archive", "https://news.example/next"]


def test_an_export_of_wordpress_tells_posts_from_everything_else() -> None:
    found = {entry.guid.rpartition("=")[2]: entry for entry in entries_of("wordpress.xml", "moving")}
    assert {key: entry.left_out.key for key, entry in found.items() if entry.left_out} == {
        "https://marfa.example/wp-content/uploads/boat.jpg": "moving.other_kind",
        "90": "moving.other_kind",
        "91": "moving.not_published",
        "92": "moving.protected",
    }
    post = found["77"]
    assert (post.guid, post.published) == ("https://marfa.example/?p=77", "2025-11-02T07:30:00Z")
    assert (post.authors, post.section, post.tags) == (("رنا خليل",), "نقل", (Tag(name="عبّارات"),))
    assert (post.summary, post.is_autop) == ("العبّارات تبدأ قبل الشروق.", True)
    assert post.images == (Image(src="https://marfa.example/wp-content/uploads/boat.jpg"),)
    assert (found["81"].authors, found["81"].section, found["81"].images) == (("desk",), "", ())


def test_other_kinds_of_post_are_articles_where_a_person_says_so() -> None:
    document = (DATA / "moving" / "wordpress.xml").read_bytes()
    assert [entry.guid for entry in entries(document, ("breaking",)) if entry.left_out is None] == [
        "https://marfa.example/?post_type=breaking&p=90"
    ]
    assert len(read(document)) == 6


@pytest.mark.parametrize(
    ("around", "home", "address", "page", "base"),
    [
        ("", "<link>https://n.example/b/</link>", "https://old.example/feed", "https://n.example/b/x", None),
        ("", "<link>/b/</link>", "https://old.example/feed", "https://old.example/b/x", None),
        ("", "", "https://old.example/feed", "https://old.example/x", None),
        ("", "", "", "x", None),
        ('xml:base="https://c.example/d/"', "<link>https://n.example/</link>", "", "https://c.example/d/x", "https://c.example/d/"),
        ('xml:base="d/"', "<link>https://n.example/</link>", "", "https://n.example/d/x", "https://n.example/d/"),
    ],
)  # fmt: skip
def test_a_relative_link_hangs_on_the_sites_address_else_on_the_documents(
    around: str, home: str, address: str, page: str, base: str | None
) -> None:
    """RFC 3986 section 5.1. What readers took for the id stays to the letter."""
    document = f"<rss {around}><channel>{home}<item><link>x</link></item></channel></rss>"
    (found,) = entries(document, address=address)
    assert (found.guid, found.url, found.base) == ("x", page, base or page)


def test_an_exports_gallery_has_its_pictures() -> None:
    """WordPress keeps their numbers alone in the post; one that the export has not is passed over."""
    kept = "".join(
        f"<item><wp:post_id>{n}</wp:post_id><wp:post_type>attachment</wp:post_type>"
        f"<wp:attachment_url>https://n.example/{n}.jpg</wp:attachment_url></item>"
        for n in (50, 51)
    )
    post = '<content:encoded>نص [gallery ids="51,50,9"]</content:encoded><wp:post_type>post</wp:post_type>'
    document = (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><item>{post}</item>{kept}</channel></rss>"
    )
    assert [image.src for image in entries(document)[0].images] == [
        "https://n.example/51.jpg",
        "https://n.example/50.jpg",
    ]
