"""Counting polls: from single answers to what a day came to.

Promise: no address is kept. A reading program is told apart by a hash of its address and User-Agent under a salt that
is made at random, never written anywhere and thrown away when the day ends or the process does; of the hashes
themselves only a sketch is kept (`model/sketch.py`), from which none can be had back, and a mark of six digits for the
list of worst pollers.
"""

import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from publisher.model.polling import FeedTally, PollerTally, Tally, parse_agent
from publisher.model.sketch import estimate, new_sketch, put

MOST_POLLERS = 5_000
"""Pollers told apart between two savings; those beyond are counted with their feeds only."""


class Answered(NamedTuple):
    """An answer to a poll, `times` over. `host` is the reader's address, or what stands for it. Bytes as in
    `publisher.web.feeds.Poll`.
    """

    name: str
    status: int
    sent: int
    whole: int
    plain: int
    agent: str
    host: str
    times: int = 1


class Tallier:
    """Counts one day's polls. `take` hands out what was counted, and it begins anew; whom it has seen, it remembers."""

    def __init__(self, make_salt: Callable[[], bytes] = lambda: secrets.token_bytes(32)) -> None:
        self._make_salt = make_salt
        self._day = ""
        self.begin("")

    def begin(self, day: str) -> None:
        """Forget whom it has seen, and the salt."""
        self._day = day
        self._salt = self._make_salt()
        self._seen_by_feed: dict[str, bytearray] = {}
        self._seen = new_sketch()
        self._tally = Tally()

    @property
    def day(self) -> str:
        """The day that is counted, as it was named to `begin`."""
        return self._day

    def count(self, answers: Iterable[Answered]) -> None:
        """Count these."""
        for answer in answers:
            agent = _agent(answer.agent)
            feed = self._tally.feeds.setdefault(answer.name, FeedTally())
            self._count_feed(feed, answer)
            if agent.subscribers is None:
                mark = self._note_reader(answer)
                self._count_poller(f"{agent.name} {mark}", answer)
            else:
                feed.services[agent.name] = max(feed.services.get(agent.name, 0), agent.subscribers)
                self._count_poller(agent.name, answer)

    def take(self) -> Tally:
        """What was counted since the last time; `readers` are those of the day so far."""
        taken, self._tally = self._tally, Tally()
        for name, feed in taken.feeds.items():
            feed.readers = estimate(self._seen_by_feed.get(name, b"\0" * len(self._seen)))
        taken.readers = estimate(self._seen)
        return taken

    def _note_reader(self, answer: Answered) -> str:
        seen = blake2b(f"{answer.host}\0{answer.agent}".encode(), key=self._salt, digest_size=16).digest()
        put(self._seen, seen)
        put(self._seen_by_feed.setdefault(answer.name, new_sketch()), seen)
        return seen[8:11].hex()

    def _count_feed(self, feed: FeedTally, answer: Answered) -> None:
        feed.polls += answer.times
        feed.sent_bytes += answer.sent * answer.times
        if answer.status == 304:
            feed.not_modified += answer.times
            feed.saved_by_304 += answer.whole * answer.times
        elif answer.sent:
            feed.saved_by_coding += (answer.plain - answer.sent) * answer.times

    def _count_poller(self, name: str, answer: Answered) -> None:
        pollers = self._tally.pollers
        if name not in pollers and len(pollers) >= MOST_POLLERS:
            return
        poller = pollers.setdefault(name, PollerTally())
        poller.polls += answer.times
        poller.sent_bytes += answer.sent * answer.times
        if answer.status == 304:
            poller.not_modified += answer.times


_agent = lru_cache(maxsize=2048)(parse_agent)
