"""The gate before a file is replaced."""

import pytest

from publisher.feeds.check import atom_ids, json_ids, rss_ids
from publisher.feeds.formats import FORMATS, Format
from tests.feeds.samples import make_entry, make_feed


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_the_ids_read_back_in_order(format_: Format) -> None:
    entries = [make_entry(id=f"tag:x.example,2025:{n}") for n in (3, 1, 2)]
    data = format_.render(make_feed(*entries), [format_.render_entry(entry) for entry in entries])
    assert format_.read_ids(data) == tuple(entry.id for entry in entries)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_a_torn_document_is_refused(format_: Format) -> None:
    data = format_.render(make_feed(), [])
    with pytest.raises(ValueError):
        format_.read_ids(data[:-3])


@pytest.mark.parametrize("read", [rss_ids, atom_ids])
def test_another_kind_of_document_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="root"):
        read(b"<html/>")


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"version":"2"}'])
def test_json_that_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a JSON Feed"):
        json_ids(data)


def test_entities_are_not_resolved() -> None:
    data = b'<!DOCTYPE rss [<!ENTITY e "x">]><rss><channel><item><guid>&e;</guid></item></channel></rss>'
    assert rss_ids(data) == ("",)
