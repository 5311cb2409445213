"""Maildir: a mail server delivers bounces into a folder, and we read what is new there.

Promise: no file is deleted or changed. A mail that was taken moves from `new` to `cur`, with the flag S (seen);
one that was kept for a person also gets F (flagged), so that any mail program shows it. Of one too large the head is
kept for a person, with where the whole lies. A crash before the move means that it is taken again, which changes
nothing.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.mail.intake import HEAD_OCTETS, MAX_MAIL_OCTETS, Take

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One look into a mailbox: mails recognised, kept for a person, and left because they could not be taken."""

    recognised: int
    kept: int
    left: int


def always() -> bool:
    """Nothing asks the look to end."""
    return True


def look_at_maildir(folder: Path) -> str:
    """What keeps mail in this Maildir from being taken; empty where nothing does. Changes nothing."""
    if not (folder / "new").is_dir():
        return "is no Maildir: it has no folder new"
    for place in (folder / "new", folder / "cur" if (folder / "cur").exists() else folder):
        if not place.is_dir() or not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            return f"{place} cannot be read and written by this account"
    return ""


def take_maildir(folder: Path, take: Take, *, goes_on: Callable[[], bool] = always) -> Pass:
    """Take what is new, oldest name first, at most a thousand mails, for as long as `goes_on`. Raises OSError where the
    folder is no Maildir.
    """
    recognised = kept = left = 0
    (folder / "cur").mkdir(exist_ok=True)
    for path in sorted((folder / "new").iterdir())[:MOST_AT_ONCE]:
        if path.name.startswith(".") or not path.is_file() or path.is_symlink():
            continue
        if not goes_on():
            break
        answer = _take_file(path, take)
        if answer is None:
            left += 1
            continue
        path.rename(folder / "cur" / f"{_base(path)}:2,{'S' if answer else 'FS'}")
        recognised, kept = recognised + answer, kept + (not answer)
    return Pass(recognised=recognised, kept=kept, left=left)


def _take_file(path: Path, take: Take) -> bool | None:
    """What `take` said; None where the mail stays in `new` for the next look."""
    try:
        size = path.stat().st_size
        if size <= MAX_MAIL_OCTETS:
            return take(path.read_bytes())
        with path.open("rb") as file:
            head = file.read(HEAD_OCTETS)
        take.head(head, size_bytes=size, place=f"maildir {path.parent.parent}, file {_base(path)}")
    except Exception:  # one mail that cannot be taken must not keep the others waiting
        log.exception("a bounce could not be taken")
        return None
    log.warning("bounce.too_large", extra={"size_bytes": size})
    return False


def _base(path: Path) -> str:
    """What a mail's file is called whatever its flags."""
    return path.name.partition(":")[0]
