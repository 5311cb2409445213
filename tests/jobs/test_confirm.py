"""publisher.jobs.confirm"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.jobs.confirm import Confirmation, load_confirmation
from publisher.model.subscriber import SubscriptionStatus
from publisher.model.work import Work, WorkKind
from publisher.store import schema
from tests.jobs.subscribing import SARA, Desk, open_desk

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def test_pressing_confirms_all_that_waits_and_welcomes_once(desk: Desk) -> None:
    desk.ask(SARA, "daily", "weekly", language="en")
    desk.works.clear()
    done = desk.press()
    assert done == Confirmation(
        subscriber=1,
        address_masked="s•••@example.net",
        language="en",
        waiting=(),
        confirmed=("daily", "weekly"),
    )
    assert desk.works == [Work(WorkKind.NOTICE, "2")]
    assert desk.press() == done, "pressing again shows the same"
    assert len(desk.works) == 1
    consents = [row.kind for row in desk.rows(schema.consent)]
    assert consents == ["requested"] * 2 + ["confirmed"] * 2


def test_what_was_asked_for_while_the_page_stood_open_stays_pending(desk: Desk) -> None:
    """Anybody can post the form with her address; her button agrees only to what she read."""
    desk.ask(SARA, "daily")
    desk.ask(SARA, "weekly")
    desk.works.clear()
    done = desk.press(shown=("daily",))
    assert done is not None
    assert (done.waiting, done.confirmed) == (("weekly",), ("daily",))
    assert desk.statuses() == {"daily": CONFIRMED, "weekly": PENDING}
    welcome = desk.rows(schema.notice)[-1]
    assert (welcome.kind, welcome.newsletters) == ("welcome", '["daily"]')
    assert desk.works == [Work(WorkKind.NOTICE, str(welcome.id))]
    agreed = [row.newsletter for row in desk.rows(schema.consent) if row.kind == "confirmed"]
    assert agreed == [desk.ids["daily"]]
    desk.press()
    assert desk.statuses() == {"daily": CONFIRMED, "weekly": CONFIRMED}


@pytest.mark.parametrize("shown", [(), ("",), ("nobody knows it", "a\0b", "\ud800"), ("weekly",)])
def test_a_form_that_names_nothing_that_waits_confirms_nothing(desk: Desk, shown: tuple[str, ...]) -> None:
    desk.ask(SARA, "daily")
    desk.works.clear()
    done = desk.press(shown=shown)
    assert done is not None
    assert (done.waiting, done.confirmed) == (("daily",), ())
    assert desk.statuses() == {"daily": PENDING}
    assert desk.works == []
    assert [row.kind for row in desk.rows(schema.consent)] == ["requested"]


def test_looking_changes_nothing(desk: Desk) -> None:
    desk.ask()
    found = load_confirmation(desk.database, subscriber=1, notice=1)
    assert found is not None
    assert (found.waiting, found.confirmed) == (("daily",), ())
    assert desk.statuses() == {"daily": PENDING}


def test_an_old_link_does_not_bring_back_a_reader_who_left(desk: Desk) -> None:
    desk.ask()
    desk.press()
    with desk.database.write() as tx:
        tx.execute(schema.subscription.update().values(status=UNSUBSCRIBED))
    done = desk.press()
    assert desk.statuses() == {"daily": UNSUBSCRIBED}
    assert done is not None
    assert done.confirmed == ()


def test_the_notice_must_be_a_confirmation_of_that_very_reader(desk: Desk) -> None:
    desk.ask()
    desk.ask("omar@example.net")
    assert desk.press(subscriber=2, notice=1) is None
    assert desk.press(subscriber=1, notice=99) is None
    assert desk.press(subscriber=99, notice=1) is None
    desk.press(subscriber=1, notice=1)
    welcome = desk.rows(schema.notice)[-1]
    assert welcome.kind == "welcome"
    assert desk.press(subscriber=1, notice=welcome.id) is None
    assert desk.statuses(2) == {"daily": PENDING}


def test_she_is_written_to_in_the_language_she_confirmed_in(desk: Desk) -> None:
    """Somebody else may have typed her address first, in another language."""
    desk.ask(language="en")
    desk.wait(days=2)
    desk.ask(language="ckb")
    (first, *_) = desk.rows(schema.notice)
    assert first.language == "en"
    desk.press(notice=first.id)
    assert desk.rows(schema.subscriber)[0].language == "en"


def test_a_second_confirmation_on_one_day_brings_no_second_welcome(desk: Desk) -> None:
    desk.ask(SARA, "daily")
    desk.press()
    desk.ask(SARA, "weekly")
    done = desk.press()
    assert done is not None
    assert done.confirmed == ("daily", "weekly")
    assert [row.kind for row in desk.rows(schema.notice)].count("welcome") == 1
