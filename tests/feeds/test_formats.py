"""Independent readers find in every format what the article says."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import atoma
import fastfeedparser
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from publisher.feeds.formats import BY_ENDING, FORMATS
from publisher.feeds.xml_text import single_line
from publisher.model.article import Block, BlockKind
from publisher.model.feed import Entry, Feed
from tests.feeds.samples import build_index, make_article, seed_article
from tests.feeds.whole import render_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reader found of an entry."""

    id: str
    title: str
    link: str
    published_at: datetime
    content: str


def documents_of(feed: Feed) -> dict[str, bytes]:
    """The feed in each format."""
    rendered = render_documents([feed])
    assert rendered.failed == ()
    return {document.format.name: document.data for document in rendered.documents}


def as_written(entry: Entry) -> Read:
    """What every reader should find."""
    return Read(
        id=entry.id,
        title=entry.title,
        link=entry.url or "",
        published_at=entry.published_at,
        content=entry.content_html or "",
    )


def with_feedparser(data: bytes) -> list[Read]:
    """feedparser: RSS and Atom."""
    document = feedparser.parse(data)
    assert not document.bozo, document.get("bozo_exception")
    return [
        Read(
            id=found.id,
            title=found.title,
            link=found.link,
            published_at=_moment(found.published),
            content=found.content[0].value,
        )
        for found in document.entries
    ]


def with_fastfeedparser(data: bytes) -> list[Read]:
    """fastfeedparser: all three."""
    return [
        Read(
            id=found.id,
            title=found.title,
            link=found.link,
            published_at=_moment(found.published),
            content=found.content[0]["value"],
        )
        for found in fastfeedparser.parse(data).entries
    ]


def with_atoma(name: str, data: bytes) -> list[Read]:
    """atoma: all three, each by a parser of its own."""
    if name == "rss":
        return [
            Read(id=i.guid, title=i.title, link=i.link, published_at=i.pub_date, content=i.content_encoded)
            for i in atoma.parse_rss_bytes(data).items
        ]
    if name == "atom":
        return [
            Read(
                id=e.id_,
                title=e.title.value,
                link=e.links[0].href,
                published_at=e.published,
                content=e.content.value,
            )
            for e in atoma.parse_atom_bytes(data).entries
        ]
    return [
        Read(id=i.id_, title=i.title, link=i.url, published_at=i.date_published, content=i.content_html)
        for i in atoma.parse_json_feed_bytes(data).items
    ]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


@pytest.mark.parametrize(
    "feed",
    [build_index(seed_article()), build_index(*map(make_article, range(60))), build_index(make_article(1))],
    ids=["seed", "fifty", "one"],
)
def test_three_readers_find_the_same_as_was_written(feed: Feed) -> None:
    expected = [as_written(entry) for entry in feed.entries]
    for name, data in documents_of(feed).items():
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
