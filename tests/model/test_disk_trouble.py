"""What the disk says becomes a sentence; what is a defect stays one."""

import errno
import os
from pathlib import Path

import pytest

from publisher.model.disk_trouble import DiskError, logged_as, told_disk_trouble

HERE = Path("/srv/feeds")


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EROFS, "mount it for writing"),
        (errno.EACCES, "give it to this account"),
        (errno.EPERM, "give it to this account"),
        (errno.EIO, "look after the disk"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENFILE, "fs.file-max"),
    ],
)
def test_trouble_is_told_with_its_place_and_what_to_do(code: int, step: str) -> None:
    for name, place in ((None, HERE), ("/srv/feeds/index.rss", "/srv/feeds/index.rss")):
        with pytest.raises(DiskError) as caught, told_disk_trouble(HERE):
            raise OSError(code, os.strerror(code), name)
        assert str(caught.value) == f"{place}: {os.strerror(code)}"
        assert step in caught.value.next_step
        assert caught.value.exit_code == 1
        assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "x"), BrokenPipeError(), ValueError("x")])
def test_everything_else_passes_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, told_disk_trouble(HERE):
        raise error
    assert caught.value is error


def test_without_trouble_nothing_is_said() -> None:
    with told_disk_trouble(HERE):
        pass


def test_trouble_is_logged_in_a_sentence_and_a_defect_with_its_traceback() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/srv/feeds/index.rss")
    told = "No space left on device; make room on the disk, then run it again"
    assert logged_as(full, key="7") == {"extra": {"key": "7", "error": f"/srv/feeds/index.rss: {told}"}}
    assert logged_as(OSError(errno.ENOSPC, "No space left on device")) == {"extra": {"error": told}}
    assert logged_as(DiskError("it fails", next_step="mend it")) == {"extra": {"error": "it fails; mend it"}}
    assert logged_as(DiskError("it fails")) == {"extra": {"error": "it fails"}}
    for defect in (ValueError("x"), FileNotFoundError(errno.ENOENT, "x")):
        assert logged_as(defect, key="7") == {"extra": {"key": "7"}, "exc_info": defect}
