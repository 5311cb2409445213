"""publisher.store.subscriptions"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.model.address import EmailAddress
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import ensure_newsletters
from publisher.store.schema import consent, subscriber
from publisher.store.subscriptions import (
    confirm_pending,
    decode_address,
    end_subscriptions,
    ensure_subscriber,
    load_last_consent,
    load_slugs,
    load_subscriber,
    load_subscriptions,
    record_consent,
    request_subscriptions,
    save_language,
)
from tests.store.rows import NOW

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus
SARA = EmailAddress("Sara", "example.net")


def newsletters(tx: Transaction) -> list[int]:
    ids = ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)
    return [ids["daily"], ids["weekly"]]


def reader(tx: Transaction, address: EmailAddress = SARA, language: str = "ar") -> int:
    return ensure_subscriber(tx, address, address_hash="h", language=language, now=NOW)


def statuses(tx: Transaction, reader_id: int) -> dict[str, SubscriptionStatus]:
    return {item.newsletter: item.status for item in load_subscriptions(tx, reader_id)}


def test_two_spellings_of_an_address_are_one_reader_whose_first_spelling_stays(database: Database) -> None:
    with database.write() as tx:
        first = reader(tx)
        assert reader(tx, EmailAddress("SARA", "example.net"), language="en") == first
        found = load_subscriber(tx, first)
        assert found is not None
        assert (found.address, found.language) == (SARA, "ar")
        assert tx.scalar(sa.select(subscriber.c.address_key)) == "sara@example.net"
        assert load_subscriber(tx, first + 1) is None


def test_a_request_waits_until_it_is_confirmed_and_a_second_confirmation_finds_nothing(
    database: Database,
) -> None:
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        request_subscriptions(tx, sara, ids, language="en", now=NOW)
        assert statuses(tx, sara) == {"daily": PENDING, "weekly": PENDING}
        assert confirm_pending(tx, sara, ["daily", "weekly"], NOW) == tuple(ids)
        assert confirm_pending(tx, sara, ["daily", "weekly"], NOW) == ()
        assert {item.language for item in load_subscriptions(tx, sara)} == {"en"}
        assert all(item.confirmed_at == NOW for item in load_subscriptions(tx, sara))


def test_only_what_is_named_is_confirmed_and_only_where_it_waits(database: Database) -> None:
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        request_subscriptions(tx, sara, ids, language="ar", now=NOW)
        assert confirm_pending(tx, sara, [], NOW) == ()
        assert confirm_pending(tx, sara, ["nobody knows it"], NOW) == ()
        assert confirm_pending(tx, sara, ["weekly", "nobody knows it"], NOW) == (ids[1],)
        assert statuses(tx, sara) == {"daily": PENDING, "weekly": CONFIRMED}


def test_asking_again_leaves_a_confirmed_subscription_as_it_is(database: Database) -> None:
    """Otherwise anybody could switch a reader's mail off, or its language, by posting the form."""
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        request_subscriptions(tx, sara, ids[:1], language="ar", now=NOW)
        confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        before = load_subscriptions(tx, sara)
        request_subscriptions(tx, sara, ids[:1], language="en", now=NOW + timedelta(days=1))
        assert load_subscriptions(tx, sara) == before


def test_a_reader_who_left_comes_back_only_as_pending(database: Database) -> None:
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        request_subscriptions(tx, sara, ids[:1], language="ar", now=NOW)
        confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        end_subscriptions(tx, sara, ids[0], NOW)
        assert confirm_pending(tx, sara, ["daily", "weekly"], NOW) == (), (
            "confirming does not revive what ended"
        )
        request_subscriptions(tx, sara, ids[:1], language="en", now=NOW)
        (again,) = load_subscriptions(tx, sara)
        assert (again.status, again.language, again.confirmed_at) == (PENDING, "en", None)


@pytest.mark.parametrize("confirmed", [True, False])
def test_ending_one_or_all_is_done_once(database: Database, confirmed: bool) -> None:
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        request_subscriptions(tx, sara, ids, language="ar", now=NOW)
        if confirmed:
            confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        assert end_subscriptions(tx, sara, ids[0], NOW) == (ids[0],)
        assert end_subscriptions(tx, sara, ids[0], NOW) == ()
        assert end_subscriptions(tx, sara, None, NOW) == (ids[1],)
        assert statuses(tx, sara) == {"daily": UNSUBSCRIBED, "weekly": UNSUBSCRIBED}
        assert end_subscriptions(tx, 999, None, NOW) == ()


def test_ending_touches_no_other_reader(database: Database) -> None:
    with database.write() as tx:
        ids = newsletters(tx)
        sara, omar = reader(tx), reader(tx, EmailAddress("omar", "example.net"))
        for person in (sara, omar):
            request_subscriptions(tx, person, ids, language="ar", now=NOW)
            confirm_pending(tx, person, ["daily", "weekly"], NOW)
        end_subscriptions(tx, sara, None, NOW)
        assert load_slugs(tx, omar, CONFIRMED) == ("daily", "weekly")
        assert load_slugs(tx, sara) == ("daily", "weekly")
        assert load_slugs(tx, sara, CONFIRMED) == ()


def test_consent_is_recorded_for_each_newsletter_and_can_only_be_added_to(database: Database) -> None:
    with database.write() as tx:
        ids, sara = newsletters(tx), reader(tx)
        record_consent(tx, sara, ids, ConsentKind.REQUESTED, network="n", evidence="form", now=NOW)
        record_consent(tx, sara, [], ConsentKind.CONFIRMED, network=None, evidence="page", now=NOW)
        assert load_last_consent(tx, sara, ConsentKind.REQUESTED) == NOW
        assert load_last_consent(tx, sara, ConsentKind.CONFIRMED) is None
        rows = tx.execute(sa.select(consent.c.newsletter, consent.c.network, consent.c.evidence)).all()
    assert [tuple(row) for row in rows] == [(ids[0], "n", "form"), (ids[1], "n", "form")]
    with pytest.raises(sa.exc.IntegrityError), database.write() as tx:
        tx.execute(sa.delete(consent))


def test_the_language_of_a_reader_can_change(database: Database) -> None:
    with database.write() as tx:
        sara = reader(tx)
        save_language(tx, sara, "ckb")
        found = load_subscriber(tx, sara)
    assert found is not None
    assert found.language == "ckb"


def test_an_address_is_read_back_as_it_was() -> None:
    assert decode_address(str(SARA)) == SARA
