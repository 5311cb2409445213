"""Articles as entries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from publisher.feeds.entries import SUMMARY_LIMIT, build_entry, describe_failure, summarise
from publisher.model.article import Article, Block, BlockKind
from publisher.model.correction import Correction
from publisher.model.feed import Category, Entry
from publisher.model.media import Image, Tag
from tests.feeds.samples import (
    NOW,
    PICTURE,
    RECORDING,
    SECOND_PICTURE,
    SITE,
    WIRE,
    all_words,
    make_article,
    seed_article,
)


def entry_of(article: Article) -> Entry:
    """The entry of an article of the sample site."""
    return build_entry(SITE, article, all_words())


def corrected(article: Article, *moments: datetime, note: str = "كان الرقم 7 لا 9") -> Article:
    """The article, corrected at these moments."""
    corrections = tuple(Correction(number=n, at=at, note=note) for n, at in enumerate(moments, start=1))
    return replace(article, corrections=corrections)


def test_the_seed_as_an_entry() -> None:
    article = seed_article()
    entry = entry_of(article)
    assert entry.id == article.id == "tag:aljeebal.com,2025-11-01:/posts/10750"
    assert entry.url == "https://aljeebal.com/posts/10750"
    assert entry.title == article.parsed.title
    assert entry.published_at.isoformat() == "2025-11-01T15:15:00+03:00"
    assert entry.updated_at == entry.published_at
    assert entry.authors == ("الجبال",)
    assert entry.image is None
    assert entry.rights == "© 2025 الجبال. كل الحقوق محفوظة."
    assert article.parsed.blocks[0].text.startswith(entry.summary.removesuffix("…"))


def test_dates_are_in_the_sites_zone_and_whole_seconds() -> None:
    at = datetime(2025, 10, 5, 21, 30, 15, 999, tzinfo=UTC)
    article = make_article(published_at=at)
    entry = entry_of(corrected(article, at + timedelta(hours=1)))
    assert entry.published_at.isoformat() == "2025-10-06T00:30:15+03:00"
    assert entry.updated_at.isoformat() == "2025-10-06T01:30:15+03:00"


def test_an_explicit_summary_is_kept_whole() -> None:
    assert entry_of(make_article(summary="خلاصة " * 100)).summary == ("خلاصة " * 100).strip()


def test_a_summary_is_cut_from_the_first_paragraph_that_says_something() -> None:
    blocks = (
        Block(kind=BlockKind.HEADING, text="عنوان"),
        Block(kind=BlockKind.PARAGRAPH, text=" "),
        Block(kind=BlockKind.PARAGRAPH, text="كلمة " * 200),
    )
    summary = entry_of(make_article(blocks=blocks)).summary
    assert summary.startswith("كلمة كلمة")
    assert summary.endswith("كلمة…")
    assert SUMMARY_LIMIT - 10 < len(summary) <= SUMMARY_LIMIT


def test_an_article_of_headings_alone_has_no_summary() -> None:
    assert entry_of(make_article(blocks=(Block(kind=BlockKind.HEADING, text="عنوان"),))).summary == ""


def test_latin_first_arabic_titles_and_summaries_are_marked() -> None:
    entry = entry_of(make_article(title="OPEC+ ترفع الإنتاج", summary="OPEC+ ترفع إنتاجها"))
    assert entry.title == "\u200fOPEC+ ترفع الإنتاج"
    assert entry.summary.startswith("\u200fOPEC+")


def test_a_byline_comes_before_the_house_and_nobody_is_invented() -> None:
    assert entry_of(make_article(byline="سارة علي")).authors == ("سارة علي",)
    assert entry_of(make_article(byline=None, publisher=None)).authors == ()


def test_authors_stated_one_by_one_stay_so() -> None:
    entry = entry_of(make_article(authors=("سارة علي", "Omar", "سارة علي", " "), byline="سارة علي وOmar"))
    assert entry.authors == ("سارة علي", "Omar")


def test_an_edit_alone_is_no_update() -> None:
    """Feed checklist 13: `updated` moves on corrections only, whatever date the document prints."""
    article = make_article(1)
    edited = replace(
        article, revision=2, parsed=replace(article.parsed, title="محرر", updated_at=NOW + timedelta(days=1))
    )
    assert entry_of(edited).title == "محرر"
    assert entry_of(edited).updated_at == entry_of(edited).published_at == entry_of(article).published_at


def test_a_correction_is_told_with_its_date_and_moves_updated() -> None:
    """Feed checklist 13: the last one first, in the article's language; `published` stays."""
    article = corrected(make_article(1), NOW, NOW + timedelta(days=1))
    entry = entry_of(article)
    assert entry.updated_at == NOW + timedelta(days=1)
    assert entry.published_at == article.parsed.published_at
    assert entry.correction == "تصحيح، الاثنين 3 نوفمبر 2025: كان الرقم 7 لا 9"
    content = html.fragment_fromstring(entry.content_html or "")
    assert [line.text_content() for line in content[:2]] == [
        "تصحيح، الاثنين 3 نوفمبر 2025: كان الرقم 7 لا 9",
        "تصحيح، الأحد 2 نوفمبر 2025: كان الرقم 7 لا 9",
    ]


