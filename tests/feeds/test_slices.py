"""Which feeds there are and what stands in each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.feeds.slices import language_name
from publisher.model.article import Article, ArticleState
from publisher.model.correction import Correction
from publisher.model.direction import Direction
from publisher.model.feed import BEGINNING, Feed
from publisher.model.site import FeedRules, FeedSpec, Selection
from tests.feeds.samples import NOW, SITE, all_words, make_article
from tests.feeds.whole import BuiltFeeds, build_feeds


def build(*articles: Article, specs: Sequence[FeedSpec] = ()) -> BuiltFeeds:
    """The sample site's feeds of these articles."""
    return build_feeds(SITE, articles, specs, all_words(), now=NOW)


def by_path(built: BuiltFeeds) -> dict[str, Feed]:
    """The feeds by path."""
    return {feed.path: feed for feed in built.feeds}


def titles(feed: Feed) -> list[str]:
    """The titles in a feed, in order."""
    return [entry.title for entry in feed.entries]


def test_site_languages_sections_and_asked_feeds_in_this_order() -> None:
    built = build(
        make_article(1, section="سياسة"),
        make_article(2, section="World", language="en", direction=Direction.LTR),
        make_article(3, language="fa"),
        specs=[FeedSpec(slug="brief", title="موجز", selection=Selection())],
    )
    paths = [feed.path for feed in built.feeds]
    assert paths == [
        "index", "lang/ar", "lang/en", "lang/ckb", "lang/fa", "section/s-k3gluo2r", "section/world", "brief",
    ]  # fmt: skip
    assert [feed.title for feed in built.feeds] == [
        "الجبال: كل المقالات", "الجبال: العربية", "‎الجبال: English", "الجبال: کوردیی ناوەندی",
        "الجبال: فارسی", "الجبال: سياسة", "‎الجبال: World", "الجبال: موجز",
    ]  # fmt: skip


def test_the_sites_languages_have_a_feed_before_their_first_article() -> None:
    feeds = by_path(build())
    assert set(feeds) == {"index", "lang/ar", "lang/en", "lang/ckb"}
    assert feeds["lang/en"].direction is Direction.LTR
    assert feeds["lang/ckb"].direction is Direction.RTL
    assert all(feed.entries == () and feed.updated_at == BEGINNING for feed in feeds.values())


def test_newest_first_and_equal_dates_by_number() -> None:
    at = make_article(1).parsed.published_at
    articles = [make_article(n, published_at=at) for n in (2, 1, 3)] + [make_article(9)]
    assert titles(build(*articles).feeds[0]) == [f"عنوان مختلق {n}" for n in (9, 3, 2, 1)]


