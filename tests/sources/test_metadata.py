"""What a person states is checked key by key, and a mistake names its key."""

from datetime import UTC, date, datetime, time

import pytest

from publisher.model.media import Image
from publisher.model.reason import Reason
from publisher.sources.metadata import EMPTY, Metadata, parse_metadata
from tests.sources.build import BAGHDAD


def read(**raw: object) -> Metadata:
    """Metadata that is expected to be right."""
    result = parse_metadata(raw, file="a.md", zone=BAGHDAD)
    assert isinstance(result, Metadata), result
    return result


def wrong(raw: dict[str, object]) -> Reason:
    """Metadata that is expected to be refused."""
    result = parse_metadata(raw, file="a.md", zone=BAGHDAD)
    assert isinstance(result, Reason), result
    return result


def test_nothing_stated_is_empty() -> None:
    assert read() == EMPTY
    assert read(title=None, image=None, author="  ") == EMPTY


def test_a_guid_stays_to_the_letter() -> None:
    """No cleaning, no normalising: readers compare it as a string."""
    for guid in ("https://old.example/?p=1", "A%c3%a9", "e\u0301", "ﻗﻮى", "<b>&amp;", "a  b"):
        assert read(guid=guid).guid == guid
    assert read(guid=" 7 ").guid == "7"
    assert read(guid=7).guid == "7"
    assert read(guid="").guid is None


def test_the_articles_own_address_loses_what_counted_clicks_and_a_cited_one_does_not() -> None:
    marked = "https://x.example/1?utm_source=desk&id=2&igshid=y"
    stated = read(url=marked, wire={"name": "Wire", "url": marked})
    assert stated.url == "https://x.example/1?id=2"
    assert stated.wire is not None
    assert stated.wire.url == marked
    assert wrong({"url": "/1?utm_source=desk"}).key.endswith("bad_url")


def test_everything_stated_is_read() -> None:
    stated = read(
        title=" عنوان \n طويل ",
        url="https://news.example/1",
        section="سياسة",
        language="ckb-Arab-IQ",
        author="سلمى",
        summary="كلام",
        image={
            "src": "https://cdn.example/a.jpg",
            "alt": "a",
            "caption": "b",
            "credit": "c",
            "width": 8,
            "height": "6",
        },
        rights="©",
        publisher="الجبال",
        sample="true",
        sources=["رويترز", "واع"],
    )
    assert stated == Metadata(
        title="عنوان طويل",
        url="https://news.example/1",
        section="سياسة",
        language="ckb-Arab-IQ",
        author="سلمى",
        summary="كلام",
        image=Image(src="https://cdn.example/a.jpg", alt="a", caption="b", credit="c", width=8, height=6),
        rights="©",
        publisher="الجبال",
        sample=True,
        attributed_to=("رويترز", "واع"),
    )


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2025-11-01T15:15:00+03:00", "2025-11-01T15:15:00+03:00"),
        ("2025-11-01T12:15:00Z", "2025-11-01T15:15:00+03:00"),
        ("2025-11-01 15:15", "2025-11-01T15:15:00+03:00"),
        ("2025-11-01", "2025-11-01T00:00:00+03:00"),
        ("السبت 1 نوفمبر 2025 03:15 م", "2025-11-01T15:15:00+03:00"),
        (datetime(2025, 11, 1, 12, 15, tzinfo=UTC), "2025-11-01T15:15:00+03:00"),
        (datetime(2025, 11, 1, 15, 15, 0, 5), "2025-11-01T15:15:00+03:00"),  # noqa: DTZ001
        (date(2025, 11, 1), "2025-11-01T00:00:00+03:00"),
    ],
)
def test_dates_in_every_form(value: object, at: str) -> None:
    stated = read(date=value, updated=value)
    assert stated.published is not None
    assert stated.published.at.isoformat() == at
    assert stated.updated == stated.published


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("title", 12, "bad_text"),
        ("title", ["a"], "bad_text"),
        ("title", "x" * 301, "value_too_long"),
        ("summary", "x" * 2001, "value_too_long"),
        ("date", 20251101, "bad_date"),
        ("date", time(15, 15), "bad_date"),
        ("url", "/posts/1", "bad_url"),
        ("url", 1, "bad_url"),
        ("language", "Arabic", "bad_language"),
        ("guid", "a\nb", "bad_guid"),
        ("guid", "ا" * 1001, "bad_guid"),
        ("guid", True, "bad_guid"),
        ("guid", 10**400, "bad_guid"),
        ("guid", ["a"], "bad_guid"),
        ("guid", "\ud800", "bad_guid"),
        ("language", "", "bad_language"),
        ("language", 5, "bad_language"),
        ("sample", "maybe", "bad_flag"),
        ("sample", 1, "bad_flag"),
        ("sample", [1], "bad_flag"),
        ("sources", {"a": 1}, "bad_text"),
        ("sources", ["a", 2], "bad_text"),
        ("image", 5, "bad_image"),
        ("image", "a.jpg", "bad_url"),
        ("image", {"src": "a.jpg"}, "bad_url"),
        ("image", {"width": 0}, "bad_number"),
        ("image", {"width": True}, "bad_number"),
        ("image", {"height": "9" * 5000}, "bad_number"),
        ("image", {"height": 10**5000}, "bad_number"),
        ("image", {"height": "²"}, "bad_number"),
    ],
)
def test_bad_value_names_its_key(key: str, value: object, reason: str) -> None:
    found = wrong({key: value})
    assert found.key == f"sources.{reason}"
    assert str(found.arguments["field"]).startswith(key)
    assert found.arguments["file"] == "a.md"


@pytest.mark.parametrize("value", ["31/11/2025", "yesterday", "الأحد 1 نوفمبر 2025", "3 مايس"])
def test_unreadable_date_keeps_the_readers_reason(value: str) -> None:
    assert wrong({"date": value}).key.startswith("dates.")


@pytest.mark.parametrize(
    ("raw", "field", "near"),
    [
        ({"secton": "x"}, "secton", "section"),
        ({"Title": "x"}, "Title", "title"),
        ({"langauge": "x"}, "langauge", "language"),
        ({"image": {"credits": "x"}}, "image.credits", "image.credit"),
    ],
)
def test_unknown_key_names_the_nearest_known_one(raw: dict[str, object], field: str, near: str) -> None:
    found = wrong(raw)
    assert found.key == "sources.unknown_key_near"
    assert (found.arguments["field"], found.arguments["near"]) == (field, near)


def test_strange_key_lists_the_known_ones() -> None:
    found = wrong({"zzzz<b>": 1})
    assert found.key == "sources.unknown_key"
    assert found.arguments["field"] == "zzzz"
    assert "summary" in str(found.arguments["known"])


def test_picture_may_be_an_address_alone_or_have_none() -> None:
    assert read(image="https://cdn.example/a.jpg").image == Image(src="https://cdn.example/a.jpg")
    assert read(image={"src": None, "caption": "a"}).image == Image(caption="a")
    assert read(image={"src": ""}).image is None
    assert read(url="").url is None


def test_flags_in_words_and_in_toml() -> None:
    assert [read(sample=value).sample for value in (True, False, "yes", "لا")] == [True, False, True, False]


def test_one_source_needs_no_list() -> None:
    assert read(sources="رويترز").attributed_to == ("رويترز",)
