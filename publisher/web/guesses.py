"""How many links that do not work a network has tried in this minute.

A signature of 128 bits is not guessed; this only keeps the guessing from costing anything. A link that works is never
counted and never refused: a mail provider may bring thousands of one-click unsubscribes from one network in a minute.
Held in memory, because a GET writes nothing to the database.
"""

from datetime import datetime
from threading import Lock

PER_MINUTE = 120
MAX_NETWORKS = 10_000


class Guesses:
    """Counts within the present minute; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = ""
        self._counts: dict[str, int] = {}

    def are_too_many(self, network: str | None, now: datetime) -> bool:
        """Count one more; True from the first beyond the limit on, until the minute is over."""
        name, minute = network or "", f"{now:%Y-%m-%d %H:%M}"
        with self._lock:
            if minute != self._minute or len(self._counts) >= MAX_NETWORKS:
                self._minute, self._counts = minute, {}
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name] > PER_MINUTE
