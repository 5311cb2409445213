"""A mailbox that is looked into now and then: Maildir and IMAP, which nobody tells us of.

Promise: the looking is in a thread of its own, so a server that does not answer slows nothing else; while it is away
it is asked ever more rarely, and the log says so once, and once more when it is back. Asked to end, it begins no
further mail; a thread that waits for a silent server is left, and the process ends without it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from publisher.mail.imap_intake import ImapError
from publisher.mail.maildir_intake import MOST_AT_ONCE, Pass

log = logging.getLogger(__name__)

MOST_RARELY = timedelta(minutes=15)
_PATIENCE_SECONDS = 3.0

Look = Callable[[Callable[[], bool]], Pass]
"""Takes what is new for as long as its argument says true. Raises OSError or ImapError where the box is away."""


def next_look(found: Pass | None, *, every: timedelta, failures: int) -> timedelta:
    """How long to wait: not at all where there was more than one look takes, ever longer while it fails (None)."""
    if found is None or found.left:
        return max(every, min(every * (1 << min(failures, 12)), MOST_RARELY))
    return timedelta() if found.recognised + found.kept >= MOST_AT_ONCE else every


class Watch:
    """Looks until it is closed. `door` is what it is called in the log."""

    def __init__(self, door: str, look: Look, *, every: timedelta) -> None:
        self._door = door
        self._look = look
        self._every = every
        self._ending = threading.Event()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"bounces {door}", daemon=True)

    def start(self) -> None:
        """Look for the first time, and then on."""
        self._thread.start()

    def close(self) -> None:
        """Finish the mail in hand; blocks for three seconds at most."""
        self._ending.set()
        self._thread.join(_PATIENCE_SECONDS)

    def _run(self) -> None:
        wait = timedelta()
        while not self._ending.wait(wait.total_seconds()):
            found = self._try()
            wait = next_look(found, every=self._every, failures=self._failures)

    def _try(self) -> Pass | None:
        """One look; None where the box is away. A defect of ours must not end the looking: it counts as away."""
        try:
            found = self._look(lambda: not self._ending.is_set())
        except Exception as error:
            if not self._failures and not self._ending.is_set():
                is_known = isinstance(error, (OSError, ImapError))
                extra = {"door": self._door, "error": str(error)}
                log.error("bounces.door_away", extra=extra, exc_info=not is_known)
            self._failures += 1
            return None
        if self._failures and not found.left:
            log.warning("bounces.door_back", extra={"door": self._door})
        if not found.left:
            self._failures = 0
        elif not self._failures:
            log.error("bounces.left", extra={"door": self._door, "mails": found.left})
        self._failures += bool(found.left)
        return found
