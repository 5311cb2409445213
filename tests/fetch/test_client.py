"""The fetcher: answers, failures, and what is never waited for, kept or sent."""

import gzip
import ssl
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.fetch.address import parse_web_address
from publisher.fetch.client import AGENT, Answer, Failure, Fault, Fetcher, Request
from tests.fetch.servers import OWN, QUICK, SERVER, Server, ask, reply, resolving, serving

pytestmark = pytest.mark.anyio

CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"


def at(server: Server, path: str = "/", **more: object) -> Request:
    address = parse_web_address(f"http://{SERVER}:{server.port}{path}")
    return Request(address=address, **more)  # type: ignore[arg-type]


def fault_of(found: Answer | Failure) -> Fault:
    assert isinstance(found, Failure), found
    return found.fault


async def test_a_post_carries_its_body_its_headers_and_nothing_of_ours_but_our_name() -> None:
    async with serving(lambda _: reply("202 Accepted", b"taken", "X-One: 1")) as server:
        request = at(
            server, "/hub?a=b", method="POST", headers=(("Content-Type", "text/plain"),), body=b"hello"
        )
        found = await ask(OWN, request)
        assert isinstance(found, Answer)
        assert (found.status, found.body, found.headers["x-one"]) == (202, b"taken", "1")
        assert found.is_success
        assert server.bodies == [b"hello"]
        assert server.heads[0].split("\r\n") == [
            "POST /hub?a=b HTTP/1.1",
            f"Host: {SERVER}:{server.port}",
            f"User-Agent: {AGENT}",
            "Accept-Encoding: gzip",
            "Content-Length: 5",
            "Content-Type: text/plain",
            "",
            "",
        ]


async def test_no_cookie_is_kept_and_connections_are_used_again() -> None:
    async with serving(lambda _: reply("200 OK", b"", "Set-Cookie: a=b")) as server:
        fetcher = Fetcher(OWN, limits=QUICK)
        for _ in range(3):
            assert isinstance(await fetcher.fetch(at(server)), Answer)
        await fetcher.close()
        assert server.connections == 1
        assert not any("cookie" in head.lower() for head in server.heads)


async def test_redirects_are_followed_as_far_as_is_allowed() -> None:
    def lead(head: str) -> bytes:
        step = int(head.split()[1].removeprefix("/"))
        return reply("200 OK", b"end") if step == 5 else reply("302 Found", b"", f"Location: /{step + 1}")

    async with serving(lead) as server:
        found = await ask(OWN, at(server, "/0", redirects=5))
        assert isinstance(found, Answer)
        assert (found.body, found.address.target) == (b"end", "/5")
        assert fault_of(await ask(OWN, at(server, "/0", redirects=4))) is Fault.REDIRECT
        plain = await ask(OWN, at(server, "/0"))
        assert isinstance(plain, Answer)
        assert plain.status == 302
        posted = await ask(OWN, at(server, "/0", method="POST", body=b"", redirects=5))
        assert isinstance(posted, Answer)
        assert posted.status == 302, "a POST is not sent to whom it leads to"


@pytest.mark.parametrize("location", ["", "Location: file:///etc/passwd", "Location: http://a b/"])
async def test_a_redirect_to_no_web_address_is_a_failure(location: str) -> None:
    async with serving(lambda _: reply("302 Found", b"", *([location] if location else []))) as server:
        found = fault_of(await ask(OWN, at(server, redirects=2)))
        assert found is Fault.REDIRECT


async def test_a_body_beyond_the_limit_is_dropped_there_and_one_not_wanted_is_not_read() -> None:
    pieces = [
        reply("200 OK", b"").replace(b"Content-Length: 0", b"Content-Length: 100000"),
        *[b"x" * 5000] * 20,
    ]
    async with serving(lambda _: pieces) as server:
        assert fault_of(await ask(OWN, at(server, most_bytes=9000))) is Fault.TOO_LARGE
        found = await ask(OWN, at(server, most_bytes=0))
        assert isinstance(found, Answer)
        assert (found.status, found.body) == (200, b"")


