"""Maildir: a mail server delivers bounces into a folder, and we read what is new there.

Promise: no file is deleted or changed. A mail that was taken moves from `new` to `cur`, with the flag S (seen);
one that was kept for a person also gets F (flagged), so that any mail program shows it. A crash before the move
means that it is taken again, which changes nothing.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from publisher.mail.intake import MAX_MAIL_OCTETS, Take

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One look into a mailbox: mails recognised, kept for a person, and left because they could not be taken."""

    recognised: int
    kept: int
    left: int


def take_maildir(folder: Path, take: Take) -> Pass:
    """Take what is new, oldest name first, at most a thousand mails. Raises OSError where the folder is no Maildir."""
    recognised = kept = left = 0
    (folder / "cur").mkdir(exist_ok=True)
    for path in sorted((folder / "new").iterdir())[:MOST_AT_ONCE]:
        if path.name.startswith(".") or not path.is_file() or path.is_symlink():
            continue
        answer = _take_file(path, take)
        if answer is None:
            left += 1
            continue
        path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,{'S' if answer else 'FS'}")
        recognised, kept = recognised + answer, kept + (not answer)
    return Pass(recognised=recognised, kept=kept, left=left)


def _take_file(path: Path, take: Take) -> bool | None:
    """What `take` said; None where the mail stays in `new` for the next look."""
    if path.stat().st_size > MAX_MAIL_OCTETS:
        log.warning("bounce.too_large", extra={"size_bytes": path.stat().st_size})
        return False
    try:
        return take(path.read_bytes())
    except Exception:  # one mail that cannot be taken must not keep the others waiting
        log.exception("a bounce could not be taken")
        return None
