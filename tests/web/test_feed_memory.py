"""Feed files in memory."""

import gzip
import os
from pathlib import Path

from publisher.web.feed_memory import FeedMemory


def test_a_file_is_read_once_until_it_is_another(tmp_path: Path) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss/>")
    memory = FeedMemory(tmp_path)
    first = memory.load("index.rss")
    assert first is not None
    assert memory.load("index.rss") is first

    path.write_bytes(b"<rss>2</rss>")
    second = memory.load("index.rss")
    assert second is not None
    assert second.identity.data == b"<rss>2</rss>"
    assert second.identity.etag != first.identity.etag


def test_a_replacement_of_equal_size_and_date_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "index.rss"
    memory = FeedMemory(tmp_path)
    found = []
    for data in (b"<rss>1</rss>", b"<rss>2</rss>"):
        beside = tmp_path / "beside"
        beside.write_bytes(data)
        os.utime(beside, (1_700_000_000, 1_700_000_000))
        beside.replace(path)
        feed = memory.load("index.rss")
        assert feed is not None
        found.append(feed.identity.data)
    assert found == [b"<rss>1</rss>", b"<rss>2</rss>"]


def test_both_codings_are_of_the_same_bytes_and_told_apart(tmp_path: Path) -> None:
    (tmp_path / "index.atom").write_bytes(b"<feed/>" * 100)
    feed = FeedMemory(tmp_path).load("index.atom")
    assert feed is not None
    assert gzip.decompress(feed.gzip.data) == feed.identity.data
    assert feed.gzip.etag != feed.identity.etag
    assert feed.gzip.last_modified == feed.identity.last_modified
    assert not feed.identity.etag.startswith("W/")


def test_a_file_that_goes_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "index.json"
    path.write_bytes(b"{}")
    memory = FeedMemory(tmp_path)
    assert memory.load("index.json")
    path.unlink()
    assert memory.load("index.json") is None
    (tmp_path / "folder.rss").mkdir()
    assert memory.load("folder.rss") is None
    path.write_bytes(b"{}")
    assert memory.load("index.json/x.rss") is None
