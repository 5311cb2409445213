"""publisher.store.audience"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.audience import (
    count_subscriptions,
    erase_subscriber,
    find_subscriber,
    import_confirmed,
    load_readers,
    load_statuses,
)
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import ensure_newsletters
from publisher.store.schema import subscriber
from publisher.store.subscriptions import (
    confirm_pending,
    end_subscriptions,
    ensure_subscriber,
    request_subscriptions,
)
from tests.store.rows import NOW

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus
SARA = EmailAddress("Sara", "example.net")
OMAR = EmailAddress("omar", "example.net")
LATER = NOW + timedelta(days=1)


def newsletters(tx: Transaction) -> list[int]:
    ids = ensure_newsletters(tx, ["weekly", "daily"], begun_at=NOW)
    return [ids["daily"], ids["weekly"]]


def reader(tx: Transaction, address: EmailAddress = SARA) -> int:
    return ensure_subscriber(tx, address, address_hash=f"h {address}", language="ar", now=NOW)


def test_counts_are_by_newsletter_and_status_and_empty_newsletters_are_there(database: Database) -> None:
    with database.write() as tx:
        daily, _ = newsletters(tx)
        assert count_subscriptions(tx) == {"daily": {}, "weekly": {}}
        sara, omar = reader(tx), reader(tx, OMAR)
        import_confirmed(tx, sara, daily, language="ar", now=NOW)
        request_subscriptions(tx, omar, [daily], language="ar", now=NOW)
        assert count_subscriptions(tx) == {"daily": {CONFIRMED: 1, PENDING: 1}, "weekly": {}}


def test_the_statuses_of_an_address_are_found_in_any_spelling(database: Database) -> None:
    with database.write() as tx:
        daily, weekly = newsletters(tx)
        sara = reader(tx)
        request_subscriptions(tx, sara, [daily, weekly], language="ar", now=NOW)
        confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        end_subscriptions(tx, sara, weekly, NOW)
        shouted = EmailAddress("SARA", "example.net")
        assert load_statuses(tx, shouted) == {"daily": CONFIRMED, "weekly": UNSUBSCRIBED}
        assert load_statuses(tx, OMAR) == {}
        assert find_subscriber(tx, shouted) == sara
        assert find_subscriber(tx, OMAR) is None


def test_readers_are_listed_by_newsletter_and_address_with_all_moments(database: Database) -> None:
    with database.write() as tx:
        daily, weekly = newsletters(tx)
        sara, omar = reader(tx), reader(tx, OMAR)
        import_confirmed(tx, sara, daily, language="en", now=NOW)
        request_subscriptions(tx, omar, [daily, weekly], language="ar", now=LATER)
        end_subscriptions(tx, omar, weekly, LATER)
    with database.read() as tx:
        listed = list(load_readers(tx))
        assert [(str(item.address), item.newsletter, item.status) for item in listed] == [
            ("omar@example.net", "daily", PENDING),
            ("Sara@example.net", "daily", CONFIRMED),
            ("omar@example.net", "weekly", UNSUBSCRIBED),
        ]
        assert [(item.requested_at, item.confirmed_at, item.ended_at) for item in listed] == [
            (LATER, None, None),
            (NOW, NOW, None),
            (LATER, None, LATER),
        ]
        assert listed[1].language == "en"
        assert [item.newsletter for item in load_readers(tx, slug="weekly")] == ["weekly"]
        assert list(load_readers(tx, slug="nope")) == []


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_an_import_changes_nothing_about_a_reader_who_is_here_in_whatever_status(
    database: Database, status: SubscriptionStatus
) -> None:
    """Least of all does it revive one who left."""
    with database.write() as tx:
        daily, _ = newsletters(tx)
        sara = reader(tx)
        request_subscriptions(tx, sara, [daily], language="ar", now=NOW)
        if status is not PENDING:
            confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        if status is UNSUBSCRIBED:
            end_subscriptions(tx, sara, daily, NOW)
        before = list(load_readers(tx))
        assert not import_confirmed(tx, sara, daily, language="en", now=LATER)
        assert list(load_readers(tx)) == before
        assert load_statuses(tx, SARA) == {"daily": status}


def test_an_erased_reader_is_nobody_and_her_rows_still_count(database: Database) -> None:
    with database.write() as tx:
        daily, _ = newsletters(tx)
        sara, omar = reader(tx), reader(tx, OMAR)
        for person in (sara, omar):
            import_confirmed(tx, person, daily, language="ar", now=NOW)
            end_subscriptions(tx, person, None, LATER)
        erase_subscriber(tx, sara)
        assert find_subscriber(tx, SARA) is None
        assert [item.address for item in load_readers(tx)] == [OMAR], "an export gives no address to write to"
        assert count_subscriptions(tx)["daily"] == {UNSUBSCRIBED: 2}
        row = tx.execute(sa.select(subscriber).where(subscriber.c.id == sara)).one()
    assert "sara" not in str(row).lower()


def test_the_same_address_may_come_again_as_a_new_reader_and_be_erased_again(database: Database) -> None:
    with database.write() as tx:
        first = reader(tx)
        erase_subscriber(tx, first)
        second = reader(tx)
        assert second != first
        erase_subscriber(tx, second)
        assert find_subscriber(tx, SARA) is None
