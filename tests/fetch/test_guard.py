"""SSRF-safety of what strangers make us fetch: point 43 of the feeds' checklist (docs/notes/push.md).

A canary listens on loopback; whatever is tried, it is never connected to.
"""

import json
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore2
import pytest

from publisher.fetch.address import parse_web_address
from publisher.fetch.client import Answer, Failure, Fault, Fetcher, Request
from publisher.fetch.guard import DeniedError, Guard, GuardedBackend, NamedServer
from publisher.fetch.resolver import Resolver
from tests.fetch.servers import OWN, QUICK, SERVER, ask, canary, reply, resolving, serving

pytestmark = pytest.mark.anyio

WHATWG = Path(__file__).parents[1] / "data" / "whatwg_urls.json"

LOOPBACK = """
127.0.0.1 127.1 127.0.1 127.0.0.1. 127.255.255.254 127.0.0.255 127.127.127.127 2130706433 017700000001 0x7f000001
0x7F000001 0x7f.1 0x7f.0.1 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0177.1 0177.0.1 0177.0.0.1 0177.0.0.01 00177.0.0.1 0000177.0.0.1
127.0x1 127.0x0.1 127.00000000001 127.0.0.0x1 127.65535 127.16777215 2130706434 2147483646 0x7fffffff 017777777776
0 0.0.0.0 0x0 00 0.0 0.0.0 000.000.000.000 0x00000000 localhost LOCALHOST LocalHost localhost.
１２７.０.０.１ 127。0。0。1 127．0．0．1 ⑫⑦.0.0.1 ①②⑦.⓪.⓪.① 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ⁱ27.0.0.1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌｏｃａｌｈｏｓｔ
lo\u00adcalhost
[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::0:1] [::] [0:0::0]
[::ffff:127.0.0.1] [::FFFF:7F00:1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:0] [::127.0.0.1] [::7f00:1] [64:ff9b::127.0.0.1]
[64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:0001::1] [2001:0:7f00:1::] [2001::80ff:fffe]
[fe80::1] [fec0::1] [fc00::1] [ff02::1] [::ffff:0:127.0.0.1] [2a01:4f8::5efe:127.0.0.1] 127.0.0.1%2f 127.0.0.1\u200b
"""


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_spelling_of_loopback_reaches_it(scheme: str) -> None:
    """Checklist 43 G: SSRF-safe. The canary's port is allowed, so that only the address protects it."""
    assert len(LOOPBACK.split()) >= 60
    async with canary() as bird:
        guard = Guard(ports=frozenset({bird.port, 80, 443}))
        fetcher = Fetcher(guard, limits=QUICK)
        for spelling in LOOPBACK.split():
            try:
                address = parse_web_address(f"{scheme}://{spelling}:{bird.port}/")
            except ValueError:
                continue  # not even an address
            found = await fetcher.fetch(Request(address=address))
            assert isinstance(found, Failure), spelling
            assert found.fault in (Fault.DENIED, Fault.UNKNOWN_HOST), (spelling, found)
        await fetcher.close()
        assert bird.connections == 0


async def test_no_address_of_the_url_standards_tests_reaches_us_when_every_name_is_ours() -> None:
    """Checklist 43 G: SSRF-safe. A hostile name server says 127.0.0.1 to every name."""
    inputs = json.loads(WHATWG.read_text())["inputs"]
    assert len(inputs) == 891

    async def hostile(host: str, port: int) -> Sequence[Any]:
        try:
            return (ip_address(host),)
        except ValueError:
            return (ip_address("127.0.0.1"),)

    asked = 0
    async with canary() as bird:
        every_port = Guard(ports=frozenset(range(1, 65536)))
        backend = GuardedBackend(every_port, hostile, Unreachable())
        for text in inputs:
            for spelling in (text, f"http://127.0.0.1:{bird.port}/{text}", f"http://{text}:{bird.port}/"):
                try:
                    address = parse_web_address(spelling)
                except ValueError:
                    continue
                asked += 1
                with pytest.raises((DeniedError, httpcore2.ConnectError)) as refused:
                    await backend.connect_tcp(address.host, address.port)
                if refused.type is httpcore2.ConnectError:
                    assert ip_address(address.host).is_global, spelling
        assert bird.connections == 0
    assert asked > 300


