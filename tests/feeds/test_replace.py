"""Replacing a file whole."""

import os
from pathlib import Path

import pytest

from publisher.feeds.replace import STRAY, replace_file


def test_the_new_file_has_its_bytes_and_its_date(tmp_path: Path) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"old and longer")
    replace_file(path, b"new", mtime=1_700_000_000)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mtime == 1_700_000_000
    assert list(tmp_path.iterdir()) == [path]


def test_a_crash_before_the_rename_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index.rss"
    path.write_bytes(b"old")

    def crash(_descriptor: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="power cut"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [stray.name for stray in tmp_path.glob(STRAY)] == [".index.rss.tmp"]


def test_the_bytes_are_durable_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    sync, rename = os.fsync, Path.replace

    def watch_sync(descriptor: int) -> None:
        events.append("sync")
        sync(descriptor)

    def watch_rename(path: Path, target: Path) -> Path:
        events.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", watch_sync)
    monkeypatch.setattr(Path, "replace", watch_rename)
    replace_file(tmp_path / "index.rss", b"new")
    assert events == ["sync", "rename", "sync"]


def test_others_may_read_the_file(tmp_path: Path) -> None:
    """A web server runs as another user."""
    replace_file(tmp_path / "index.rss", b"new")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "index.rss").stat().st_mode == (tmp_path / "plain").stat().st_mode
