"""What the disk says becomes a sentence; what is a defect stays one."""

import errno
import os
from pathlib import Path

import pytest

from publisher.model.disk_trouble import DiskError, told_disk_trouble

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
