"""What is ours in the feeds folder."""

from pathlib import Path

import pytest

from publisher.feeds.manifest import MANIFEST, Manifest, load_listings, load_manifest, save_manifest
from tests.feeds.samples import make_feed


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    listings = (make_feed().listing, make_feed(path="lang/en", title="‎الجبال: English").listing)
    manifest = Manifest(files=frozenset({"index.rss", "lang/en.rss"}), listings=listings)
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest
    assert load_listings(tmp_path) == listings


def test_before_the_first_publication_nothing_is_ours(tmp_path: Path) -> None:
    assert load_manifest(tmp_path / "none") == Manifest()
    assert load_listings(tmp_path) == ()


def test_saving_the_same_again_leaves_the_file_alone(tmp_path: Path) -> None:
    manifest = Manifest(files=frozenset({"b", "a"}))
    save_manifest(tmp_path, manifest)
    before = (tmp_path / MANIFEST).stat()
    save_manifest(tmp_path, manifest)
    assert (tmp_path / MANIFEST).stat().st_ino == before.st_ino


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files":[],"feeds":[{"path":"x"}]}', b"\xff"])
def test_a_damaged_manifest_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(data)
    with pytest.raises(ValueError, match=r"\.manifest\.json is damaged"):
        load_manifest(tmp_path)
