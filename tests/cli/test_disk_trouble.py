"""A full disk, or one that may not be written: every command says so, and no traceback."""

import errno
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Desk

FULL = Path("/dev/full")
"""Every write to it says that the disk is full."""


def test_a_full_disk_is_told_of_and_the_next_publication_mends_it(desk: Desk) -> None:
    feed = desk.folder / "var/public/feeds/index.rss"
    before = feed.read_bytes()
    article = next(Path("articles").glob("*.md"))
    article.write_text(article.read_text("utf-8").replace("title:", "title: مصحح"), encoding="utf-8")
    beside = feed.with_name(".index.rss.tmp")
    beside.symlink_to(FULL)
    ended = desk.call("ingest")
    assert ended.code == 1
    assert ended.err.splitlines()[-2:] == [
        f"nashra: {feed.parent}: No space left on device",
        "  next: make room on the disk, then run it again",
    ]
    assert feed.read_bytes() == before
    beside.unlink()
    assert desk.call("feeds", "publish").code == 0
    assert "مصحح" in feed.read_text("utf-8")


@pytest.mark.parametrize(
    "command", [("ingest",), ("feeds", "publish"), ("article", "list"), ("db", "migrate"), ("db", "status")]
)
def test_a_disk_that_may_not_be_written_is_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    _make_read_only(monkeypatch)
    ended = desk.call(*command)
    assert ended.code == 1
    said, step = ended.err.splitlines()[-2:]
    assert said.endswith("nashra.db: Read-only file system")
    assert step.startswith("  next: mount it for writing")


def test_doctor_tells_of_it_among_the_rest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _make_read_only(monkeypatch)
    ended = desk.call("doctor")
    assert ended.code == 1
    told = f"{ended.out}{ended.err}"
    assert "database: " in told
    assert "Read-only file system" in told
    assert "relay" in told


def _make_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What such a file system answers to whoever touches a file there."""

    def touch(path: Path, mode: int = 0o666, exist_ok: bool = True) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "touch", touch)
