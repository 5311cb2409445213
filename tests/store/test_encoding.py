"""publisher.store.encoding"""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.correction import StatedCorrection
from publisher.model.direction import Direction
from publisher.model.media import Embed, EmbedKind, Enclosure, Image, Tag, Wire
from publisher.model.reason import Reason, reason
from publisher.store.encoding import decode_parsed, decode_reason, encode_value
from tests.store.rows import parsed

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=ZONES)
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(BlockKind),
    text=TEXTS,
    html=st.none() | TEXTS,
    items=st.lists(TEXTS, max_size=3).map(tuple),
    embed=st.none() | st.builds(Embed, kind=st.sampled_from(EmbedKind), url=TEXTS, poster=st.none() | TEXTS),
)
PARSED = st.builds(
    Parsed,
    source=TEXTS,
    key=TEXTS,
    title=TEXTS,
    language=st.sampled_from(["ar", "ckb", "en"]),
    direction=st.sampled_from(Direction),
    blocks=st.lists(BLOCKS, max_size=4).map(tuple),
    published_at=MOMENTS,
    published_raw=TEXTS,
    zone_from=st.just("site"),
    updated_at=st.none() | MOMENTS,
    image=st.none() | st.builds(Image, src=st.none() | TEXTS, caption=TEXTS, width=st.none() | st.integers(0, 9999)),
    removed=st.lists(TEXTS, max_size=3).map(tuple),
    sample=st.booleans(),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    tags=st.lists(st.builds(Tag, name=TEXTS, scheme=st.none() | TEXTS), max_size=2).map(tuple),
    images=st.lists(st.builds(Image, src=TEXTS, thumbnail=st.none() | TEXTS), max_size=2).map(tuple),
    enclosures=st.lists(st.builds(Enclosure, url=TEXTS, media_type=TEXTS), max_size=2).map(tuple),
    wire=st.none() | st.builds(Wire, name=TEXTS, updated_at=st.none() | MOMENTS),
    embargo_until=st.none() | MOMENTS,
    guid=st.none() | TEXTS.filter(bool),
    corrections=st.lists(st.builds(StatedCorrection, note=TEXTS, at=st.none() | MOMENTS), max_size=2).map(tuple),
)  # fmt: skip
REASONS = st.builds(
    Reason, key=TEXTS, arguments=st.dictionaries(TEXTS, TEXTS | st.integers(-(2**53), 2**53), max_size=4)
)


@given(PARSED)
def test_an_article_is_read_back_as_it_was_and_its_moments_keep_their_offset(article: Parsed) -> None:
    text = encode_value(article)
    assert "\n" not in text
    found = decode_parsed(text)
    assert found == article
    assert found.published_at.utcoffset() == article.published_at.utcoffset()


def test_an_article_of_the_first_release_keeps_its_text() -> None:
    """A field that came later and says nothing is not written, or every article would be revised by the upgrade."""
    text = encode_value(
        parsed(
            image=Image(src="https://news.example/a.jpg"), published_at=datetime(2025, 11, 1, 15, tzinfo=UTC)
        )
    )
    assert list(json.loads(text)) == [
        "source", "key", "title", "language", "direction", "blocks", "published_at", "published_raw", "zone_from",
        "url", "url_from", "updated_at", "byline", "section", "publisher", "image", "summary", "attributed_to",
        "rights", "removed", "words", "sample",
    ]  # fmt: skip
    assert (
        '"image":{"src":"https://news.example/a.jpg","alt":null,"caption":null,"credit":null,"width":null,'
        in text
    )
    assert '"height":null},"summary"' in text


@given(REASONS)
def test_a_reason_is_read_back_as_it_was(why: Reason) -> None:
    assert decode_reason(encode_value(why)) == why


def test_equal_reasons_are_equal_text_in_whatever_order_their_arguments_were_given() -> None:
    """Or a document would be held "since today" anew at every reading."""
    first, second = reason("x", a=1, b="2"), reason("x", b="2", a=1)
    assert first == second
    assert encode_value(first) == encode_value(second)


def test_the_text_is_json_that_other_programs_read() -> None:
    found = json.loads(
        encode_value(parsed(title="عنوان", published_at=datetime(2025, 11, 1, 15, tzinfo=UTC)))
    )
    assert (found["title"], found["direction"]) == ("عنوان", "rtl")
    assert datetime.fromisoformat(found["published_at"]) == datetime(2025, 11, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": 1}', "not json"])
def test_what_is_no_value_is_refused(text: str) -> None:
    for decode in (decode_parsed, decode_reason):
        with pytest.raises(msgspec.DecodeError):
            decode(text)
