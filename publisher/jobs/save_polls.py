"""Keeping what the polls came to, day by day of the newsroom's own calendar."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.jobs.tally_polls import Answered, Tallier
from publisher.model.polling import Tally
from publisher.store.database import Database
from publisher.store.polls import load_tallies, save_tally

FEEDS_AT_ONCE = 50


class PollBook:
    """Saves polls. It is used by one thread at a time; when the day ends it forgets whom it has seen."""

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        tallier: Tallier | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._zone = zone
        self._tallier = tallier or Tallier()

    def save(self, answers: Sequence[Answered]) -> None:
        """Add these to the present day."""
        if not answers:
            return
        day = self._now().astimezone(self._zone).date().isoformat()
        if day != self._tallier.day:
            self._tallier.begin(day)
        self._tallier.count(answers)
        for piece in _split(self._tallier.take()):
            with self._database.write() as tx:
                save_tally(tx, day, piece)


def _split(tally: Tally) -> Iterator[Tally]:
    """In pieces of a few feeds, so that no transaction keeps the mail's ledger waiting. The last brings the rest."""
    feeds = list(tally.feeds.items())
    for begin in range(0, len(feeds), FEEDS_AT_ONCE):
        yield Tally(feeds=dict(feeds[begin : begin + FEEDS_AT_ONCE]))
    yield Tally(pollers=tally.pollers, readers=tally.readers)


def load_polls(database: Database, *, until: date, days: int) -> Mapping[str, Tally]:
    """What the last `days` days came to, up to `until`, by day in order."""
    since = until - timedelta(days=days - 1)
    with database.read() as tx:
        return load_tallies(tx, since=since.isoformat(), until=until.isoformat())
