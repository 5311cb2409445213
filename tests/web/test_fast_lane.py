"""The fast lane: what it takes, what it leaves, and that nobody can tell the two ways apart (checklist 29, 31)."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.fast_lane import read_plain_poll
from publisher.web.feeds import Feeds, Poll
from tests.web.feed_servers import feeds_of, serving

HEAD = b"GET /feeds/index.rss HTTP/1.1\r\nHost: news.example\r\n"


@pytest.fixture
def feeds(tmp_path: Path) -> Feeds:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "index.rss").write_bytes(b"<rss/>")
    return feeds_of(tmp_path)


@pytest.fixture(params=["asyncio", "uvloop"])
def port(request: pytest.FixtureRequest, feeds: Feeds) -> Iterator[int]:
    """On both loops: `nashra serve` takes uvloop where there is one."""
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    with serving(feeds, keep_alive=1, loop=request.param) as port:
        yield port


def exchange(port: int, *pieces: bytes, until_closed: bool = False) -> bytes:
    """What the server answers to these pieces, sent one after the other."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        got = b""
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        connection.settimeout(5 if until_closed else 0.3)
        try:
            while data := connection.recv(65536):
                got += data
        except TimeoutError:
            pass
        return got


def test_a_plain_poll_is_read() -> None:
    poll = read_plain_poll(
        HEAD + b"User-Agent: a b\r\nAccept-Encoding: gzip\r\naccept-encoding:\tbr \r\n\r\n"
    )
    assert poll is not None
    assert (poll.method, poll.name) == ("GET", "index.rss")
    assert poll.fields[b"accept-encoding"].split() == [b"gzip,", b"br"]
    assert poll.fields[b"user-agent"] == b"a b"


@pytest.mark.parametrize("host", [b"http://news.example", b"https://news.example:8443", b"http://[::1]:80"])
def test_a_plain_poll_may_name_the_host_in_its_target(host: bytes) -> None:
    """RFC 9112 section 3.2.2: a server must accept it."""
    poll = read_plain_poll(HEAD.replace(b" /", b" " + host + b"/") + b"\r\n")
    assert poll is not None
    assert poll.name == "index.rss"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET",
        HEAD.replace(b" /", b" ftp://news.example/") + b"\r\n",
        HEAD.replace(b" /", b" http:///") + b"\r\n",
        HEAD.replace(b" /", b" http://me@news.example/") + b"\r\n",
        HEAD.replace(b" /", b" http://news.example/x/") + b"\r\n",
        b"GET /feeds/index.rss HTTP/1.1\r\n\r\n",
        HEAD,
        HEAD + b"Host: other.example\r\n\r\n",
        HEAD + b"\r\nGET /feeds/index.rss HTTP/1.1\r\nHost: news.example\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\n",
        HEAD + b"Content-Length : 5\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD + b"X: y\r\n folded\r\n\r\n",
        HEAD + b"X: a\nY: b\r\n\r\n",
        HEAD + b"X: a\rY: b\r\n\r\n",
        HEAD + b"X: \x00\r\n\r\n",
        HEAD + b"Connection: close\r\n\r\n",
        HEAD + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        HEAD + b"Expect: 100-continue\r\n\r\n",
        HEAD + b"X: " + b"y" * 5000 + b"\r\n\r\n",
        HEAD.replace(b"GET", b"POST") + b"\r\n",
        HEAD.replace(b"1.1", b"1.0") + b"\r\n",
        HEAD.replace(b"/feeds/", b"/other/") + b"\r\n",
        HEAD.replace(b".rss", b".rss?x=1") + b"\r\n",
        HEAD.replace(b"index", b"%69ndex") + b"\r\n",
    ],
)
def test_whatever_is_out_of_the_ordinary_is_left_to_uvicorn(data: bytes) -> None:
    assert read_plain_poll(data) is None


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(tail: bytes) -> None:
    poll = read_plain_poll(HEAD + tail)
    assert poll is None or tail.endswith(b"\r\n\r\n") or tail == b"\r\n"


def test_both_ways_answer_the_same_but_for_the_date(port: int) -> None:
    """A query goes by uvicorn, parser and application; the answer is field for field the same."""
    rest = b"Host: news.example\r\nAccept-Encoding: gzip\r\n\r\n"
    fast = exchange(port, b"GET /feeds/index.rss HTTP/1.1\r\n" + rest)
    slow = exchange(port, b"GET /feeds/index.rss?x=1 HTTP/1.1\r\n" + rest)
    assert fast.startswith(b"HTTP/1.1 200 OK\r\n")
    absolute = [
        exchange(port, b"GET http://a.example/feeds/index.rss" + query + b" HTTP/1.1\r\n" + rest)
        for query in (b"", b"?x=1")
    ]
    heads = [answer.split(b"\r\n\r\n", 1) for answer in (fast, slow, *absolute)]
    fields = [{line for line in head.split(b"\r\n") if not line.startswith(b"date:")} for head, _ in heads]
    assert fields == [fields[0]] * 4
    assert [body for _, body in heads] == [heads[0][1]] * 4
    assert all(b"\r\ndate: " in head for head, _ in heads)


def test_requests_in_two_pieces_in_one_and_with_a_body_are_answered_in_order(port: int) -> None:
    poll = HEAD + b"\r\n"
    assert exchange(port, poll[:30], poll[30:]).count(b"HTTP/1.1 200 OK") == 1
    assert exchange(port, poll * 3).count(b"HTTP/1.1 200 OK") == 3
    with_body = HEAD.replace(b"GET", b"POST") + b"Content-Length: 3\r\n\r\nabc"
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", exchange(port, poll, with_body, poll))
    assert statuses == [b"200", b"405", b"200"]


def test_a_connection_that_is_used_stays_and_an_idle_one_is_ended(port: int) -> None:
    began = time.monotonic()
    answer = exchange(port, *[HEAD + b"\r\n"] * 30, until_closed=True)
    assert answer.count(b"HTTP/1.1 200 OK") == 30
    assert 2 < time.monotonic() - began < 5, "one second after the last, with keep_alive=1"


def test_a_connection_ends_idle_after_either_way(port: int) -> None:
    for last in (HEAD + b"\r\n", HEAD.replace(b".rss", b".rss?") + b"\r\n"):
        exchange(port, HEAD + b"\r\n", last, until_closed=True)


def test_a_reader_who_does_not_read_fills_no_memory(tmp_path: Path) -> None:
    """Once the connection's buffer is full, requests go to uvicorn, which waits until it drains."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "index.rss").write_bytes(b"x" * 200_000)
    answered: list[Poll] = []
    feeds = feeds_of(tmp_path)
    feeds._note = answered.append
    with serving(feeds) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(0.5)
        sent = 0
        try:
            while sent < 2000:
                connection.sendall(HEAD + b"Accept-Encoding: identity\r\n\r\n")
                sent += 1
                time.sleep(0.001)
        except TimeoutError:
            pass
        assert len(answered) < 100