@settings(max_examples=20)
@given(st.permutations(range(1, 7)))
def test_the_order_articles_come_in_does_not_matter(numbers: list[int]) -> None:
    articles = [make_article(n, published_at=make_article(n // 2).parsed.published_at) for n in numbers]
    assert build(*articles) == build(*sorted(articles, key=lambda article: article.number))


def test_withdrawn_and_future_articles_are_in_no_feed() -> None:
    withdrawn = replace(make_article(1, section="ق"), state=ArticleState.WITHDRAWN)
    future = make_article(2, section="ق", published_at=NOW + timedelta(seconds=1))
    due = make_article(3, published_at=NOW)
    built = build(withdrawn, future, due)
    assert {entry.id for feed in built.feeds for entry in feed.entries} == {due.id}
    assert not any(feed.path.startswith("section/") for feed in built.feeds)


def test_a_feed_holds_fifty_entries_and_a_section_its_own_fifty() -> None:
    articles = [make_article(n, section="قديم" if n <= 5 else "جديد") for n in range(1, 61)]
    built = build(*articles)
    feeds = list(by_path(built).values())
    assert len(feeds[0].entries) == FeedRules().max_entries == 50
    old = next(feed for feed in feeds if feed.title.endswith("قديم"))
    assert [entry.title for entry in old.entries] == [f"عنوان مختلق {n}" for n in (5, 4, 3, 2, 1)]


def test_an_article_is_one_and_the_same_entry_in_all_its_feeds() -> None:
    built = build(make_article(1, section="سياسة"))
    found = {id(entry) for feed in built.feeds for entry in feed.entries}
    assert len(found) == 1


def test_spellings_of_one_section_are_one_feed() -> None:
    built = build(make_article(1, section="World News"), make_article(2, section=" world  news "))
    sections = [feed for feed in built.feeds if feed.path.startswith("section/")]
    assert [(feed.path, feed.title) for feed in sections] == [("section/world-news", "الجبال: World News")]
    assert len(sections[0].entries) == 2


def test_a_section_in_one_language_is_in_that_language() -> None:
    english = {"language": "en-GB", "direction": Direction.LTR, "section": "World"}
    assert by_path(build(make_article(1, **english)))["section/world"].language == "en"
    mixed = build(make_article(1, **english), make_article(2, section="World"))
    assert by_path(mixed)["section/world"].language == "ar"


def test_an_asked_feed_selects_by_section_and_language_however_old() -> None:
    day = timedelta(days=1)
    articles = [
        make_article(1, section="سياسة", published_at=NOW - day),
        make_article(2, section="سياسة", language="ckb", published_at=NOW - day),
        make_article(3, section="رياضة", published_at=NOW - day),
        make_article(4, section="سياسة", language="ar-IQ", published_at=NOW - day),
        make_article(5, section="سياسة", published_at=NOW - 3 * day),
        make_article(6, published_at=NOW - day),
    ]
    spec = FeedSpec(
        slug="iraq/politics",
        title="سياسة العراق",
        selection=Selection(sections=("سياسة",), languages=("ar",)),
    )
    assert titles(build(*articles, specs=[spec]).feeds[-1]) == [f"عنوان مختلق {n}" for n in (4, 1, 5)]


def test_a_feed_of_summaries_has_no_content_and_its_own_length() -> None:
    spec = FeedSpec(slug="brief", title="موجز", selection=Selection(), full=False, max_entries=2)
    feed = build(*map(make_article, range(1, 5)), specs=[spec]).feeds[-1]
    assert [entry.content_html for entry in feed.entries] == [None, None]
    assert all(entry.summary for entry in feed.entries)


@pytest.mark.parametrize("slug", ["index", "lang/ar", "Brief", "موجز", "../x", ""])
def test_a_slug_that_makes_no_address_of_its_own_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        build(specs=[FeedSpec(slug=slug, title="موجز", selection=Selection())])


def test_a_feed_was_updated_when_its_last_entry_was() -> None:
    correction = Correction(number=1, at=NOW, note="")
    corrected = replace(make_article(1), corrections=(correction,))
    feed = build(corrected, make_article(2)).feeds[0]
    assert feed.updated_at == NOW
    assert feed.updated_at.utcoffset() == timedelta(hours=3)


def test_a_bad_article_is_reported_once_and_costs_no_feed() -> None:
    bad = make_article(2, title="\x00", section="سياسة")
    built = build(make_article(1, section="سياسة"), bad)
    assert [failed.id for failed in built.failed] == [bad.id]
    assert titles(built.feeds[0]) == ["عنوان مختلق 1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": datetime(2025, 1, 1)},  # noqa: DTZ001
        {"url": "javascript:alert(1)"},
    ],
)
def test_whatever_is_wrong_with_one_article_the_others_have_their_feeds(changes: dict[str, object]) -> None:
    built = build(make_article(1), make_article(2, url=None, section="ق"))
    spoiled = replace(make_article(3), parsed=replace(make_article(3).parsed, **changes))  # type: ignore[arg-type]
    with_bad = build(make_article(1), make_article(2, url=None, section="ق"), spoiled)
    assert with_bad.feeds == built.feeds
    assert [failed.id for failed in with_bad.failed] == [spoiled.id]


@pytest.mark.parametrize("tag", ["", "ar_IQ", "عربي", "../x"])
def test_a_strange_language_tag_costs_no_feed(tag: str) -> None:
    built = build(make_article(1, language=tag))
    assert built.feeds[0].entries[0].language == tag
    assert {feed.path for feed in built.feeds} == {"index", "lang/ar", "lang/en", "lang/ckb"}


def test_a_site_without_a_description_is_described_by_the_feeds_title() -> None:
    feeds = build_feeds(replace(SITE, description="", rights=""), (), (), all_words(), now=NOW).feeds
    assert feeds[0].description == feeds[0].title
    assert feeds[0].rights is None


@pytest.mark.parametrize(("tag", "name"), [("ar", "العربية"), ("en", "English"), ("xx", "xx"), ("1", "1")])
def test_languages_are_named_in_themselves(tag: str, name: str) -> None:
    assert language_name(tag) == name
