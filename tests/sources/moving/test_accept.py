"""What becomes an article of an entry, and why some do not."""

from dataclasses import replace

import pytest

from publisher.model.article import BlockKind
from publisher.model.direction import Direction
from publisher.model.identity import IMPORTED
from publisher.model.media import EmbedKind, Enclosure, Image
from publisher.model.reason import Reason
from publisher.sources.moving import accept
from publisher.sources.moving.accept import accept_entry, is_excerpt
from publisher.sources.moving.entry import FormerEntry
from publisher.text.words import load_words
from tests.sources.build import origin
from tests.sources.moving.reading import accepted, entries_of

ENTRY = FormerEntry(
    place="item 1",
    guid="7",
    url="https://news.example/a",
    title="عنوان",
    published="Sat, 01 Nov 2025 15:15:00 +0300",
    content="<p>نص الخبر كاملاً.</p>",
    base="https://news.example/a",
)


def why(**changes: object) -> str:
    """The key of the reason why an entry is no article."""
    found = accept_entry(replace(ENTRY, **changes), origin("7"))  # type: ignore[arg-type]
    assert isinstance(found, Reason), found
    return found.key


def test_an_article_stands_under_its_guid() -> None:
    article = accepted(ENTRY)
    assert (article.source, article.key, article.guid) == (IMPORTED, "7", "7")
    assert (article.title, article.language, article.direction) == ("عنوان", "ar", Direction.RTL)
    assert article.published_at.isoformat() == "2025-11-01T15:15:00+03:00"
    assert (article.url, article.url_from, article.words) == ("https://news.example/a", "feed", 3)
    assert is_excerpt(article)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"guid": ""}, "moving.no_guid"),
        ({"guid": "a\nb"}, "moving.bad_guid"),
        ({"guid": "x" * 2001}, "moving.bad_guid"),
        ({"published": ""}, "dates.missing"),
        ({"published": "0000-00-00"}, "dates.calendar"),
        ({"published": "2031-01-01T00:00:00Z"}, "sources.date_future"),
        ({"title": "", "content": "<p> </p>"}, "moving.no_words"),
        ({"content": ""}, "moving.no_content"),
        ({"content": "<p>" + "ا" * 20_001}, "sources.paragraph_too_long"),
        ({"content": "ا" * 2_000_001}, "sources.too_large"),
        ({"title": "Latin", "content": "Latin alone"}, "moving.language"),
        ({"left_out": Reason(key="moving.protected")}, "moving.protected"),
    ],
)
def test_what_is_no_article_says_why(changes: dict[str, object], key: str) -> None:
    assert why(**changes) == key


@pytest.mark.parametrize("reader", ["to_html", "_spread"])
def test_a_text_beyond_all_measure_is_not_worked_on(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, reader, None)
    content = "ا" * 2_000_001
    assert (
        why(content=content, is_autop=reader == "to_html", is_plain=reader == "_spread")
        == "sources.too_large"
    )


def test_another_language_names_the_option_of_the_import() -> None:
    found = accept_entry(replace(ENTRY, title="Latin", content="Latin alone"), origin("7"))
    assert isinstance(found, Reason)
    for language in ("ar", "ckb", "en"):
        assert "--language" in load_words(language).say_reason(found)


def test_no_markup_gets_past_the_sanitiser() -> None:
    article = accepted(
        replace(
            ENTRY,
            title="<b>ع</b>&lt;script&gt;x&lt;/script&gt;",
            summary='<img src=x onerror="alert(1)">خلاصة',
            content='<p onclick="x">نص <a href="javascript:alert(1)">رابط</a><script>x</script><a href="/b">ب</a></p>',
        )
    )
    assert (article.title, article.summary) == ("ع", "خلاصة")
    assert article.blocks[0].html == 'نص رابط<a href="https://news.example/b">ب</a>'


def test_plain_text_keeps_its_paragraphs_and_signs() -> None:
    article = accepted(replace(ENTRY, content="أ < ب\nج\n\n\n<b>د</b>", is_plain=True))
    assert [block.text for block in article.blocks] == ["أ < ب\nج", "<b>د</b>"]


