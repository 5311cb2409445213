"""What is ours in the feeds folder."""

from pathlib import Path

import pytest

from publisher.feeds.manifest import (
    MANIFEST,
    FileRecord,
    Manifest,
    load_listings,
    load_manifest,
    save_manifest,
)
from publisher.model.reason import reason
from tests.feeds.samples import NOW, make_feed


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    listings = (make_feed().listing, make_feed(path="lang/en", title="‎الجبال: English").listing)
    manifest = Manifest(
        files={
            "index.rss": FileRecord("ab", 3, 5, 7),
            "lang/en.rss": FileRecord("", -1, -1, 0, reason("x", n=1)),
            "a.rss": FileRecord("", -1, -1, 0, reason("x", n=1), NOW),
            "b.rss": FileRecord("cd", 600_000, 5, 7, large=True),
        },
        listings=listings,
        versions={"index": 4},
    )
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest
    assert load_listings(tmp_path) == listings


def test_before_the_first_publication_nothing_is_ours(tmp_path: Path) -> None:
    assert load_manifest(tmp_path / "none") == Manifest()
    assert load_listings(tmp_path) == ()


def test_saving_the_same_again_leaves_the_file_alone(tmp_path: Path) -> None:
    manifest = Manifest(files={"b": FileRecord(), "a": FileRecord()})
    save_manifest(tmp_path, manifest)
    before = (tmp_path / MANIFEST).stat()
    save_manifest(tmp_path, manifest)
    assert (tmp_path / MANIFEST).stat().st_ino == before.st_ino


def test_a_manifest_of_the_first_release_names_files_of_which_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(b'{"files": ["index.rss"], "feeds": []}')
    assert load_manifest(tmp_path) == Manifest(files={"index.rss": FileRecord()})


def test_a_refusal_of_an_earlier_release_has_no_date(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(
        b'{"files": {"index.rss": ["ab", 3, 5, 7, "x", {"n": 1}]}, "feeds": []}'
    )
    assert load_manifest(tmp_path).files == {"index.rss": FileRecord("ab", 3, 5, 7, reason("x", n=1))}


def test_a_file_is_as_it_was_left_by_size_and_date(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    record = FileRecord("", 3, path.stat().st_mtime_ns)
    assert record.is_of(path)
    path.write_bytes(b"abcd")
    assert not record.is_of(path)
    path.unlink()
    assert not record.is_of(path)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files":[],"feeds":[{"path":"x"}]}', b"\xff"])
def test_a_damaged_manifest_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(data)
    with pytest.raises(ValueError, match=r"\.manifest\.json is damaged"):
        load_manifest(tmp_path)
