"""What a disk says through no fault of ours, and what to do about it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publisher.model.errors import NashraError

_RIGHTS = "give it to this account, or name another `folder` in [data]"
_STEPS = {
    errno.EACCES: _RIGHTS,
    errno.EDQUOT: "make room: this account has used up what it may have of the disk",
    errno.EIO: "look after the disk: it fails",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "allow more open files on this machine (fs.file-max)",
    errno.ENOSPC: "make room on the disk, then run it again",
    errno.EPERM: _RIGHTS,
    errno.EROFS: "mount it for writing, or name another `folder` in [data]",
}


class DiskError(NashraError):
    """A file cannot be used as the disk stands."""


def step_for(error: OSError) -> str:
    """What to do about it; empty where the disk is not to blame."""
    return _STEPS.get(error.errno or 0, "")


@contextmanager
def told_disk_trouble(path: Path) -> Iterator[None]:
    """Turn what a disk says into a DiskError. It is about the file that the error names, else about `path`: a full disk
    is found out while writing, when nobody knows the name any more. Other errors are defects, and pass.
    """
    try:
        yield
    except OSError as error:
        step = step_for(error)
        if not step:
            raise
        raise DiskError(f"{error.filename or path}: {error.strerror}", next_step=step) from error


def logged_as(error: BaseException, **fields: object) -> dict[str, Any]:
    """How a process that goes on logs a failure, as arguments of `logging.Logger.error`: what a person can mend in a
    sentence with its next step, in the field `error`; a defect with its traceback.
    """
    trouble = _tell(error)
    return {"extra": fields | {"error": trouble}} if trouble else {"extra": fields, "exc_info": error}


def _tell(error: BaseException) -> str:
    if isinstance(error, NashraError):
        return "; ".join(filter(None, (str(error), error.next_step)))
    if isinstance(error, OSError) and (step := step_for(error)):
        return (
            f"{error.filename}: {error.strerror}; {step}" if error.filename else f"{error.strerror}; {step}"
        )
    return ""