def test_a_correction_is_told_in_a_feed_of_summaries_and_without_words_too() -> None:
    entry = entry_of(corrected(make_article(1), NOW, note=" "))
    assert summarise(entry).summary == "صُحّح هذا المقال، الأحد 2 نوفمبر 2025. فقرة أولى مختلقة."
    assert entry.summary == "فقرة أولى مختلقة."
    english = entry_of(corrected(make_article(1, language="en"), NOW, note="It was 7."))
    assert english.correction == "Correction, Sunday 2 November 2025: It was 7."


def test_the_section_and_each_topic_are_categories_once() -> None:
    tags = (Tag(name="مالي "), Tag(name="مالي"), Tag(name="x", scheme="http://cv.iptc.org/é"), Tag(name=" "))
    assert entry_of(make_article(section="سياسة", tags=tags)).categories == (
        Category(term="سياسة", scheme="https://aljeebal.com/#section"),
        Category(term="مالي", scheme="https://aljeebal.com/#topic"),
        Category(term="x", scheme="http://cv.iptc.org/%C3%A9"),
    )


def test_every_picture_with_a_file_goes_along_once() -> None:
    entry = entry_of(make_article(image=PICTURE, images=(Image(caption="x"), SECOND_PICTURE, PICTURE)))
    assert entry.images == (PICTURE, SECOND_PICTURE)


def test_recordings_and_the_source_of_wire_copy_go_along() -> None:
    recording = replace(RECORDING, url="https://news.example/س.mp3", file="audio/1.mp3")
    entry = entry_of(make_article(enclosures=(recording,), wire=WIRE))
    assert entry.enclosures == (replace(RECORDING, url="https://news.example/%D8%B3.mp3"),)
    assert entry.source == WIRE


def test_a_sample_says_so_in_content_and_summary() -> None:
    entry = entry_of(make_article(sample=True))
    note = all_words()["ar"].say("feeds.sample")
    assert entry.summary.startswith(note)
    assert note in (entry.content_html or "")
    unknown = entry_of(make_article(sample=True, language="fa"))
    assert unknown.summary.startswith(note)


def test_only_a_picture_with_a_file_is_a_picture() -> None:
    assert entry_of(make_article(image=PICTURE)).image == PICTURE
    assert entry_of(make_article(image=Image(caption="x", credit="y"))).image is None
    assert entry_of(make_article(image=None)).image is None


def test_characters_xml_cannot_carry_never_arrive() -> None:
    bad = "س\x00\x0b\ufffe\ud800"
    entry = entry_of(
        make_article(
            title=bad, summary=bad, byline=bad, section=bad, rights=bad, publisher=bad,
            image=replace(PICTURE, alt=bad, caption=bad, credit=bad),
            blocks=(Block(kind=BlockKind.PARAGRAPH, text=bad),),
        )
    )  # fmt: skip
    texts = (entry.title, entry.summary, *entry.authors, entry.categories[0].term, entry.rights)
    assert set(texts) == {"س"}
    assert entry.content_html
    assert "\x00" not in entry.content_html


def test_an_entry_without_an_address_keeps_its_content_in_a_feed_of_summaries() -> None:
    assert summarise(entry_of(make_article())).content_html is None
    assert summarise(entry_of(make_article(url=None))).content_html


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": " \x00 "}, "no title"),
        ({"published_at": datetime(2025, 1, 1)}, "no zone"),  # noqa: DTZ001
        ({"url": "javascript:alert(1)"}, "not an absolute"),
    ],
)
def test_a_bad_article_is_refused_with_words_for_the_operator(changes: dict[str, object], why: str) -> None:
    bad = replace(make_article(2), parsed=replace(make_article(2).parsed, **changes))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=why) as raised:
        entry_of(bad)
    reason = describe_failure(raised.value)
    assert reason.key == "feeds.entry.failed"
    assert why in all_words()["en"].say_reason(reason)
