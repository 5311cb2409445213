"""publisher.web.network"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from publisher.store import schema
from publisher.web.network import hash_network
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


def test_no_ip_address_is_written_anywhere(reader: ReaderApp) -> None:
    reader.subscribe("sara@example.net")
    reader.press()
    reader.client.post(reader.leave_path("daily"))
    with reader.database.read() as tx:
        stored = [
            repr(row) for table in schema.metadata.sorted_tables for row in tx.execute(sa.select(table))
        ]
    assert not [row for row in stored if "198.51" in row]
