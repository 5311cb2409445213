"""Feed files in memory."""

import errno
import logging
import os
from pathlib import Path

import pytest

from publisher.feeds.twins import BROTLI, CODINGS, GZIP, twin
from publisher.web.feed_memory import FeedMemory, ServedFeed


def load(memory: FeedMemory, name: str = "index.rss") -> ServedFeed:
    found = memory.load(name)
    assert found is not None
    return found


def plain(feed: ServedFeed) -> bytes:
    return feed.representations[None].full.body


@pytest.fixture
def memory(tmp_path: Path) -> FeedMemory:
    """One that looks at the folder for every request."""
    return FeedMemory(tmp_path, fresh_seconds=0)


def test_a_file_is_read_once_until_it_is_another(tmp_path: Path, memory: FeedMemory) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss/>")
    first = load(memory)
    assert load(memory) is first
    path.write_bytes(b"<rss>2</rss>")
    second = load(memory)
    assert plain(second) == b"<rss>2</rss>"
    assert second.representations[None].etag != first.representations[None].etag


def test_within_a_second_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer costs no `stat`; the next second's first one does."""
    path, clock = tmp_path / "index.rss", [100.0]
    monkeypatch.setattr("publisher.web.feed_memory.time.monotonic", lambda: clock[0])
    path.write_bytes(b"<rss/>")
    memory = FeedMemory(tmp_path)
    first = load(memory)
    path.write_bytes(b"<rss>2</rss>")
    clock[0] += 0.9
    assert load(memory) is first
    clock[0] += 0.2
    assert plain(load(memory)) == b"<rss>2</rss>"


def test_a_replacement_of_equal_size_and_date_is_noticed(tmp_path: Path, memory: FeedMemory) -> None:
    found = []
    for data in (b"<rss>1</rss>", b"<rss>2</rss>"):
        beside = tmp_path / "beside"
        beside.write_bytes(data)
        os.utime(beside, (1_700_000_000, 1_700_000_000))
        beside.replace(tmp_path / "index.rss")
        found.append(plain(load(memory)))
    assert found == [b"<rss>1</rss>", b"<rss>2</rss>"]


def test_all_codings_are_of_the_same_bytes_and_told_apart(tmp_path: Path, memory: FeedMemory) -> None:
    path = tmp_path / "index.atom"
    path.write_bytes(b"<feed/>" * 100)
    for coding in CODINGS:
        twin(path, coding).write_bytes(coding.compress(path.read_bytes()))
    feed = load(memory, "index.atom")
    assert feed.offered == ("br", "gzip")
    for coding in CODINGS:
        assert coding.decompress(feed.representations[coding.name].full.body) == plain(feed)
    etags = {found.etag for found in feed.representations.values()}
    assert len(etags) == 3
    assert not any(etag.startswith("W/") for etag in etags)
    assert len({found.modified_at for found in feed.representations.values()}) == 1


def test_a_twin_of_other_bytes_is_not_served(tmp_path: Path, memory: FeedMemory) -> None:
    """A crash between a file and its twin; a twin that is none."""
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss>new</rss>")
    twin(path, GZIP).write_bytes(GZIP.compress(b"<rss>old</rss>"))
    twin(path, BROTLI).write_bytes(b"rubbish")
    feed = load(memory)
    assert feed.offered == ("gzip",)
    assert GZIP.decompress(feed.representations["gzip"].full.body) == b"<rss>new</rss>"


def test_a_twin_that_comes_later_is_noticed(tmp_path: Path, memory: FeedMemory) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss/>")
    before = load(memory)
    assert before.offered == ("gzip",)
    twin(path, BROTLI).write_bytes(BROTLI.compress(b"<rss/>"))
    after = load(memory)
    assert after.offered == ("br", "gzip")
    assert after.representations["gzip"].etag == before.representations["gzip"].etag


def test_what_was_asked_for_least_recently_goes_where_memory_is_full(tmp_path: Path) -> None:
    for name in ("a.rss", "b.rss", "c.rss"):
        (tmp_path / name).write_bytes(os.urandom(1000))
    memory = FeedMemory(tmp_path, fresh_seconds=0, capacity_bytes=5000)
    a, b = load(memory, "a.rss"), load(memory, "b.rss")
    assert load(memory, "a.rss") is a
    load(memory, "c.rss")
    assert load(memory, "a.rss") is a
    assert load(memory, "b.rss") is not b


def test_a_file_that_goes_is_forgotten(tmp_path: Path, memory: FeedMemory) -> None:
    path = tmp_path / "index.json"
    path.write_bytes(b"{}")
    load(memory, "index.json")
    path.unlink()
    assert memory.load("index.json") is None
    (tmp_path / "folder.rss").mkdir()
    assert memory.load("folder.rss") is None
    path.write_bytes(b"{}")
    assert memory.load("index.json/x.rss") is None


def make_unreadable(path: Path) -> None:
    """A name that leads to itself: ELOOP, for root too."""
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


def test_a_file_that_cannot_be_read_is_served_as_it_was(
    tmp_path: Path, memory: FeedMemory, caplog: pytest.LogCaptureFixture
) -> None:
    """And told of once, in a line; once it can be read, it is."""
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss/>")
    before = load(memory)
    make_unreadable(path)
    assert [load(memory) for _ in range(3)] == [before] * 3
    (told,) = caplog.records
    assert (told.levelno, told.exc_info) == (logging.ERROR, None)
    assert (vars(told)["path"], vars(told)["error"]) == ("index.rss", "ELOOP")
    path.unlink()
    path.write_bytes(b"<rss>2</rss>")
    assert plain(load(memory)) == b"<rss>2</rss>"


def test_a_file_that_was_never_read_and_cannot_be_is_no_missing_one(
    tmp_path: Path, memory: FeedMemory
) -> None:
    make_unreadable(tmp_path / "index.rss")
    with pytest.raises(OSError) as caught:
        memory.load("index.rss")
    assert caught.value.errno == errno.ELOOP


def test_a_trouble_is_told_again_after_an_hour_and_each_kind_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, code = [100.0], [errno.EMFILE]

    def fail(_path: Path) -> None:
        raise OSError(code[0], "no")

    monkeypatch.setattr("publisher.web.feed_memory.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("publisher.web.feed_memory._stamp", fail)
    memory = FeedMemory(tmp_path)
    for later, number in ((0, errno.EMFILE), (1, errno.EIO), (1, errno.EMFILE), (3600, errno.EMFILE)):
        clock[0], code[0] = clock[0] + later, number
        for name in ("a.rss", "b.rss"):
            with pytest.raises(OSError):
                memory.load(name)
    assert [vars(told)["error"] for told in caplog.records] == ["EMFILE", "EIO", "EMFILE"]


def test_a_twin_that_cannot_be_read_costs_itself_only(tmp_path: Path, memory: FeedMemory) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"<rss/>")
    make_unreadable(twin(path, BROTLI))
    assert load(memory).offered == ("gzip",)
