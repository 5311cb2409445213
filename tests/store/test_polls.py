"""What polls came to, by the day, on both databases."""

from datetime import date, timedelta

from publisher.model.polling import FeedTally, PollerTally, Tally
from publisher.store.database import Database
from publisher.store.polls import KEPT_DAYS, WORST, load_tallies, save_tally

DAY = "2026-11-27"


def tally(polls: int = 10, *, readers: int = 3, **services: int) -> Tally:
    feed = FeedTally(polls, polls - 1, 500, 900, 400, readers, dict(services))
    return Tally({"index.rss": feed}, {"Feedly": PollerTally(polls, polls - 1, 500)}, readers)


def save(database: Database, day: str, *tallies: Tally) -> None:
    for item in tallies:
        with database.write() as tx:
            save_tally(tx, day, item)


def load(database: Database, since: str = DAY, until: str = DAY) -> dict[str, Tally]:
    with database.read() as tx:
        return dict(load_tallies(tx, since=since, until=until))


def test_polls_and_bytes_add_up_and_readers_and_subscribers_are_the_most_seen(database: Database) -> None:
    """A restart forgets whom it has seen: adding would count them twice."""
    save(database, DAY, tally(10, readers=5, Feedly=462, Feedbin=7), tally(5, readers=2, Feedly=460))
    found = load(database)[DAY]
    feed = found.feeds["index.rss"]
    assert (feed.polls, feed.not_modified, feed.sent_bytes) == (15, 13, 1000)
    assert (feed.saved_by_304, feed.saved_by_coding) == (1800, 800)
    assert feed.readers == found.readers == 5
    assert feed.services == {"Feedly": 462, "Feedbin": 7}
    assert found.pollers == {"Feedly": PollerTally(15, 13, 1000)}


def test_days_are_kept_apart_and_found_in_order(database: Database) -> None:
    save(database, "2026-11-26", tally(1))
    save(database, "2026-11-28", tally(3))
    save(database, DAY, tally(2))
    assert list(load(database, "2026-11-26", "2026-11-28")) == ["2026-11-26", DAY, "2026-11-28"]
    assert list(load(database)) == [DAY]
    assert load(database, "2025-01-01", "2025-12-31") == {}


def test_only_the_worst_pollers_of_a_day_are_kept(database: Database) -> None:
    many = {f"reader {number}": PollerTally(1, 0, number) for number in range(WORST + 20)}
    save(database, DAY, Tally({"index.rss": FeedTally(1)}, many))
    kept = load(database)[DAY].pollers
    assert len(kept) == WORST
    assert min(poller.sent_bytes for poller in kept.values()) == 20


def test_days_long_past_are_forgotten(database: Database) -> None:
    begin = date(2000, 1, 1)
    with database.write() as tx:
        for number in range(KEPT_DAYS + 3):
            day = (begin + timedelta(days=number)).isoformat()
            save_tally(tx, day, Tally({"a.rss": FeedTally(1)}))
    found = load(database, "2000-01-01", "2009-01-01")
    assert len(found) == KEPT_DAYS
    assert next(iter(found)) == "2000-01-04"
