"""A former feed is had over the network with everything it leads on to, or not at all."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address

import pytest

from publisher.fetch.client import Fault
from publisher.fetch.public import Address
from publisher.jobs import former_document
from publisher.jobs.former_document import fetch_feed
from publisher.model.errors import NashraError
from publisher.sources.moving.entry import UnreadableError
from publisher.sources.moving.read import Terms
from tests.fetch.servers import canary, reply, serving

pytestmark = pytest.mark.anyio
TERMS = Terms(home="https://news.example")


def page(number: int, *onward: str) -> bytes:
    """A document with one entry, which leads on."""
    links = "".join(f'<link rel="prev-archive" href="{address}"/>' for address in onward)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{links}<entry><id>{number}</id></entry></feed>'.encode()
    )


def answering(pages: dict[str, bytes]) -> Callable[[str], bytes]:
    """A server of these pages."""

    def answer(head: str) -> bytes:
        body = pages.get(head.split()[1])
        return reply("404 Not Found") if body is None else reply("200 OK", body)

    return answer


async def ids(address: str) -> list[str]:
    """The ids of everything at an address, read twice as an import does."""
    entries = await fetch_feed(address, TERMS)
    found = [entry.guid for entry in entries()]
    assert [entry.guid for entry in entries()] == found
    return found


async def test_older_documents_are_followed_once_each() -> None:
    """Relative addresses, two ways on, and a circle."""
    pages = {
        "/f": page(1, "/a", "b?x"),
        "/a": page(2, "/f", "/c"),
        "/b?x": page(3, "/c"),
        "/c": page(4, "/a"),
    }
    async with serving(answering(pages)) as server:
        assert await ids(f"http://127.0.0.2:{server.port}/f") == ["1", "2", "3", "4"]
    assert [head.split()[1] for head in server.heads] == ["/f", "/a", "/b?x", "/c"]


async def test_json_feed_leads_on_by_its_next_url() -> None:
    pages = {
        "/f": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1}], "next_url": "/2"}',
        "/2": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 2}]}',
    }
    async with serving(answering(pages)) as server:
        assert await ids(f"http://127.0.0.2:{server.port}/f") == ["1", "2"]


async def test_a_feed_that_moved_is_followed_and_its_links_hang_on_where_it_is() -> None:
    def answer(head: str) -> bytes:
        if head.split()[1] == "/old":
            return reply("301 Moved", b"", "Location: /new/f")
        return answering({"/new/f": page(1, "a"), "/new/a": page(2)})(head)

    async with serving(answer) as server:
        assert await ids(f"http://127.0.0.2:{server.port}/old") == ["1", "2"]


async def test_a_relative_address_hangs_on_the_document_it_stands_in() -> None:
    """Each page's own, after it moved; a file hangs on nothing."""
    item = b"<rss><channel><item><link>1</link></item></channel></rss>"

    def answer(head: str) -> bytes:
        moved = reply("301 Moved", b"", "Location: /new/f")
        return moved if head.split()[1] == "/old" else reply("200 OK", item)

    async with serving(answer) as server:
        home = f"http://127.0.0.2:{server.port}"
        (found,) = (await fetch_feed(f"{home}/old", TERMS))()
    assert (found.guid, found.url) == ("1", f"{home}/new/1")


async def test_nothing_in_our_own_network_is_reached_but_what_was_named() -> None:
    async with canary() as bird:
        led = page(1, f"http://127.0.0.1:{bird.port}/")
        async with serving(lambda _: reply("200 OK", led)) as server:
            with pytest.raises(NashraError, match=f"127.0.0.1.*{Fault.DENIED}.*nothing was imported"):
                await ids(f"http://127.0.0.2:{server.port}/f")
        assert bird.connections == 0


@pytest.mark.parametrize("way", ["next", "redirect"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_another_port_of_the_named_machine_is_not_reached(way: str, host: str) -> None:
    async with canary() as bird:
        onward = f"http://{host}:{bird.port}/"
        led = reply("200 OK", page(1, onward))
        if way == "redirect":
            led = reply("302 Found", b"", f"Location: {onward}")
        async with serving(lambda _: led, host="127.0.0.1") as server:
            with pytest.raises(NashraError, match=f"{Fault.DENIED}.*nothing was imported"):
                await ids(f"http://127.0.0.1:{server.port}/f")
        assert bird.connections == 0


async def test_another_name_of_the_named_server_is_not_reached() -> None:
    """Behind one address and port of an own network stand many sites, told apart by their names."""

    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return (ip_address("127.0.0.2"),)

    def answer(head: str) -> bytes:
        port = head.partition("feed.internal:")[2].split()[0]
        return reply("200 OK", page(1, f"http://wiki.internal:{port}/"))

    async with serving(answer) as server:
        with pytest.raises(NashraError, match=f"wiki.internal.*{Fault.DENIED}"):
            await fetch_feed(f"http://feed.internal:{server.port}/f", TERMS, resolve=resolve)
    assert len(server.heads) == 1


async def test_a_named_server_that_gets_another_address_is_not_reached_there() -> None:
    answers = [ip_address("93.184.215.14"), ip_address("127.0.0.1")]

    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return (answers.pop(0),)

    async with canary() as bird:
        with pytest.raises(NashraError, match=Fault.DENIED):
            await fetch_feed(f"http://feed.example:{bird.port}/f", TERMS, resolve=resolve)
        assert bird.connections == 0
    assert answers == []


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({}, "answered 404"),
        ({"/f": page(1, "/gone")}, "/gone answered 404"),
        ({"/f": page(1, "ftp://x.example/")}, "leads on to 'ftp://x.example/'"),
        ({"/f": page(1, "https://[")}, "leads on to"),
    ],
)
async def test_what_cannot_be_had_is_told_with_its_address(pages: dict[str, bytes], told: str) -> None:
    async with serving(answering(pages)) as server:
        with pytest.raises(NashraError, match=told) as raised:
            await ids(f"http://127.0.0.2:{server.port}/f")
    assert "nothing was imported" in str(raised.value)
    assert raised.value.next_step


async def test_what_cannot_be_read_is_told_before_anything_is_brought() -> None:
    pages = {"/f": page(1, "/2"), "/2": b"<feed>"}
    async with serving(answering(pages)) as server:
        with pytest.raises(UnreadableError):
            await ids(f"http://127.0.0.2:{server.port}/f")


async def test_there_is_an_end_to_pages_and_to_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(head: str) -> bytes:
        number = int(head.split()[1][1:])
        return reply("200 OK", page(number, f"/{number + 1}"))

    monkeypatch.setattr(former_document, "MOST_PAGES", 5)
    async with serving(endless) as server:
        with pytest.raises(NashraError, match="more than 5 documents"):
            await ids(f"http://127.0.0.2:{server.port}/1")
        assert len(server.heads) == 5
    monkeypatch.setattr(former_document, "MOST_BYTES", len(page(1, "/2")))
    async with serving(endless) as server:
        with pytest.raises(NashraError, match="MB; nothing was imported"):
            await ids(f"http://127.0.0.2:{server.port}/1")
        assert len(server.heads) == 1


async def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="user name"):
        await fetch_feed("http://a@b.example/", TERMS)
