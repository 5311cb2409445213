"""Counting polls, keeping what they came to, and reading it from a log."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.jobs.read_access_log import tally_logs
from publisher.jobs.save_polls import FEEDS_AT_ONCE, PollBook, load_polls
from publisher.jobs.sum_polls import sum_polls
from publisher.jobs.tally_polls import MOST_POLLERS, Answered, Tallier
from publisher.model.polling import FeedTally, PollerTally, Tally
from publisher.store.database import Database
from tests.migrated import open_migrated

FEEDLY = "Feedly/1.0 (+x; 462 subscribers; )"
NOW = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)
ADDRESS = "203.0.113.77"


def answered(
    name: str = "index.rss",
    status: int = 304,
    *,
    agent: str = FEEDLY,
    host: str = "192.0.2.1",
    times: int = 1,
) -> Answered:
    sent = 13_000 if status == 200 else 0
    return Answered(name, status, sent, 13_000, 100_000, agent, host, times)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_migrated(tmp_path / "nashra.db")
    yield database
    database.close()


def test_a_service_counts_for_the_most_it_says_and_is_no_reader_of_its_own() -> None:
    """The largest for each service and feed, never the sum: it polls from many machines."""
    tallier = Tallier()
    tallier.count([
        answered(), answered(agent=FEEDLY.replace("462", "460"), host="192.0.2.2"), answered("lang/ar.rss"),
    ])  # fmt: skip
    tally = tallier.take()
    assert tally.feeds["index.rss"].services == {"Feedly": 462}
    assert tally.feeds["lang/ar.rss"].services == {"Feedly": 462}
    assert tally.readers == 0
    assert tally.pollers["Feedly"].polls == 3


def test_a_program_counts_once_a_day_however_often_it_polls() -> None:
    tallier = Tallier()
    tallier.count([answered(agent="newsboat/2", host=f"192.0.2.{n % 7}") for n in range(70)])
    tallier.count(
        [
            answered("a.rss", agent="newsboat/2", host="192.0.2.0"),
            answered(agent="Akregator/5", host="192.0.2.0"),
        ]
    )
    tally = tallier.take()
    assert tally.feeds["index.rss"].readers == 8
    assert tally.feeds["a.rss"].readers == 1
    assert tally.readers == 8
    assert len(tally.pollers) == 8
    tallier.count([answered(agent="newsboat/2", host="192.0.2.0")])
    assert tallier.take().readers == 8, "it remembers whom it has seen"


def test_what_was_saved_is_what_was_not_sent() -> None:
    tallier = Tallier()
    tallier.count([answered(times=3), answered(status=200, times=2)])
    feed = tallier.take().feeds["index.rss"]
    assert (feed.polls, feed.not_modified) == (5, 3)
    assert (feed.sent_bytes, feed.saved_by_304, feed.saved_by_coding) == (26_000, 39_000, 174_000)


def test_the_salt_is_another_every_day_and_marks_with_it() -> None:
    tallier = Tallier()
    names = []
    for day in ("2026-11-26", "2026-11-27"):
        tallier.begin(day)
        tallier.count([answered(agent="newsboat/2", host=ADDRESS)])
        names.append(set(tallier.take().pollers))
    assert names[0] != names[1]
    assert all(name.startswith("newsboat ") for found in names for name in found)


def test_a_flood_of_names_fills_no_memory() -> None:
    tallier = Tallier()
    tallier.count(answered(agent=f"x{n}/1", host=str(n)) for n in range(MOST_POLLERS + 100))
    tally = tallier.take()
    assert len(tally.pollers) == MOST_POLLERS
    assert tally.feeds["index.rss"].polls == MOST_POLLERS + 100


def test_days_are_those_of_the_newsroom(database: Database) -> None:
    clock = [NOW]
    book = PollBook(database, now=lambda: clock[0], zone=ZoneInfo("Asia/Baghdad"))
    book.save([answered()])
    book.save([])
    clock[0] += timedelta(hours=2)
    book.save([answered(times=5)])
    found = load_polls(database, until=date(2026, 11, 28), days=2)
    assert {day: tally.feeds["index.rss"].polls for day, tally in found.items()} == {
        "2026-11-27": 1,
        "2026-11-28": 5,
    }
    assert list(load_polls(database, until=date(2026, 11, 28), days=1)) == ["2026-11-28"]


def test_many_feeds_are_saved_in_several_short_transactions(database: Database) -> None:
    book = PollBook(database, now=lambda: NOW, zone=ZoneInfo("UTC"))
    book.save([answered(f"{number}.rss", agent="newsboat/2") for number in range(FEEDS_AT_ONCE * 2 + 1)])
    [tally] = load_polls(database, until=date(2026, 11, 27), days=1).values()
    assert len(tally.feeds) == FEEDS_AT_ONCE * 2 + 1
    assert tally.readers == 1


def test_no_address_comes_into_the_database(database: Database, tmp_path: Path) -> None:
    """Nor a User-Agent as it was sent: it could be one."""
    book = PollBook(database, now=lambda: NOW, zone=ZoneInfo("UTC"))
    book.save(
        [
            answered(agent=f"newsboat/2 ({ADDRESS})", host=ADDRESS),
            answered(agent="sara@example.net"),
        ]
    )
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("nashra.db*"))
    assert b"newsboat" in stored
    assert b"unnamed" in stored
    for secret in (ADDRESS, "sara", "example.net"):
        assert secret.encode() not in stored


def test_days_sum_up_to_what_people_ask_for() -> None:
    first = Tally(
        {"a.rss": FeedTally(10, 9, 100, 900, 50, 3, {"Feedly": 400})}, {"x": PollerTally(10, 0, 500)}, 3
    )
    second = Tally(
        {
            "a.rss": FeedTally(5, 5, 0, 500, 0, 7, {"Feedly": 462, "Feedbin": 2}),
            "b.json": FeedTally(1, 0, 70),
        },
        {"x": PollerTally(1, 1, 0), "y": PollerTally(1, 0, 900)},
        8,
    )
    found = sum_polls({"2026-11-26": first, "2026-11-27": second})
    assert found is not None
    assert (found.first_day, found.last_day, found.polls, found.not_modified) == (
        "2026-11-26",
        "2026-11-27",
        16,
        14,
    )
    assert (found.sent_bytes, found.saved_by_304, found.saved_by_coding) == (170, 1400, 50)
    assert (found.subscribers, found.readers_a_day) == (464, 6)
    assert [(feed.feed, feed.readers, feed.subscribers) for feed in found.feeds] == [
        ("a.rss", 7, 464),
        ("b.json", 0, 0),
    ]
    assert [(item.service, item.subscribers) for item in found.services] == [("Feedly", 462), ("Feedbin", 2)]
    assert [(item.name, item.polls) for item in found.worst] == [("y", 1), ("x", 11)]
    assert sum_polls({}) is None


def test_a_log_is_counted_without_being_stored(tmp_path: Path) -> None:
    lines = [
        f'{ADDRESS} - - [27/Nov/2026:10:00:00 +0300] "GET /feeds/index.rss HTTP/1.1" 200 900 "-" "newsboat/2"',
        f'{ADDRESS} - - [27/Nov/2026:11:00:00 +0300] "GET /feeds/index.rss HTTP/1.1" 304 0 "-" "newsboat/2"',
        '192.0.2.1 - - [27/Nov/2026:11:00:00 +0300] "HEAD /feeds/index.rss?a HTTP/1.1" 200 0 "-" "curl/8"',
        f'192.0.2.1 - - [26/Nov/2026:11:00:00 +0300] "GET /feeds/index.rss HTTP/1.1" 304 0 "-" "{FEEDLY}"',
        '192.0.2.1 - - [27/Nov/2026:11:00:00 +0300] "GET / HTTP/1.1" 200 5 "-" "curl/8"',
        '192.0.2.1 - - [27/Nov/2026:11:00:00 +0300] "GET /feeds/none.rss HTTP/1.1" 404 5 "-" "curl/8"',
        '192.0.2.1 - - [27/Nov/2026:11:00:00 +0300] "POST /feeds/index.rss HTTP/1.1" 200 5 "-" "curl/8"',
        "no line of a log",
    ]
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "index.rss").write_bytes(b"x" * 5_000)
    plain, packed = tmp_path / "access.log", tmp_path / "access.log.2.gz"
    plain.write_text("\n".join(lines[:4]))
    packed.write_bytes(gzip.compress("\n".join(lines[4:]).encode()))
    found = tally_logs([plain, packed], feeds)
    assert list(found) == ["2026-11-26", "2026-11-27"]
    feed = found["2026-11-27"].feeds["index.rss"]
    assert (feed.polls, feed.not_modified, feed.sent_bytes, feed.readers) == (3, 1, 900, 2)
    assert (feed.saved_by_304, feed.saved_by_coding) == (900, 4_100)
    assert found["2026-11-26"].feeds["index.rss"].services == {"Feedly": 462}
    with pytest.raises(FileNotFoundError):
        tally_logs([tmp_path / "none.log"], feeds)
