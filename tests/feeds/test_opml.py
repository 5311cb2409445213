"""The list of feeds for readers to import (checklist 36)."""

from datetime import timedelta
from pathlib import Path

from lxml import etree

from publisher.feeds.opml import OPML_FILE, render_opml
from publisher.feeds.side_file import put_side_file
from publisher.feeds.twins import CODINGS, is_paired, twin
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing
from tests.feeds.samples import NOW

LISTING = FeedListing(
    path="section/s-abcdefgh",
    title='سياسة & "اقتصاد" <عاجل>',
    language="ar",
    direction=Direction.RTL,
    base_url="https://news.example/feeds",
)


def test_it_is_opml_2_with_a_line_for_each_feed() -> None:
    """http://opml.org/spec2.opml: a subscription list's outlines have type, text, xmlUrl."""
    root = etree.fromstring(render_opml("الجبال", "https://aljeebal.example", [LISTING, LISTING]))
    assert root.tag == "opml"
    assert root.get("version") == "2.0"
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title") == "الجبال"
    outlines = root.findall("body/outline")
    assert len(outlines) == 2
    assert dict(outlines[0].attrib.items()) == {
        "type": "rss",
        "text": LISTING.title,
        "title": LISTING.title,
        "xmlUrl": "https://news.example/feeds/section/s-abcdefgh.rss",
        "htmlUrl": "https://news.example/feeds/section/s-abcdefgh",
        "language": "ar",
    }


def test_no_feed_is_a_valid_list_and_no_sign_breaks_it() -> None:
    root = etree.fromstring(render_opml("x\x00\x0b\ufffe", "https://aljeebal.example", []))
    assert root.findtext("head/title") == "x"
    assert root.find("body") is not None


def test_a_side_file_changes_its_date_only_with_its_bytes(tmp_path: Path) -> None:
    """Checklist 30, 31."""
    path = tmp_path / OPML_FILE
    assert put_side_file(tmp_path, OPML_FILE, b"one", now=NOW)
    first = path.stat()
    assert not put_side_file(tmp_path, OPML_FILE, b"one", now=NOW + timedelta(days=1))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert put_side_file(tmp_path, OPML_FILE, b"two", now=NOW - timedelta(days=1))
    assert path.stat().st_mtime_ns == first.st_mtime_ns + 10**9
    for coding in CODINGS:
        assert is_paired(path, coding)
        assert coding.decompress(twin(path, coding).read_bytes()) == b"two"


def test_a_crash_before_the_twins_is_mended(tmp_path: Path) -> None:
    put_side_file(tmp_path, OPML_FILE, b"one", now=NOW)
    for coding in CODINGS:
        twin(tmp_path / OPML_FILE, coding).unlink()
    assert not put_side_file(tmp_path, OPML_FILE, b"one", now=NOW)
    assert all(is_paired(tmp_path / OPML_FILE, coding) for coding in CODINGS)
