"""Forgetting a reader: her address is gone from tables and files, and nothing brings it back."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.jobs.forget_subscriber import Forgotten, forget_subscriber
from publisher.jobs.import_subscribers import Import, ImportLine, import_subscribers
from publisher.mail.address import parse_address
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store import database, schema
from publisher.store.database import open_database
from publisher.store.suppressions import hash_address, is_suppressed
from tests.jobs.subscribing import KEY, NOW, SARA, Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def forget(desk: Desk, address: str = SARA) -> Forgotten:
    return forget_subscriber(desk.database, parse_address(address), hash_key=KEY, now=NOW)


def octets(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("nashra.db*"))).lower()


def test_her_address_is_in_no_table_and_in_no_file_afterwards(desk: Desk, tmp_path: Path) -> None:
    """Also while the database stays open: the write-ahead log held it until now."""
    desk.ask(SARA, "daily", "weekly")
    desk.send()
    desk.press()
    desk.ask("omar@example.net")
    assert SARA.encode() in octets(tmp_path)
    assert forget(desk) == Forgotten(was_known=True, is_traceless=True)
    assert b"sara" not in octets(tmp_path)
    assert b"omar@example.net" in octets(tmp_path)
    found = [str(row) for table in schema.metadata.sorted_tables for row in desk.rows(table)]
    assert found
    assert not any("sara" in row.lower() for row in found)


def test_everything_of_hers_ends_and_the_record_of_consent_says_so(desk: Desk) -> None:
    desk.ask(SARA, "daily", "weekly")
    desk.press()
    forget(desk)
    assert set(desk.statuses().values()) == {SubscriptionStatus.UNSUBSCRIBED}
    kinds = [row.kind for row in desk.rows(schema.consent)]
    assert kinds[-2:] == [ConsentKind.UNSUBSCRIBED] * 2


def test_a_mail_that_was_waiting_for_her_is_not_sent(desk: Desk) -> None:
    desk.ask()
    forget(desk)
    assert desk.send() == []
    assert [row.state for row in desk.rows(schema.notice)] == [DeliveryState.SUPPRESSED]


def test_neither_an_import_nor_the_form_brings_mail_to_her_again(desk: Desk) -> None:
    desk.ask()
    forget(desk)
    terms = Import(newsletter="daily", language="ar", languages=("ar",), evidence="x")
    lines = [ImportLine(number=2, address=SARA.upper())]
    report = import_subscribers(desk.database, lines, terms, hash_key=KEY, now=NOW)
    assert report.brought == 0
    desk.wait(days=30)
    desk.ask(SARA)
    assert desk.send() == []


def test_an_address_that_was_never_here_is_suppressed_all_the_same(desk: Desk) -> None:
    assert forget(desk) == Forgotten(was_known=False, is_traceless=True)
    with desk.database.read() as tx:
        assert is_suppressed(tx, hash_address(KEY, parse_address(SARA)))
        assert tx.scalar(sa.select(sa.func.count()).select_from(schema.subscriber)) == 0


def test_forgetting_twice_is_forgetting_once(desk: Desk) -> None:
    desk.ask()
    assert forget(desk).was_known
    assert not forget(desk).was_known
    assert len(desk.rows(schema.suppression)) == 1


def test_a_long_reading_elsewhere_is_told_and_the_next_run_finishes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ask()
    file = tmp_path / "nashra.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM subscriber").fetchall()
    monkeypatch.setattr(database, "BUSY_TIMEOUT", timedelta(0))
    hasty = open_database(file)
    assert forget_subscriber(hasty, parse_address(SARA), hash_key=KEY, now=NOW) == Forgotten(
        was_known=True, is_traceless=False
    )
    other.close()
    hasty.close()
    assert forget(desk).is_traceless
    assert b"sara" not in octets(tmp_path)
