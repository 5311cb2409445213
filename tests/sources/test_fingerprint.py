"""publisher.sources.fingerprint"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.sources.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an article in a folder of its own."""
    folder = tmp_path / "articles"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "a.md").write_text("one")
    return folder


def rewrite(folder: Path) -> None:
    """Other words of the same length, and the old date put back, as a synchronising program does."""
    file = folder / "2026" / "a.md"
    times = file.stat()
    file.write_text("two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda folder: (folder / "2026" / "a.md").write_text("longer"),
    "rewritten-with-its-old-date": rewrite,
    "added": lambda folder: (folder / "b.md").write_text(""),
    "removed": lambda folder: (folder / "2026" / "a.md").unlink(),
    "renamed": lambda folder: (folder / "2026" / "a.md").rename(folder / "2026" / "b.md"),
    "moved": lambda folder: (folder / "2026" / "a.md").rename(folder / "a.md"),
    "allowed-to-be-read": lambda folder: (folder / "2026" / "a.md").chmod(0o600),
    "dangling-link": lambda folder: (folder / "c.md").symlink_to("nowhere"),
    "name-that-is-no-text": lambda folder: (folder / os.fsdecode(b"\xff.md")).write_text("x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    change(folder)
    after = fingerprint(folder)
    assert after != before
    assert fingerprint(folder) == after


def test_reading_is_no_change(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / "2026" / "a.md").read_text()
    assert fingerprint(folder) == before


def test_a_folder_that_is_not_there_is_like_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert fingerprint(tmp_path / "none") == fingerprint(tmp_path / "empty")


def test_a_file_that_vanishes_under_the_look_does_not_stop_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(folder)

    def vanish(self: Path) -> os.stat_result:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "lstat", vanish)
    assert fingerprint(folder) != before
