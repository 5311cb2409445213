"""Entries written once and stitched; a bad one alone is left out."""

from dataclasses import replace

import pytest

from publisher.feeds.formats import FORMATS
from publisher.feeds.gate import check_document
from publisher.model.feed import BEGINNING, Entry
from tests.feeds.samples import all_words, make_entry, make_feed
from tests.feeds.whole import render_documents


def test_every_feed_in_every_format() -> None:
    rendered = render_documents([make_feed(make_entry()), make_feed(path="lang/ar")])
    assert [(d.path, d.url, d.ids) for d in rendered.documents][:4] == [
        ("index.rss", "https://nashra.aljeebal.com/feeds/index.rss", (make_entry().id,)),
        ("index.atom", "https://nashra.aljeebal.com/feeds/index.atom", (make_entry().id,)),
        ("index.json", "https://nashra.aljeebal.com/feeds/index.json", (make_entry().id,)),
        ("lang/ar.rss", "https://nashra.aljeebal.com/feeds/lang/ar.rss", ()),
    ]
    assert all(check_document(document) is None for document in rendered.documents)


@pytest.mark.parametrize(
    "bad",
    [
        make_entry(id="tag:x.example,2025:bad", title="\x0b"),
        make_entry(id="tag:x.example,2025:bad", summary="\ud800"),
        make_entry(id="tag:x.example,2025:bad", published_at=make_entry().published_at.replace(tzinfo=None)),
        make_entry(id="tag:x.example,2025:bad", url=None, content_html=None),
    ],
    ids=["control", "surrogate", "naive", "nothing"],
)
def test_a_bad_entry_leaves_every_format_and_nothing_else_does(bad: Entry) -> None:
    good = make_entry()
    rendered = render_documents([make_feed(bad, good), make_feed(good, bad, path="lang/ar")])
    assert [failed.id for failed in rendered.failed] == [bad.id]
    assert all_words()["ar"].say_reason(rendered.failed[0].reason)
    assert {document.ids for document in rendered.documents} == {(good.id,)}
    assert all(check_document(document) is None for document in rendered.documents)


def test_a_feed_of_nothing_but_bad_entries_is_empty_and_dated_as_such() -> None:
    rendered = render_documents([make_feed(make_entry(title="\x0b"))])
    assert b"Thu, 01 Jan 1970" in rendered.documents[0].data
    assert BEGINNING.year == 1970


def test_changing_one_entry_changes_its_own_bytes_only() -> None:
    """Feed checklist 9."""
    first, second = make_entry(), make_entry(id="tag:x.example,2025:2")
    before = render_documents([make_feed(first, second)]).documents
    after = render_documents([make_feed(first, replace(second, title="آخر"))]).documents
    for format_, old, new in zip(FORMATS, before, after, strict=True):
        same = format_.render_entry(first)
        assert same in old.data
        assert same in new.data
        assert old.data.replace(format_.render_entry(second), b"") == new.data.replace(
            format_.render_entry(replace(second, title="آخر")), b""
        )


def test_a_document_that_does_not_read_back_is_told_with_its_reason() -> None:
    document = render_documents([make_feed(make_entry())]).documents[0]
    torn = check_document(replace(document, data=document.data[:-1]))
    short = check_document(replace(document, ids=()))
    assert torn is not None
    assert short is not None
    assert (torn.key, short.key) == ("feeds.document.damaged", "feeds.document.incomplete")
    for words in all_words().values():
        assert words.say_reason(torn) != words.say_reason(short)
