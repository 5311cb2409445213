"""publisher.web.network"""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from publisher.store import schema
from publisher.web.network import find_client, hash_network, network_of
from tests.web.reader_app import ReaderApp

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = b"n" * 32


def test_a_network_is_a_24_or_a_64_and_nothing_narrower() -> None:
    def same(one: str, other: str) -> bool:
        return hash_network(one, key=KEY, at=NOW) == hash_network(other, key=KEY, at=NOW)

    assert same("198.51.100.7", "198.51.100.250")
    assert not same("198.51.100.7", "198.51.101.7")
    assert same("2001:db8:0:1::1", "2001:db8:0:1:ffff::2")
    assert not same("2001:db8:0:1::1", "2001:db8:0:2::1")
    assert same("::ffff:198.51.100.7", "198.51.100.9")
    assert same("fe80::1%eth0", "fe80::2")


def test_another_key_or_month_names_it_otherwise() -> None:
    first = hash_network("198.51.100.7", key=KEY, at=NOW)
    assert first != hash_network("198.51.100.7", key=b"x" * 32, at=NOW)
    assert first != hash_network("198.51.100.7", key=KEY, at=NOW.replace(month=12))


@pytest.mark.parametrize("host", ["", "testclient", "/run/nashra.sock", "999.1.1.1"])
def test_what_is_no_address_has_no_network(host: str) -> None:
    assert hash_network(host, key=KEY, at=NOW) is None


PROXIES = (ip_network("10.0.0.5"), ip_network("2001:db8:f::/48"))
READER = "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.5", [READER], READER),
        ("10.0.0.5", [f"203.0.113.9, {READER}"], READER),
        ("10.0.0.5", ["203.0.113.9", READER], READER),
        ("10.0.0.5", [f"{READER}, 2001:db8:f::1"], READER),
        ("10.0.0.5", [f"{READER},127.0.0.1 , 10.0.0.5"], READER),
        ("2001:db8:f::7", ["2001:db8:1::1"], "2001:db8:1::1"),
        ("::ffff:10.0.0.5", [READER], READER),
        ("10.0.0.5", [f"{READER}:4711"], READER),
        ("10.0.0.5", ["[2001:db8:1::1]:4711"], "2001:db8:1::1"),
        ("10.0.0.5", ["[2001:db8:1::1]"], "2001:db8:1::1"),
        ("10.0.0.5", [f"::ffff:{READER}"], READER),
        ("127.0.0.1", [READER], READER),
        ("::1", [f"{READER}, 10.0.0.5"], READER),
    ],
)
def test_a_trusted_proxy_says_whom_it_speaks_for(peer: str, forwarded: list[str], client: str) -> None:
    assert find_client(peer, forwarded, trusted=PROXIES) == client


@pytest.mark.parametrize("peer", ["203.0.113.1", "10.0.0.6", "2001:db8:e::1", "testclient", ""])
@pytest.mark.parametrize("forwarded", [[READER], [f"{READER}, 10.0.0.5"], ["127.0.0.1"], []])
def test_anybody_else_is_not_believed(peer: str, forwarded: list[str]) -> None:
    assert find_client(peer, forwarded, trusted=PROXIES) == peer


@pytest.mark.parametrize(
    "forwarded",
    [
        [],
        [""],
        [","],
        ["unknown"],
        [f"{READER}, unknown"],
        [f"{READER},"],
        ["10.0.0.5, 127.0.0.1"],
        ["999.1.1.1"],
        ["[2001:db8::1"],
        [f"{READER}:port"],
        ["x" * 5000],
        ["1.2.3.4\x00"],
    ],
)
def test_a_header_that_says_nothing_leaves_the_peer(forwarded: list[str]) -> None:
    assert find_client("10.0.0.5", forwarded, trusted=PROXIES) == "10.0.0.5"


@given(st.lists(st.text(max_size=40)))
def test_no_header_breaks_anything_and_what_stands_left_changes_nothing(lines: list[str]) -> None:
    find_client("10.0.0.5", lines, trusted=PROXIES)
    assert find_client("10.0.0.5", [*lines, READER], trusted=PROXIES) == READER


def test_the_pages_count_readers_behind_the_proxy_apart(reader: ReaderApp) -> None:
    context = replace(reader.context, trusted_proxies=PROXIES)

    def network(peer: str, forwarded: str) -> str | None:
        request = Request(
            {
                "type": "http",
                "client": (peer, 40000),
                "headers": [(b"x-forwarded-for", forwarded.encode())],
            }
        )
        return network_of(request, context)

    one, other = network("10.0.0.5", READER), network("10.0.0.5", "203.0.113.9")
    assert one == hash_network(READER, key=context.network_key, at=context.now())
    assert one != other
    assert network("192.0.2.1", READER) == network("192.0.2.1", "203.0.113.9")


def test_no_ip_address_is_written_anywhere(reader: ReaderApp) -> None:
    reader.subscribe("sara@example.net")
    reader.press()
    reader.client.post(reader.leave_path("daily"))
    with reader.database.read() as tx:
        stored = [
            repr(row) for table in schema.metadata.sorted_tables for row in tx.execute(sa.select(table))
        ]
    assert not [row for row in stored if "198.51" in row]
