"""publisher.jobs.subscribe"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.jobs.subscribe import Answer, Limits, plan_confirmation
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import NoticeKind, SubscriptionStatus
from publisher.model.work import Work, WorkKind
from publisher.store import schema
from publisher.store.notices import PastNotice
from tests.jobs.subscribing import NOW, SARA, Desk, open_desk

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def past(**changes: object) -> PastNotice:
    values = {
        "id": 1,
        "kind": NoticeKind.CONFIRM,
        "subscriber": 1,
        "state": DeliveryState.SENT,
        "language": "ar",
        "newsletters": ("daily",),
        "day": "2026-11-22",
        "at": NOW,
        **changes,
    }
    return PastNotice(**values)  # type: ignore[arg-type]


def test_a_new_reader_waits_and_one_mail_is_asked_for(desk: Desk) -> None:
    assert desk.ask(SARA, "daily", "weekly", evidence="form ar abc") is Answer.TAKEN
    assert desk.statuses() == {"daily": PENDING, "weekly": PENDING}
    assert desk.works == [Work(WorkKind.NOTICE, "1")]
    (notice,) = desk.rows(schema.notice)
    assert (notice.kind, notice.state, notice.language, notice.newsletters) == (
        "confirm", "pending", "ar", '["daily","weekly"]',
    )  # fmt: skip
    consents = desk.rows(schema.consent)
    assert [(row.kind, row.network, row.evidence) for row in consents] == [
        ("requested", "net", "form ar abc"),
        ("requested", "net", "form ar abc"),
    ]


def test_one_mail_for_an_address_and_day_however_often_and_from_wherever(desk: Desk) -> None:
    for n in range(60):
        desk.ask(SARA if n % 2 else SARA.upper(), network=f"net {n}")
    assert desk.send() == [1]
    for n in range(60):
        desk.wait(minutes=20)
        desk.ask(network=f"later {n}")
    assert desk.send() == []
    assert len(desk.rows(schema.notice)) == 1


def test_a_day_later_a_reader_who_lost_the_mail_gets_another(desk: Desk) -> None:
    desk.ask()
    desk.send()
    desk.wait(hours=24)
    desk.ask()
    assert desk.send() == [2]


def test_an_address_that_never_answers_gets_three_mails_in_thirty_days(desk: Desk) -> None:
    went = []
    for _ in range(29):
        desk.ask()
        went += desk.send()
        desk.wait(days=1)
    assert went == [1, 2, 3]
    desk.wait(days=2)
    desk.ask()
    assert desk.send() == [4]


def test_a_reader_who_answers_may_ask_for_more_as_often_as_she_likes(desk: Desk) -> None:
    for n in range(1, 7):
        desk.ask(SARA, "daily" if n % 2 else "weekly")
        (notice,) = desk.send()
        desk.press(notice=notice)
        with desk.database.write() as tx:
            tx.execute(schema.subscription.update().values(status=UNSUBSCRIBED))
        desk.wait(days=1)


def test_what_is_asked_for_after_todays_mail_gets_its_own_tomorrow(desk: Desk) -> None:
    """One mail a day, and no subscription is lost for it."""
    desk.ask(SARA, "daily")
    desk.send()
    desk.wait(minutes=5)
    desk.press()
    desk.wait(minutes=5)
    desk.ask(SARA, "weekly")
    assert desk.statuses() == {"daily": CONFIRMED, "weekly": PENDING}
    desk.wait(hours=23)
    assert desk.send() == []
    desk.wait(hours=1)
    assert len(desk.send()) == 1


def test_what_is_asked_for_before_the_mail_went_goes_with_it(desk: Desk) -> None:
    desk.ask(SARA, "daily")
    desk.ask(SARA, "weekly")
    assert desk.send() == [1]
    assert len(desk.rows(schema.notice)) == 1
    assert desk.rows(schema.notice)[0].newsletters == '["daily","weekly"]'


def test_a_confirmed_reader_who_asks_again_keeps_her_subscription_and_gets_no_mail(desk: Desk) -> None:
    desk.ask()
    desk.send()
    desk.press()
    desk.works.clear()
    desk.wait(days=3)
    assert desk.ask(language="en") is Answer.TAKEN
    assert desk.statuses() == {"daily": CONFIRMED}
    assert desk.works == []


def test_of_a_suppressed_address_nothing_is_kept_and_nothing_sent(desk: Desk) -> None:
    desk.suppress(SARA)
    assert desk.ask() is Answer.TAKEN
    assert desk.works == []
    for table in (schema.subscriber, schema.subscription, schema.consent, schema.notice):
        assert desk.rows(table) == []


def test_a_known_reader_who_is_suppressed_stays_as_she_was(desk: Desk) -> None:
    desk.ask()
    desk.suppress(SARA)
    desk.works.clear()
    desk.ask(SARA, "weekly")
    assert desk.statuses() == {"daily": PENDING}
    assert desk.send() == []


def test_a_network_has_its_limit_and_others_go_on(desk: Desk) -> None:
    desk.limits = Limits(per_network=3)
    answers = [desk.ask(f"reader{n}@example.net") for n in range(5)]
    assert answers == [Answer.TAKEN] * 3 + [Answer.LATER] * 2
    assert desk.ask("other@example.net", network="elsewhere") is Answer.TAKEN
    assert desk.ask("unknown@example.net", network=None) is Answer.TAKEN
    assert len(desk.rows(schema.subscriber)) == 5
    desk.wait(hours=1)
    assert desk.ask("reader4@example.net") is Answer.TAKEN


def test_a_flood_is_mailed_within_the_hourly_budget_and_nobody_is_lost(desk: Desk) -> None:
    desk.limits = Limits(mails_per_hour=4, hours_ahead=2)
    answers = [desk.ask(f"reader{n}@example.net", network=f"net {n}") for n in range(15)]
    assert answers == [Answer.TAKEN] * 12 + [Answer.LATER] * 3
    hourly = []
    for _ in range(4):
        hourly.append(len(desk.send()))
        desk.wait(hours=1)
    assert hourly == [4, 4, 4, 0]


def test_ten_thousand_posts_for_one_victim_are_one_mail(desk: Desk) -> None:
    """Scaled down: 500 networks, each as often as it may in the hour, would be 10 000 posts."""
    for n in range(100):
        desk.ask(network=f"net {n % 50}")
    assert desk.send() == [1]


def test_networks_of_yesterday_are_forgotten(desk: Desk) -> None:
    desk.ask(network="long ago")
    desk.wait(days=2)
    desk.ask(network="now")
    assert "long ago" not in repr(desk.rows(schema.rate))


def test_a_failure_in_the_middle_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.ask(SARA, "daily", "unknown")
    assert desk.rows(schema.subscriber) == []
    assert desk.rows(schema.rate) == []


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        (DeliveryState.SENT, False),
        (DeliveryState.FAILED, False),
        (DeliveryState.UNCERTAIN, False),
        (DeliveryState.SENDING, False),
        (DeliveryState.PENDING, False),
        (DeliveryState.EXPIRED, True),
        (DeliveryState.SUPPRESSED, True),
    ],
)
def test_only_a_mail_that_was_never_begun_does_not_count(state: DeliveryState, owed: bool) -> None:
    """It frees the day after its own, because a day has one row."""
    turn = plan_confirmation(
        [past(state=state)], ["daily"], turn=NOW + timedelta(hours=1), confirmed_at=None, unanswered=3
    )
    assert turn == (NOW.replace(hour=0, minute=0) + timedelta(days=1) if owed else None)


def test_a_mail_that_waits_counts_even_if_its_day_is_ahead() -> None:
    waiting = past(state=DeliveryState.DEFERRED, newsletters=())
    assert plan_confirmation([waiting], ["daily"], turn=NOW, confirmed_at=None, unanswered=3) is None


def test_without_anything_pending_nothing_is_owed() -> None:
    assert plan_confirmation([], [], turn=NOW, confirmed_at=None, unanswered=3) is None
    assert plan_confirmation([], ["daily"], turn=NOW, confirmed_at=None, unanswered=3) == NOW
