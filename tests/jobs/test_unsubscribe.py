"""publisher.jobs.unsubscribe"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.jobs.unsubscribe import Leaving, load_leaving, unsubscribe
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store import schema
from publisher.store.database import open_database
from publisher.store.subscriptions import load_subscriptions
from tests.jobs.subscribing import SARA, Desk, open_desk

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """With a reader who gets both newsletters."""
    desk = open_desk(tmp_path)
    desk.ask(SARA, "daily", "weekly")
    desk.press()
    yield desk
    desk.database.close()


def leave(desk: Desk, newsletter: int | None, how: ConsentKind = ConsentKind.UNSUBSCRIBED) -> Leaving | None:
    return unsubscribe(
        desk.database,
        subscriber=1,
        newsletter=newsletter,
        how=how,
        network="net",
        evidence="page",
        now=desk.now,
    )


def test_leaving_one_keeps_the_other_and_says_so(desk: Desk) -> None:
    assert leave(desk, desk.ids["daily"]) == Leaving(
        address_masked="s•••@example.net",
        language="ar",
        newsletters=("daily",),
        has_left=True,
        others=("weekly",),
    )
    assert desk.statuses() == {"daily": UNSUBSCRIBED, "weekly": CONFIRMED}


def test_leaving_twice_is_leaving_once(desk: Desk) -> None:
    first = leave(desk, desk.ids["daily"], ConsentKind.ONE_CLICK)
    assert leave(desk, desk.ids["daily"], ConsentKind.UNSUBSCRIBED) == first
    ended = [
        row.kind for row in desk.rows(schema.consent) if "conf" not in row.kind and "req" not in row.kind
    ]
    assert ended == ["one-click"]


def test_leaving_everything(desk: Desk) -> None:
    before = load_leaving(desk.database, subscriber=1, newsletter=None)
    assert before is not None
    assert (before.newsletters, before.has_left, before.others) == (("daily", "weekly"), False, ())
    after = leave(desk, None)
    assert after is not None
    assert (after.newsletters, after.has_left, after.others) == (("daily", "weekly"), True, ())
    assert set(desk.statuses().values()) == {UNSUBSCRIBED}


def test_leaving_everything_names_only_what_she_still_gets(desk: Desk) -> None:
    leave(desk, desk.ids["daily"])
    found = load_leaving(desk.database, subscriber=1, newsletter=None)
    assert found is not None
    assert found.newsletters == ("weekly",)


def test_the_end_is_on_disk_when_the_job_returns(desk: Desk) -> None:
    leave(desk, desk.ids["daily"])
    other = open_database(str(desk.database.engine.url))
    with other.read() as tx:
        found = {item.newsletter: item.status for item in load_subscriptions(tx, 1)}
    other.close()
    assert found["daily"] is UNSUBSCRIBED


def test_whom_we_do_not_know_gets_nothing_anyway(desk: Desk) -> None:
    assert leave(desk, 999) is None
    assert load_leaving(desk.database, subscriber=999, newsletter=None) is None
    assert load_leaving(desk.database, subscriber=1, newsletter=999) is None
    assert set(desk.statuses().values()) == {CONFIRMED}


def test_looking_changes_nothing(desk: Desk) -> None:
    load_leaving(desk.database, subscriber=1, newsletter=desk.ids["daily"])
    assert set(desk.statuses().values()) == {CONFIRMED}
