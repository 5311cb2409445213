"""Feed files on disk: stable, whole, repaired after a crash, and never somebody else's."""

import gzip
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest

from publisher.feeds import files
from publisher.feeds.documents import Document
from publisher.feeds.files import FeedFile, FileState
from publisher.feeds.manifest import (
    MANIFEST,
    FileRecord,
    Manifest,
    load_listings,
    load_manifest,
    save_manifest,
)
from publisher.feeds.replace import replace_file
from publisher.feeds.twins import BROTLI, twin
from publisher.model.feed import Feed
from tests.feeds.samples import NOW, make_entry, make_feed
from tests.feeds.whole import render_documents, write_feeds

SECOND = timedelta(seconds=1)


def publish(folder: Path, *feeds: Feed, after: timedelta = timedelta(0)) -> tuple[FeedFile, ...]:
    """Write these feeds, some time after NOW."""
    listings = [feed.listing for feed in feeds]
    return write_feeds(folder, render_documents(feeds).documents, listings, now=NOW + after)


def states(written: Sequence[FeedFile]) -> set[FileState]:
    """What became of the files."""
    return {file.state for file in written}


def test_the_list_of_what_was_written(tmp_path: Path) -> None:
    written = publish(tmp_path / "public" / "feeds", make_feed(make_entry()))
    assert written[0] == FeedFile(
        path="index.rss",
        url="https://nashra.aljeebal.com/feeds/index.rss",
        format="rss",
        entries=1,
        state=FileState.WRITTEN,
        size_bytes=(tmp_path / "public/feeds/index.rss").stat().st_size,
    )
    assert [f.format for f in written] == ["rss", "atom", "json"]


def test_each_file_has_a_gzip_twin_of_the_same_bytes_and_date(tmp_path: Path) -> None:
    for file in publish(tmp_path, make_feed(make_entry(), path="lang/ar")):
        path = tmp_path / file.path
        assert gzip.decompress(twin(path).read_bytes()) == path.read_bytes()
        assert twin(path).stat().st_mtime_ns == path.stat().st_mtime_ns == int(NOW.timestamp()) * 10**9


def test_publishing_the_same_again_changes_nothing_on_disk(tmp_path: Path) -> None:
    publish(tmp_path, make_feed(make_entry()))
    before = {path: path.stat() for path in tmp_path.rglob("*.*") if path.name != ".lock"}
    assert len(before) == 7
    written = publish(tmp_path, make_feed(make_entry()), after=timedelta(days=1))
    assert states(written) == {FileState.UNCHANGED}
    for path, status in before.items():
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (status.st_ino, status.st_mtime_ns)


@pytest.mark.parametrize("after", [timedelta(days=-1), timedelta(0), SECOND / 2, timedelta(days=1)])
def test_a_change_moves_the_date_strictly_forward_whatever_the_clock_says(
    tmp_path: Path, after: timedelta
) -> None:
    publish(tmp_path, make_feed(make_entry()))
    path = tmp_path / "index.rss"
    dates = [path.stat().st_mtime]
    for number in range(3):
        publish(tmp_path, make_feed(make_entry(title=f"آخر {number}")), after=after)
        dates.append(path.stat().st_mtime)
    assert all(later >= earlier + 1 for earlier, later in pairwise(dates))
    assert all(date == int(date) for date in dates)
    assert dates[1] >= (NOW + after).timestamp() // 1


def test_a_crash_between_a_file_and_its_twin_is_mended_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, make_feed(make_entry()))

    def crash_at_twin(path: Path, data: bytes, *, mtime: int | None = None, sync_name: bool = True) -> None:
        if path.suffix == ".gz":
            raise KeyboardInterrupt
        replace_file(path, data, mtime=mtime, sync_name=sync_name)

    changed = make_feed(make_entry(title="آخر"))
    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_file", crash_at_twin)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, changed, after=SECOND)
    path = tmp_path / "index.rss"
    assert not twin(path).exists(), "until it is made, servers send the file itself"
    crashed_at = path.stat().st_mtime

    publish(tmp_path, changed, after=timedelta(hours=1))
    assert gzip.decompress(twin(path).read_bytes()) == path.read_bytes()
    assert path.stat().st_mtime == twin(path).stat().st_mtime == crashed_at


def test_an_old_brotli_twin_never_stands_beside_a_new_file(tmp_path: Path) -> None:
    """Checklist 31 and 33: nginx would send it, with yesterday's articles, to every reader that takes brotli."""
    publish(tmp_path, make_feed(make_entry()))
    stale = twin(tmp_path / "index.rss", BROTLI)
    stale.write_bytes(b"old")
    publish(tmp_path, make_feed(make_entry(title="آخر")), after=SECOND)
    assert not stale.exists()


def test_what_a_crash_left_beside_is_removed(tmp_path: Path) -> None:
    publish(tmp_path, make_feed(path="lang/ar"))
    stray = tmp_path / "lang" / ".ar.rss.tmp"
    stray.write_bytes(b"half")
    publish(tmp_path, make_feed(path="lang/ar"))
    assert not stray.exists()


