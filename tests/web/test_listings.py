"""The list of feeds that every page needs: whatever becomes of it, no page fails for it."""

from pathlib import Path

import pytest

from publisher.feeds.manifest import MANIFEST
from publisher.web.listings import Listings
from tests.web.feed_folder import listing, write_folder
from tests.web.reader_app import ReaderApp


def make_unreadable(path: Path) -> None:
    """A name that leads to itself: ELOOP, for root too."""
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


def test_a_list_that_cannot_be_read_stays_as_it_was_and_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_folder(tmp_path, [listing("index")])
    listings = Listings(tmp_path)
    known = listings.load()
    assert [item.path for item in known] == ["index"]
    for _ in range(2):
        make_unreadable(tmp_path / MANIFEST)
        assert [listings.load() for _ in range(3)] == [known] * 3
        (tmp_path / MANIFEST).unlink()
        write_folder(tmp_path, [listing("index")])
        assert listings.load() == known
    assert [(told.message, told.exc_info) for told in caplog.records] == [
        ("feeds.listing.unreadable", None)
    ] * 2


def test_a_damaged_list_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / MANIFEST).write_text("{")
    assert Listings(tmp_path).load() == ()
    assert [told.message for told in caplog.records] == ["feeds.listing.damaged"]


def test_pages_answer_though_the_list_was_never_read(reader: ReaderApp) -> None:
    reader.context.feeds_folder.mkdir()
    make_unreadable(reader.context.feeds_folder / MANIFEST)
    for path in ("/", "/subscribe", "/feeds"):
        assert reader.client.get(path).status_code == 200
    assert reader.client.get("/u/none").status_code < 500