def test_without_a_title_the_first_words_are_one() -> None:
    article = accepted(replace(ENTRY, title=" ", content="<p>" + "كلمة " * 60 + "</p><p>ثانية</p>"))
    assert article.title.startswith("كلمة كلمة")
    assert len(article.title) <= 80
    assert article.title.endswith("…")


@pytest.mark.parametrize(
    "summary", ["نص الخبر…", "نص الخبر [...]", "<p>نص الخبر كاملاً.</p>", "نص الخبر [&#8230;]", ""]
)
def test_a_summary_that_is_the_beginning_of_the_text_is_none(summary: str) -> None:
    assert accepted(replace(ENTRY, summary=summary)).summary is None


@pytest.mark.parametrize(
    ("own", "stated", "feed", "language"),
    [
        ("ckb", "", "en", "ckb"),
        ("", "", "ar-IQ", "ar-IQ"),
        ("", "", "en_US", "ar"),
        ("", "fa", "ar", "fa"),
        ("en", "", "", "ar"),
        ("no tag!", "", "", "ar"),
    ],
)
def test_a_language_counts_where_the_script_agrees(own: str, stated: str, feed: str, language: str) -> None:
    """Many an Arabic site's system calls itself English."""
    entry = replace(ENTRY, language=own, feed_language=feed)
    assert accepted(entry, language=stated).language == language


def test_a_date_of_change_counts_after_the_publication_alone() -> None:
    assert accepted(replace(ENTRY, updated="2025-11-02T00:00:00Z")).updated_at is not None
    for updated in ("2025-10-02T00:00:00Z", "2025-11-01T15:15:00+03:00", "x"):
        assert accepted(replace(ENTRY, updated=updated)).updated_at is None


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://x.example/?utm_source=rss&utm_medium=rss", "https://x.example/"),
        ("https://x.example/?p=1&utm_source=rss#a", "https://x.example/?p=1#a"),
        ("https://x.example/?at_medium=RSS&at_campaign=rss&p=2", "https://x.example/?p=2"),
        ("https://x.example/?format_utm_x=1", "https://x.example/?format_utm_x=1"),
        ("not an address", None),
        ("", None),
    ],
)
def test_an_address_loses_what_counted_clicks(url: str, plain: str | None) -> None:
    article = accepted(replace(ENTRY, url=url))
    assert article.url == plain
    assert (article.url_from is None) == (plain is None)


def test_a_picture_told_of_twice_is_one_with_all_that_is_known() -> None:
    article = accepted(
        replace(
            ENTRY,
            images=(Image(src="https://x.example/1.jpg", width=5), Image(src="https://x.example/2.jpg")),
            content='<figure><img src="https://x.example/1.jpg" alt="سوق" height="4">'
            "<figcaption>كلام</figcaption></figure>",
        )
    )
    assert article.image == Image(src="https://x.example/1.jpg", alt="سوق", caption="كلام", width=5, height=4)
    assert article.images == (Image(src="https://x.example/2.jpg"),)
    assert article.blocks == ()


def test_several_authors_stand_one_by_one_and_one_in_the_byline() -> None:
    assert accepted(replace(ENTRY, authors=("سلمى",))).authors == ()
    several = accepted(replace(ENTRY, authors=("سلمى", "عمر")))
    assert (several.byline, several.authors) == ("سلمى وعمر", ("سلمى", "عمر"))


def test_a_recording_alone_is_an_article() -> None:
    recording = Enclosure(url="https://x.example/a.mp3", media_type="audio/mpeg")
    assert accepted(replace(ENTRY, content="", enclosures=(recording,))).enclosures == (recording,)


def test_a_post_of_wordpress_is_whole() -> None:
    post = next(entry for entry in entries_of("wordpress.xml", "moving") if entry.guid.endswith("p=77"))
    article = accepted(post)
    assert [block.kind for block in article.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.EMBED,
        BlockKind.HEADING,
        BlockKind.LIST,
        BlockKind.PARAGRAPH,
    ]
    film = article.blocks[1].embed
    assert film is not None
    assert (film.kind, film.url) == (EmbedKind.VIDEO, "https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert [image.caption for image in article.images] == ["الرصيف الجديد"]
    assert not is_excerpt(article)