class Unreachable(httpcore2.AsyncNetworkBackend):
    """A network where nobody is; remembers who was tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        self.tried.append(host)
        raise httpcore2.ConnectError("nobody there")


async def test_a_name_server_that_changes_its_mind_gains_nothing() -> None:
    """Checklist 43 G: SSRF-safe. DNS rebinding: public when judged, loopback when connected to."""
    network = Unreachable()
    async with canary() as bird:
        resolve = resolving(["93.184.215.14"], ["127.0.0.1"])
        guard = Guard(ports=frozenset({bird.port}))
        url = parse_web_address(f"http://rebind.example:{bird.port}/")
        first = await ask(guard, Request(address=url), resolve=resolve, inner=network)
        second = await ask(guard, Request(address=url), resolve=resolve, inner=network)
        assert isinstance(first, Failure)
        assert isinstance(second, Failure)
        assert (first.fault, second.fault) == (Fault.UNREACHABLE, Fault.DENIED)
        assert network.tried == ["93.184.215.14"], "what was judged is what was connected to, resolved once"
        assert bird.connections == 0


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.1", "::1"])
async def test_a_name_with_a_public_and_a_private_address_is_refused_whole(second: str) -> None:
    network = Unreachable()
    for answer in (["93.184.215.14", second], [second, "93.184.215.14"]):
        found = await ask(
            Guard(),
            Request(address=parse_web_address("http://both.example/")),
            resolve=resolving(answer),
            inner=network,
        )
        assert isinstance(found, Failure)
        assert found.fault is Fault.DENIED
    assert network.tried == []


async def test_every_address_of_a_host_is_tried_in_turn_and_no_more_than_four() -> None:
    network = Unreachable()
    answer = [f"93.184.215.{n}" for n in range(1, 10)]
    await ask(
        Guard(),
        Request(address=parse_web_address("http://many.example/")),
        resolve=resolving(answer),
        inner=network,
    )
    assert network.tried == answer[:4]


async def test_a_redirect_to_loopback_is_a_new_request_and_is_refused() -> None:
    """Checklist 43 G: SSRF-safe."""
    async with canary() as bird:
        lead = f"Location: http://127.0.0.1:{bird.port}/"
        for status in ("301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"):
            async with serving(lambda _, status=status: reply(status, b"", lead)) as server:  # type: ignore[misc]
                url = parse_web_address(f"http://{SERVER}:{server.port}/")
                found = await ask(OWN, Request(address=url, redirects=5))
                assert isinstance(found, Failure)
                assert found.fault is Fault.DENIED
        assert bird.connections == 0


@pytest.mark.parametrize("port", [22, 25, 6379, 8000, 11211])
async def test_other_ports_than_the_webs_are_refused(port: int) -> None:
    network = Unreachable()
    url = parse_web_address(f"http://news.example:{port}/")
    found = await ask(Guard(), Request(address=url), resolve=resolving(["93.184.215.14"]), inner=network)
    assert isinstance(found, Failure)
    assert found.fault is Fault.DENIED
    assert network.tried == []


async def test_an_operators_own_network_is_reached_where_she_says_so_and_nowhere_else() -> None:
    async with canary() as bird, serving(lambda _: reply("200 OK", b"hub")) as server:
        own = await ask(OWN, Request(address=parse_web_address(f"http://{SERVER}:{server.port}/")))
        other = await ask(OWN, Request(address=parse_web_address(f"http://127.0.0.1:{bird.port}/")))
        assert isinstance(own, Answer)
        assert own.body == b"hub"
        assert isinstance(other, Failure)
        assert other.fault is Fault.DENIED
        assert OWN.may_connect(ip_address(f"::ffff:{SERVER}"), 1)
        assert not OWN.may_connect(ip_address("::ffff:127.0.0.1"), 80)
        assert bird.connections == 0


async def test_no_unix_socket_is_connected_to() -> None:
    with pytest.raises(DeniedError):
        await GuardedBackend(Guard(), Resolver().resolve, Unreachable()).connect_unix_socket(
            "/run/docker.sock"
        )


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with canary() as bird, serving(lambda _: reply("200 OK", b"direct")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{bird.port}")
        found = await ask(OWN, Request(address=parse_web_address(f"http://{SERVER}:{server.port}/")))
        assert isinstance(found, Answer)
        assert found.body == b"direct"
        assert bird.connections == 0


def test_a_named_server_is_its_host_port_and_address_together() -> None:
    """A public one may have more addresses than it told at first."""
    inside, public = ip_address("10.0.0.1"), ip_address("93.184.215.14")
    guard = Guard(named=NamedServer(host="feed.example", port=8080, addresses=(inside,)))
    assert guard.may_connect(inside, 8080, "feed.example")
    assert guard.may_connect(public, 8080, "feed.example")
    assert guard.may_connect(public, 443, "other.example")
    for address, port, host in (
        (inside, 22, "feed.example"),
        (inside, 80, "feed.example"),
        (inside, 8080, "wiki.example"),
        (inside, 8080, ""),
        (ip_address("10.0.0.2"), 8080, "feed.example"),
        (public, 8080, "other.example"),
    ):
        assert not guard.may_connect(address, port, host)
