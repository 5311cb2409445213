"""publisher.store.notices"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from publisher.mail.relay_settings import Timeouts
from publisher.model.address import EmailAddress
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import Notice, NoticeKind
from publisher.store.database import Database, Transaction
from publisher.store.newsletters import ensure_newsletters
from publisher.store.notices import (
    LEASE,
    LIFETIME,
    claim_notice,
    insert_notice,
    load_due_notices,
    load_notice,
    load_past_notices,
    record_notice,
    reopen_sending_notices,
)
from publisher.store.schema import notice as notices
from publisher.store.subscriptions import (
    confirm_pending,
    end_subscriptions,
    ensure_subscriber,
    request_subscriptions,
)
from publisher.store.suppressions import add_suppression
from tests.store.rows import NOW

CONFIRM, WELCOME = NoticeKind.CONFIRM, NoticeKind.WELCOME
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def reader(tx: Transaction) -> int:
    """A reader who asked for `daily`."""
    ids = ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)
    sara = ensure_subscriber(
        tx, EmailAddress("sara", "example.net"), address_hash="hash of sara", language="ar", now=NOW
    )
    request_subscriptions(tx, sara, [ids["daily"]], language="ar", now=NOW)
    return sara


def queue(tx: Transaction, sara: int, kind: NoticeKind = CONFIRM, *, due_at: datetime = NOW) -> int | None:
    return insert_notice(tx, kind, sara, language="ar", newsletters=["daily"], due_at=due_at, now=NOW)


def state(tx: Transaction, notice: int) -> DeliveryState:
    found = load_notice(tx, notice)
    assert found is not None
    return found.state


def must(notice: int | None) -> int:
    assert notice is not None
    return notice


def finish(tx: Transaction, claimed: Notice, after: DeliveryState, **more: object) -> bool:
    values = {"reply": "250 ok", "ambiguous": claimed.ambiguous, "retry_at": NOW, "now": NOW, **more}
    return record_notice(tx, claimed.id, claimed.attempt, after, **values)  # type: ignore[arg-type]


def test_one_notice_of_a_kind_for_a_reader_and_day(database: Database) -> None:
    with database.write() as tx:
        sara = reader(tx)
        assert queue(tx, sara) is not None
        assert queue(tx, sara) is None
        assert queue(tx, sara, WELCOME) is not None
        assert queue(tx, sara, due_at=NOW + DAY) is not None


def test_a_claimed_notice_says_all_the_sender_needs_and_is_claimed_once(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        claimed = claim_notice(tx, notice, NOW)
        assert claim_notice(tx, notice, NOW) is None
        assert state(tx, notice) is DeliveryState.SENDING
    assert claimed == Notice(
        id=notice,
        kind=CONFIRM,
        subscriber=1,
        address=EmailAddress("sara", "example.net"),
        language="ar",
        newsletters=("daily",),
        attempt=1,
        ambiguous=0,
        expires_at=NOW + LIFETIME,
    )


def test_of_many_who_claim_one_wins(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))

    def claim(_: int) -> bool:
        with database.write() as tx:
            return claim_notice(tx, notice, NOW) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(claim, range(12))) == 1


def test_a_confirmation_names_all_that_waits_when_it_is_claimed(database: Database) -> None:
    with database.write() as tx:
        sara = reader(tx)
        notice = must(queue(tx, sara))
        weekly = ensure_newsletters(tx, [], begun_at=NOW)["weekly"]
        request_subscriptions(tx, sara, [weekly], language="ar", now=NOW)
        claimed = claim_notice(tx, notice, NOW)
        past = load_notice(tx, notice)
    assert claimed is not None
    assert claimed.newsletters == ("daily", "weekly")
    assert past is not None
    assert past.newsletters == ("daily", "weekly")


@pytest.mark.parametrize("how", ["confirmed", "left"])
def test_no_confirmation_goes_out_once_nothing_waits(database: Database, how: str) -> None:
    with database.write() as tx:
        sara = reader(tx)
        notice = must(queue(tx, sara))
        if how == "confirmed":
            confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        else:
            end_subscriptions(tx, sara, None, NOW)
        assert claim_notice(tx, notice, NOW) is None
        assert state(tx, notice) is DeliveryState.SUPPRESSED


def test_no_welcome_goes_to_a_reader_who_left_meanwhile(database: Database) -> None:
    """No mail is begun after an acknowledged unsubscribe, not even this one."""
    with database.write() as tx:
        sara = reader(tx)
        confirm_pending(tx, sara, ["daily", "weekly"], NOW)
        notice = must(queue(tx, sara, WELCOME))
        end_subscriptions(tx, sara, None, NOW)
        assert claim_notice(tx, notice, NOW) is None
        assert state(tx, notice) is DeliveryState.SUPPRESSED


def test_no_notice_goes_to_a_suppressed_address(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        add_suppression(tx, "hash of sara", reason="complaint", now=NOW)
        assert claim_notice(tx, notice, NOW) is None
        assert state(tx, notice) is DeliveryState.SUPPRESSED


def test_a_notice_is_not_begun_before_its_turn_nor_after_its_time(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx), due_at=NOW + MINUTE))
        assert load_due_notices(tx, NOW) == ()
        assert claim_notice(tx, notice, NOW) is None
        assert state(tx, notice) is DeliveryState.PENDING
        late = NOW + MINUTE + LIFETIME
        assert load_due_notices(tx, late) == (notice,)
        assert claim_notice(tx, notice, late) is None
        assert state(tx, notice) is DeliveryState.EXPIRED
        assert load_due_notices(tx, late) == ()


def test_a_deferred_notice_is_tried_again_at_its_time(database: Database) -> None:
    with database.write() as tx:
        claimed = claim_notice(tx, must(queue(tx, reader(tx))), NOW)
        assert claimed is not None
        assert finish(tx, claimed, DeliveryState.DEFERRED, retry_at=NOW + MINUTE)
        assert load_due_notices(tx, NOW) == ()
        again = claim_notice(tx, claimed.id, NOW + MINUTE)
    assert again is not None
    assert again.attempt == 2


def test_a_late_record_of_an_earlier_attempt_changes_nothing(database: Database) -> None:
    with database.write() as tx:
        first = claim_notice(tx, must(queue(tx, reader(tx))), NOW)
        assert first is not None
        assert reopen_sending_notices(tx, NOW) == 1
        second = claim_notice(tx, first.id, NOW)
        assert second is not None
        assert (second.attempt, second.ambiguous) == (2, 1)
        assert not finish(tx, first, DeliveryState.FAILED)
        assert finish(tx, second, DeliveryState.SENT)
        assert state(tx, first.id) is DeliveryState.SENT


def test_after_a_second_crash_it_is_uncertain_and_never_a_third_copy(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        assert claim_notice(tx, notice, NOW) is not None
        assert reopen_sending_notices(tx, NOW) == 1
        assert claim_notice(tx, notice, NOW) is not None
        assert reopen_sending_notices(tx, NOW) == 1
        assert state(tx, notice) is DeliveryState.UNCERTAIN
        assert load_due_notices(tx, NOW + DAY) == ()
        assert reopen_sending_notices(tx, NOW) == 0


def test_a_lease_that_ended_unrecorded_is_a_doubt_and_the_notice_goes_once_more(database: Database) -> None:
    with database.write() as tx:
        first = claim_notice(tx, must(queue(tx, reader(tx))), NOW)
        assert first is not None
        almost, ended = NOW + LEASE - MINUTE, NOW + LEASE
        assert load_due_notices(tx, almost) == ()
        assert claim_notice(tx, first.id, almost) is None
        assert load_due_notices(tx, ended) == (first.id,)
        second = claim_notice(tx, first.id, ended)
        assert second is not None
        assert (second.attempt, second.ambiguous) == (2, 1)
        assert load_due_notices(tx, ended) == (), "it is leased anew"
        assert not finish(tx, first, DeliveryState.SENT), "the first holder comes too late"
        assert finish(tx, second, DeliveryState.SENT)
        assert load_due_notices(tx, ended + LEASE) == ()


def test_a_second_lease_that_ended_unrecorded_makes_it_uncertain(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        assert claim_notice(tx, notice, NOW) is not None
        assert claim_notice(tx, notice, NOW + LEASE) is not None
        assert claim_notice(tx, notice, NOW + 2 * LEASE) is None
        assert state(tx, notice) is DeliveryState.UNCERTAIN
        assert load_due_notices(tx, NOW + DAY) == ()


@pytest.mark.parametrize("how", ["crash", "lease"])
def test_a_crash_and_an_ended_lease_count_together(database: Database, how: str) -> None:
    """One doubt of each kind, in either order: never a third copy."""
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        assert claim_notice(tx, notice, NOW) is not None
        if how == "crash":
            reopen_sending_notices(tx, NOW)
            assert claim_notice(tx, notice, NOW) is not None
            assert claim_notice(tx, notice, NOW + LEASE) is None
        else:
            assert claim_notice(tx, notice, NOW + LEASE) is not None
            reopen_sending_notices(tx, NOW + LEASE)
        assert state(tx, notice) is DeliveryState.UNCERTAIN


def test_a_doubt_that_was_deferred_since_is_not_counted_twice(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        assert claim_notice(tx, notice, NOW) is not None
        doubted = claim_notice(tx, notice, NOW + LEASE)
        assert doubted is not None
        assert finish(tx, doubted, DeliveryState.DEFERRED, retry_at=NOW + LEASE)
        again = claim_notice(tx, notice, NOW + LEASE)
        assert again is not None
        assert (again.attempt, again.ambiguous) == (3, 1)


def test_what_must_not_be_sent_is_not_begun_again_when_its_lease_has_ended(database: Database) -> None:
    with database.write() as tx:
        sara = reader(tx)
        notice = must(queue(tx, sara))
        assert claim_notice(tx, notice, NOW) is not None
        end_subscriptions(tx, sara, None, NOW)
        assert claim_notice(tx, notice, NOW + LEASE) is None
        assert state(tx, notice) is DeliveryState.UNCERTAIN, "it may have arrived before she left"


@pytest.mark.parametrize(
    ("how", "why"), [("left", "there was no reason left to send it"), ("late", "its time was over")]
)
def test_a_doubt_never_ends_as_if_it_had_not_been_sent(database: Database, how: str, why: str) -> None:
    with database.write() as tx:
        sara = reader(tx)
        notice = must(queue(tx, sara))
        assert claim_notice(tx, notice, NOW) is not None
        doubted = claim_notice(tx, notice, NOW + LEASE)
        assert doubted is not None
        assert finish(tx, doubted, DeliveryState.DEFERRED, retry_at=NOW + LEASE)
        said = tx.scalar(sa.select(notices.c.reply))
        if how == "left":
            end_subscriptions(tx, sara, None, NOW)
        assert claim_notice(tx, notice, NOW + (3 * DAY if how == "late" else LEASE)) is None
        assert state(tx, notice) is DeliveryState.UNCERTAIN
        assert tx.scalar(sa.select(notices.c.reply)) == f"{said}; nobody knows whether it arrived; then {why}"


def test_of_many_who_claim_after_a_lease_one_wins(database: Database) -> None:
    with database.write() as tx:
        notice = must(queue(tx, reader(tx)))
        assert claim_notice(tx, notice, NOW) is not None

    def claim(_: int) -> bool:
        with database.write() as tx:
            return claim_notice(tx, notice, NOW + LEASE) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(claim, range(12))) == 1


def test_the_lease_outlasts_the_slowest_attempt() -> None:
    waits = Timeouts()
    slowest = waits.connect + 3 * waits.command + waits.body + waits.dot + waits.quit
    assert timedelta(seconds=2 * slowest) < LEASE


def test_past_notices_are_those_that_changed_lately_or_still_wait(database: Database) -> None:
    with database.write() as tx:
        sara = reader(tx)
        claimed = claim_notice(tx, must(queue(tx, sara)), NOW)
        assert claimed is not None
        finish(tx, claimed, DeliveryState.SENT)
        waiting = queue(tx, sara, due_at=NOW + DAY)
        recent = load_past_notices(tx, sara, CONFIRM, since=NOW - MINUTE)
        later = load_past_notices(tx, sara, CONFIRM, since=NOW + MINUTE)
        assert load_notice(tx, 999) is None
    assert [item.id for item in recent] == [waiting, claimed.id]
    assert [item.id for item in later] == [waiting]
