"""Reading a document that an operator names: a file, or what a pipe brings (`/dev/stdin`).

Promise: it ends. What never ends (`/dev/zero`) is refused, and of what is too long no more than the bound is read.
"""

import os
import stat
from pathlib import Path

from publisher.model.errors import UsageError

MOST_BYTES = 256 * 2**20
"""Ten thousand entries with all their text are some 60 MB."""


def load_document(path: Path) -> bytes:
    """The bytes of the file. Raises UsageError for a device or more than MOST_BYTES, OSError as reading does."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not file.isatty():
            refuse_device(path, mode, next_step="name a file, a pipe or an address")
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"{path} is longer than {MOST_BYTES // 2**20} MB, and no reader takes such a feed",
            next_step="name a feed, or split it into archives (RFC 5005)",
        )
    return data


def refuse_device(path: Path, mode: int, *, next_step: str) -> None:
    """Raises UsageError where `mode` (stat(2)) is that of a device: many never end."""
    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
        raise UsageError(f"{path} is a device, and not a document", next_step=next_step)