async def test_a_compressed_body_is_unpacked_and_a_bomb_is_noticed_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    bodies = {"/plain": gzip.compress(b"feed"), "/bomb": bomb, "/torn": gzip.compress(b"feed" * 999)[:-9]}

    def answer(head: str) -> bytes:
        return reply("200 OK", bodies[head.split()[1]], "Content-Encoding: gzip")

    async with serving(answer) as server:
        found = await ask(OWN, at(server, "/plain"))
        assert isinstance(found, Answer)
        assert found.body == b"feed"
        assert fault_of(await ask(OWN, at(server, "/bomb", most_bytes=10_000))) is Fault.TOO_LARGE
        assert fault_of(await ask(OWN, at(server, "/torn"))) is Fault.BROKEN
    async with serving(lambda _: reply("200 OK", b"?", "Content-Encoding: br")) as server:
        assert fault_of(await ask(OWN, at(server))) is Fault.BROKEN


async def test_a_server_that_stalls_or_drips_costs_no_more_than_the_limits() -> None:
    begun = time.monotonic()
    patient = replace(QUICK, total=timedelta(seconds=60))
    async with serving(lambda _: []) as server:
        assert fault_of(await ask(OWN, at(server), limits=patient)) is Fault.TIMEOUT
    assert time.monotonic() - begun < 30, "the pause, not the total"
    begun = time.monotonic()
    drops = [reply("200 OK", b"").replace(b"Content-Length: 0", b"Content-Length: 9999"), *[b"x"] * 9999]
    async with serving(lambda _: drops) as server:
        assert fault_of(await ask(OWN, at(server))) is Fault.TIMEOUT
    assert time.monotonic() - begun < 30, "the total, not the pauses together"


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 300_000])
async def test_what_is_no_http_is_a_failure(said: bytes) -> None:
    async with serving(lambda _: said) as server:
        assert fault_of(await ask(OWN, at(server))) is Fault.BROKEN


async def test_nobody_there_and_no_such_host_are_failures() -> None:
    async with serving(lambda _: reply("200 OK")) as server:
        gone = at(server)
    assert fault_of(await ask(OWN, gone)) is Fault.UNREACHABLE

    async def unknown(host: str, port: int) -> tuple[()]:
        raise OSError(-2, "Name or service not known")

    missing = Request(address=parse_web_address("http://missing.example/"))
    assert fault_of(await ask(OWN, missing, resolve=unknown)) is Fault.UNKNOWN_HOST
    assert fault_of(await ask(OWN, missing, resolve=resolving([]))) is Fault.DENIED


async def test_tls_is_checked_against_the_name_while_the_address_is_the_judged_one() -> None:
    names: list[str | None] = []
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(CERTIFICATES / "other_name.pem")
    offered.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=str(CERTIFICATES / "ca.pem"))
    here = resolving([SERVER])
    async with serving(lambda _: reply("200 OK", b"safe"), tls=offered) as server:
        right = Request(address=parse_web_address(f"https://other.example:{server.port}/"))
        wrong = Request(address=parse_web_address(f"https://wrong.example:{server.port}/"))
        found = await ask(OWN, right, resolve=here, tls=trusting)
        assert isinstance(found, Answer), found
        assert found.body == b"safe"
        assert f"Host: other.example:{server.port}\r\n" in server.heads[0]
        assert names == ["other.example"]
        assert fault_of(await ask(OWN, wrong, resolve=here, tls=trusting)) is Fault.UNREACHABLE
        assert fault_of(await ask(OWN, right, resolve=here)) is Fault.UNREACHABLE, "an unknown authority"
    assert len(server.heads) == 1


async def test_from_https_no_redirect_leads_to_http() -> None:
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(CERTIFICATES / "other_name.pem")
    trusting = ssl.create_default_context(cafile=str(CERTIFICATES / "ca.pem"))
    async with serving(
        lambda _: reply("302 Found", b"", f"Location: http://{SERVER}/"), tls=offered
    ) as server:
        asked = Request(address=parse_web_address(f"https://other.example:{server.port}/"), redirects=3)
        found = await ask(OWN, asked, resolve=resolving([SERVER]), tls=trusting)
        assert fault_of(found) is Fault.REDIRECT
