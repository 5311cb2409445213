"""The brotli twins that publication leaves for later (checklist 31, 33)."""

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.feeds.complete_twins import complete_twins
from publisher.feeds.manifest import load_manifest
from publisher.feeds.twins import BROTLI, is_paired, twin
from tests.feeds.samples import NOW, make_entry, make_feed
from tests.feeds.whole import render_documents, write_feeds


def publish(folder: Path, title: str, *, seconds: int = 0) -> None:
    feed = make_feed(make_entry(title=title))
    write_feeds(
        folder, render_documents([feed]).documents, [feed.listing], now=NOW + timedelta(seconds=seconds)
    )


def test_every_file_of_ours_gets_a_twin_of_its_bytes_and_date(tmp_path: Path) -> None:
    publish(tmp_path, "أول")
    (tmp_path / "by-hand.rss").write_text("<rss/>")
    files = load_manifest(tmp_path).files
    assert complete_twins(tmp_path) == len(files) > 0
    for name in files:
        path = tmp_path / name
        assert BROTLI.decompress(twin(path, BROTLI).read_bytes()) == path.read_bytes()
        assert is_paired(path, BROTLI)
    assert not twin(tmp_path / "by-hand.rss", BROTLI).exists()
    assert complete_twins(tmp_path) == 0


def test_a_publication_while_a_file_is_compressed_leaves_no_twin_of_the_old_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "أول")
    taken = twin(tmp_path / "index.rss", BROTLI)
    read = Path.read_bytes

    def publish_meanwhile(path: Path) -> bytes:
        data = read(path)
        if path.name == "index.rss":
            with monkeypatch.context() as patch:
                patch.setattr(Path, "read_bytes", read)
                publish(tmp_path, "ثان", seconds=1)
        return data

    monkeypatch.setattr(Path, "read_bytes", publish_meanwhile)
    complete_twins(tmp_path)
    assert not taken.exists()
    monkeypatch.setattr(Path, "read_bytes", read)
    complete_twins(tmp_path)
    assert "ثان" in BROTLI.decompress(taken.read_bytes()).decode()


def test_it_stops_when_its_time_is_over_and_goes_on_the_next_time(tmp_path: Path) -> None:
    publish(tmp_path, "أول")
    assert complete_twins(tmp_path, at_most_seconds=0) == 0
    assert complete_twins(tmp_path) == len(load_manifest(tmp_path).files)


def test_asked_to_stop_it_begins_no_further_file(tmp_path: Path) -> None:
    publish(tmp_path, "أول")
    answers = iter([False, True])
    assert complete_twins(tmp_path, is_stopping=lambda: next(answers)) == 1


def test_a_file_that_is_gone_is_left_out(tmp_path: Path) -> None:
    publish(tmp_path, "أول")
    (tmp_path / "index.rss").unlink()
    assert complete_twins(tmp_path) == len(load_manifest(tmp_path).files) - 1
