"""Independent readers find in every format what the article says."""

import json
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from publisher.feeds.formats import BY_ENDING, FORMATS
from publisher.feeds.xml_text import single_line
from publisher.model.article import Block, BlockKind
from publisher.model.feed import Feed
from tests.feeds.read_back import as_written, with_atoma, with_fastfeedparser, with_feedparser, with_reader
from tests.feeds.samples import build_index, make_article, seed_article
from tests.feeds.whole import render_documents


def documents_of(feed: Feed) -> dict[str, bytes]:
    """The feed in each format."""
    rendered = render_documents([feed])
    assert rendered.failed == ()
    return {document.format.name: document.data for document in rendered.documents}


@pytest.mark.parametrize(
    "feed",
    [build_index(seed_article()), build_index(*map(make_article, range(60))), build_index(make_article(1))],
    ids=["seed", "fifty", "one"],
)
def test_readers_of_python_find_the_same_as_was_written(feed: Feed, tmp_path: Path) -> None:
    expected = [as_written(entry) for entry in feed.entries]
    documents = documents_of(feed)
    assert with_reader(tmp_path, documents) == dict.fromkeys(documents, expected)
    for name, data in documents.items():
        assert with_fastfeedparser(data) == expected, name
        assert with_atoma(name, data) == expected, name
        if name != "json":
            assert with_feedparser(data) == expected, name


def test_the_seed_arrives_as_the_expected_result_says() -> None:
    for data in documents_of(build_index(seed_article())).values():
        (found,) = with_fastfeedparser(data)
        assert found.id == "tag:aljeebal.com,2025-11-01:/posts/10750"
        assert found.link == "https://aljeebal.com/posts/10750"
        assert found.title == seed_article().parsed.title
        assert found.published_at.isoformat() == "2025-11-01T12:15:00+00:00"
        assert all(
            block.text in found.content for block in seed_article().parsed.blocks if '"' not in block.text
        )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters()), st.text(st.characters()), st.text(st.characters())),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_an_article_says_the_feed_can_be_read(found: list[tuple[str, str, str]]) -> None:
    """No text breaks a document, and no entry is lost."""
    articles = [
        make_article(n, title=f"عنوان {title}", summary=summary, section=section)
        for n, (title, summary, section) in enumerate(found)
    ]
    feed = build_index(*articles)
    assert len(feed.entries) == len(articles)
    for name, data in documents_of(feed).items():
        assert [entry.title for entry in feed.entries] == [e.title for e in with_atoma(name, data)]
        assert [entry.id for entry in feed.entries] == [e.id for e in with_fastfeedparser(data)]


def test_the_naughty_strings_lose_no_entry_and_leave_nothing_executable() -> None:
    """The Big List of Naughty Strings as title, summary and body, fifty to a feed."""
    path = Path(__file__).parents[1] / "data" / "naughty_strings.json"
    strings = [text for text in json.loads(path.read_text("utf-8")) if single_line(text)]
    assert len(strings) > 450
    for start in range(0, len(strings), 50):
        feed = build_index(
            *(
                make_article(
                    n, title=text, summary=text, blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),)
                )
                for n, text in enumerate(strings[start : start + 50])
            )
        )
        expected = [as_written(entry) for entry in feed.entries]
        for name, data in documents_of(feed).items():
            assert with_atoma(name, data) == expected
            assert [entry.id for entry in with_fastfeedparser(data)] == [entry.id for entry in expected]
        for entry in feed.entries:
            root = html.fragment_fromstring(entry.content_html or "")
            assert {element.tag for element in root.iter()} <= {"div", "p", "span"}


def test_an_empty_feed_is_a_feed_to_every_reader() -> None:
    for name, data in documents_of(build_index()).items():
        assert with_atoma(name, data) == []
        if name != "json":
            document = feedparser.parse(data)
            assert (document.bozo, document.entries, document.feed.title) == (
                False,
                [],
                "الجبال: كل المقالات",
            )


def test_endings_and_names_are_unique() -> None:
    assert len(BY_ENDING) == len(FORMATS) == len({format_.name for format_ in FORMATS}) == 3
