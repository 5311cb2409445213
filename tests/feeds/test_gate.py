"""The gate: what our validator refuses is not published, an entry for itself and a document for its frame."""

from dataclasses import replace

import pytest

from publisher.feeds.documents import Document
from publisher.feeds.entries import describe_failure
from publisher.feeds.entry_gate import RefusedEntryError
from publisher.feeds.formats import FORMATS
from publisher.feeds.fragments import write_fragment
from publisher.feeds.gate import check_document, cut_entries
from publisher.feeds.validate.document import validate
from publisher.model.feed import Entry
from tests.feeds.samples import all_words, make_entry, make_feed
from tests.feeds.whole import render_documents

ENTRIES = [make_entry(id=f"tag:x.example,2025:{number}") for number in range(3)]
BY_FORMAT = pytest.mark.parametrize("place", range(len(FORMATS)), ids=[format_.name for format_ in FORMATS])


def documents(*entries: Entry) -> tuple[Document, ...]:
    return render_documents([make_feed(*entries)]).documents


@BY_FORMAT
def test_a_good_document_passes_with_and_without_entries(place: int) -> None:
    assert check_document(documents(*ENTRIES)[place]) is None
    assert check_document(documents()[place]) is None


@BY_FORMAT
def test_the_frame_is_the_document_of_no_entry(place: int) -> None:
    full, empty = documents(*ENTRIES)[place], documents()[place]
    same_date = replace(make_feed(), updated_at=ENTRIES[0].updated_at)
    assert cut_entries(full) == FORMATS[place].render(same_date, [])
    assert cut_entries(empty) == empty.data


@BY_FORMAT
@pytest.mark.parametrize("keep", [-1, -9, 40, 0])
def test_a_torn_document_is_refused(place: int, keep: int) -> None:
    document = documents(*ENTRIES)[place]
    assert check_document(replace(document, data=document.data[:keep])) is not None


@BY_FORMAT
def test_a_document_without_an_entry_it_should_hold_is_refused(place: int) -> None:
    document, other = documents(*ENTRIES)[place], documents(*ENTRIES[1:])[place]
    for wrong in (
        replace(document, data=other.data),
        replace(document, ids=document.ids[1:]),
        replace(document, forms=document.forms[::-1]),
        replace(document, ids=document.ids[:1] * 3),
    ):
        found = check_document(wrong)
        assert found is not None
        assert found.key == "feeds.document.incomplete"


@BY_FORMAT
def test_a_document_served_elsewhere_than_it_says_is_refused(place: int) -> None:
    found = check_document(replace(documents(*ENTRIES)[place], url="https://elsewhere.example/f"))
    assert found is not None
    assert "feed.self" in str(found.arguments["detail"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content_html": "<p onclick=alert(1)>x</p>"}, "content.handler"),
        ({"content_html": "<script>alert(1)</script>"}, "content.active"),
        ({"url": "javascript:alert(1)"}, "url.executable"),
        ({"url": "/relative"}, "url.relative"),
        ({"title": "\u202eآخر"}, "text.bidi"),
        ({"language": "عربي"}, "text.language"),
        ({"url": "https://news.example/a b"}, "url.spaces"),
    ],
)
def test_an_entry_with_an_error_is_refused_alone_with_its_reason(changes: dict[str, str], code: str) -> None:
    bad = make_entry(**changes)
    with pytest.raises(RefusedEntryError) as refused:
        write_fragment(bad)
    told = describe_failure(refused.value)
    assert told.key == "feeds.entry.refused"
    assert code in str(told.arguments["detail"])
    assert all(code in words.say_reason(told) for words in all_words().values())
    rendered = render_documents([make_feed(ENTRIES[0], bad, ENTRIES[1])])
    assert [document.ids for document in rendered.documents] == [(ENTRIES[0].id, ENTRIES[1].id)] * 3
    assert [failed.reason for failed in rendered.failed] == [told]


@BY_FORMAT
@pytest.mark.parametrize("count", [1, 50])
def test_a_feed_of_one_and_of_fifty_entries_is_valid_without_a_warning(place: int, count: int) -> None:
    """Feed checklist 23."""
    document = documents(*[make_entry(id=f"tag:x.example,2025:{n}") for n in range(count)])[place]
    assert check_document(document) is None
    report = validate(document.data, url=document.url)
    assert (len(report.ids), report.findings) == (count, ())


@BY_FORMAT
def test_a_feed_of_a_thousand_entries_is_valid_and_warned_of_for_its_size(place: int) -> None:
    (document,) = documents(*[make_entry(id=f"tag:x.example,2025:{n}") for n in range(1000)])[
        place : place + 1
    ]
    assert check_document(document) is None
    report = validate(document.data, url=document.url)
    assert len(report.ids) == 1000
    assert [finding.code for finding in report.findings] == ["document.size"]