def test_files_of_feeds_that_are_no_more_go_and_foreign_files_stay(tmp_path: Path) -> None:
    publish(tmp_path, make_feed(), make_feed(path="section/old"))
    foreign = tmp_path / "section" / "by-hand.rss"
    foreign.write_text("<rss/>")
    publish(tmp_path, make_feed())
    assert not list(tmp_path.glob("section/old*"))
    assert foreign.exists()
    assert load_manifest(tmp_path).files.keys() == {"index.rss", "index.atom", "index.json"}
    assert [listing.path for listing in load_listings(tmp_path)] == ["index"]


def test_a_file_that_is_gone_already_is_no_obstacle(tmp_path: Path) -> None:
    save_manifest(tmp_path, Manifest(files={"gone/away.rss": FileRecord()}))
    assert states(publish(tmp_path, make_feed())) == {FileState.WRITTEN}


def test_a_manifest_that_points_outside_removes_nothing(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "feeds"
    publish(folder, make_feed())
    save_manifest(folder, Manifest(files={"../victim": FileRecord()}))
    with pytest.raises(ValueError, match="outside"):
        publish(folder, make_feed())
    assert victim.exists()


def test_a_crash_before_the_end_leaves_no_file_without_an_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash_at_json(path: Path, data: bytes, *, mtime: int | None = None, sync_name: bool = True) -> None:
        if path.suffix == ".json":
            raise KeyboardInterrupt
        replace_file(path, data, mtime=mtime, sync_name=sync_name)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_file", crash_at_json)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, make_feed(path="section/brief"))
    publish(tmp_path, make_feed())
    assert not list(tmp_path.glob("section/*"))


def test_a_document_that_does_not_read_back_leaves_the_last_good_one(tmp_path: Path) -> None:
    publish(tmp_path, make_feed(make_entry()))
    good = (tmp_path / "index.rss").read_bytes()
    rss, *others = render_documents([make_feed(make_entry(title="آخر"))]).documents
    torn = replace(rss, data=rss.data[:-9])
    listings = [make_feed().listing]
    first, *rest = write_feeds(tmp_path, [torn, *others], listings, now=NOW + SECOND)
    assert (first.state, first.reason and first.reason.key) == (FileState.KEPT, "feeds.document.damaged")
    assert (tmp_path / "index.rss").read_bytes() == good
    assert states(rest) == {FileState.WRITTEN}
    assert "index.rss" in load_manifest(tmp_path).files


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    versions = [
        render_documents([make_feed(make_entry(title=f"نسخة {n}" * 200))]).documents for n in range(2)
    ]
    failures: list[BaseException] = []

    def write(documents: Sequence[Document]) -> None:
        try:
            for _ in range(10):
                write_feeds(tmp_path, documents, [make_feed().listing], now=NOW)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=write, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    data = (tmp_path / "index.rss").read_bytes()
    assert data in [version[0].data for version in versions]
    assert gzip.decompress(twin(tmp_path / "index.rss").read_bytes()) == data


def test_readers_never_see_a_torn_or_mixed_file_during_two_hundred_publications(tmp_path: Path) -> None:
    """Feed checklist 33."""
    feeds = [make_feed(make_entry(title=f"نسخة {n}" * (1 + 90 * n))) for n in range(2)]
    versions = [render_documents([feed]).documents[:1] for feed in feeds]
    legal = {version[0].data for version in versions}
    write_feeds(tmp_path, versions[0], [], now=NOW)
    path, done = tmp_path / "index.rss", Event()
    wrong: list[str] = []
    reads: list[int] = []

    def read() -> None:
        while not done.is_set():
            with path.open("rb") as file:
                plain, date = file.read(), os.fstat(file.fileno()).st_mtime_ns
            reads.append(len(plain))
            if plain not in legal:
                wrong.append("torn")
            with suppress(FileNotFoundError), twin(path).open("rb") as file:
                packed, twin_date = gzip.decompress(file.read()), os.fstat(file.fileno()).st_mtime_ns
                if packed not in legal:
                    wrong.append("torn twin")
                elif (twin_date == date) != (packed == plain) and twin_date <= date:
                    wrong.append("a twin of another file")

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(200):
        write_feeds(tmp_path, versions[number % 2], [], now=NOW)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(set(reads)) == 2
    assert path.stat().st_mtime == int(NOW.timestamp()) + 199
    assert (tmp_path / MANIFEST).exists()


def test_a_feed_outgrows_readers_once_until_it_was_small_again(tmp_path: Path) -> None:
    """One that stands at the limit would else be told of with every article."""
    told = [
        any(
            file.outgrew
            for file in publish(tmp_path, make_feed(make_entry(content_html=f"<p>{'a' * size}</p>")))
        )
        for size in (100, 530_000, 530_000, 540_000, 500_000, 540_000, 400_000, 540_000)
    ]
    assert told == [False, True, False, False, False, False, False, True]


def test_a_refused_document_is_dated_by_the_first_refusal(tmp_path: Path) -> None:
    def since() -> datetime | None:
        return load_manifest(tmp_path).files["index.rss"].since

    whole = render_documents([make_feed(make_entry())]).documents
    torn = [replace(document, data=document.data[:-9]) for document in whole]
    publish(tmp_path, make_feed(make_entry()))
    assert since() is None
    for hours in (1, 2):
        write_feeds(tmp_path, torn, [], now=NOW + timedelta(hours=hours))
        assert since() == NOW + timedelta(hours=1)
    publish(tmp_path, make_feed(make_entry()), after=timedelta(hours=3))
    assert since() is None
