"""Polls are counted beside being answered."""

import asyncio
import threading
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest

from publisher.jobs.save_polls import PollBook
from publisher.jobs.tally_polls import Answered
from publisher.store.polls import load_tallies
from publisher.web import poll_counter
from publisher.web.feed_memory import FeedMemory
from publisher.web.feeds import Feeds, Poll
from publisher.web.poll_counter import PollCounter, saving_polls
from tests.jobs.test_polls import NOW
from tests.migrated import open_migrated
from tests.web.feed_servers import serving


def poll(*, peer: str = "192.0.2.1", forwarded: bytes = b"", agent: bytes = b"x/1", sent: int = 0) -> Poll:
    return Poll("index.rss", 304, sent, 10, 100, agent, peer, forwarded)


def test_equal_polls_are_one_line_and_taking_begins_anew() -> None:
    counter = PollCounter()
    for _ in range(5):
        counter.note(poll())
    counter.note(poll(agent=b"y/1"))
    assert [(item.agent, item.times) for item in counter.take()] == [("x/1", 5), ("y/1", 1)]
    assert counter.take() == []


def test_the_reader_behind_a_trusted_proxy_is_counted_and_nobody_else_is_believed() -> None:
    counter = PollCounter([ip_network("10.0.0.0/8")])
    counter.note(poll(peer="127.0.0.1", forwarded=b"203.0.113.7"))
    counter.note(poll(peer="10.1.1.1", forwarded=b"203.0.113.8"))
    counter.note(poll(peer="192.0.2.1", forwarded=b"203.0.113.9"))
    assert [item.host for item in counter.take()] == ["203.0.113.7", "203.0.113.8", "192.0.2.1"]


def test_a_flood_of_different_readers_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll_counter, "MOST", 10)
    counter = PollCounter()
    for number in range(100):
        counter.note(poll(agent=str(number).encode()))
    found = counter.take()
    assert len(found) == 11
    assert sum(item.times for item in found) == 100


def test_polls_over_a_socket_come_into_the_database(tmp_path: Path) -> None:
    """By the fast lane and by the application alike."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "index.rss").write_bytes(b"<rss/>" * 100)
    database = open_migrated(tmp_path / "nashra.db")
    counter = PollCounter()
    book = PollBook(database, now=lambda: NOW, zone=ZoneInfo("UTC"))
    with serving(Feeds(FeedMemory(tmp_path / "feeds"), note=counter.note)) as port:
        url = f"http://127.0.0.1:{port}/feeds/index.rss"
        agent = {"user-agent": "Feedly/1.0 (12 subscribers)"}
        first = httpx2.get(url, headers=agent)
        for query in ("", "?x"):
            assert (
                httpx2.get(url + query, headers=agent | {"if-none-match": first.headers["etag"]}).status_code
                == 304
            )
        assert httpx2.get(url.replace("index", "none")).status_code == 404
    book.save(counter.take())
    with database.read() as tx:
        [tally] = load_tallies(tx, since="2026-11-27", until="2026-11-27").values()
    feed = tally.feeds["index.rss"]
    assert (feed.polls, feed.not_modified, feed.services) == (3, 2, {"Feedly": 12})
    assert feed.saved_by_304 == 2 * int(first.headers["content-length"])
    assert list(tally.feeds) == ["index.rss"]
    database.close()


class Book(PollBook):
    """One that remembers, and fails the first time."""

    def __init__(self) -> None:
        self.saved: list[list[Answered]] = []
        self.has_two = threading.Event()

    def save(self, answers: Sequence[Answered]) -> None:
        self.saved.append(list(answers))
        if len(self.saved) == 1:
            raise RuntimeError("the disk is full")
        self.has_two.set()


def test_counts_are_saved_while_serving_and_at_the_end_and_a_failure_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def serve() -> Book:
        counter, book = PollCounter(), Book()
        async with saving_polls(counter, book, every_seconds=0.01):
            counter.note(poll())
            await asyncio.to_thread(book.has_two.wait, 10)
            counter.note(poll())
            counter.note(poll(agent=b"y"))
        return book

    book = asyncio.run(serve())
    assert sum(len(answers) for answers in book.saved) == 3
    assert "could not be saved" in caplog.text
    assert "192.0.2.1" not in caplog.text
