"""publisher.store.feedback, pauses and hook_calls, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from publisher.model.feedback import (
    Certainty,
    Feedback,
    FeedbackKind,
    FeedbackSource,
    Finding,
    Pause,
    PauseReason,
    Proof,
    Verdict,
)
from publisher.model.feedback_policy import PolicyRefusal
from publisher.store.database import Database, Transaction
from publisher.store.deliveries import freeze_issue
from publisher.store.feedback import (
    is_begun,
    is_taken,
    load_earlier,
    load_feedback,
    load_one,
    load_policy_refusals,
    save_feedback,
)
from publisher.store.hook_calls import KEPT, save_call
from publisher.store.pauses import load_pauses, save_pause
from publisher.store.schema import delivery, feedback, hook_call, suppression
from publisher.store.suppressions import suppress_subscriber
from tests.store import rows
from tests.store.rows import NOW

HARD = Finding(
    kind=FeedbackKind.HARD,
    certainty=Certainty.STATED,
    source=FeedbackSource.DSN,
    status="5.1.1",
    detail="smtp; 550 unknown",
)
POLICY = Finding(
    kind=FeedbackKind.POLICY, certainty=Certainty.STATED, source=FeedbackSource.SESSION, detail="spam"
)


def begin(tx: Transaction, count: int = 2) -> tuple[int, list[int]]:
    """A frozen issue and its readers; the first one's delivery was begun."""
    newsletter_id = rows.newsletter(tx)
    readers = rows.readers(tx, newsletter_id, count)
    issue_id = rows.approved_issue(tx, newsletter_id)
    freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW)
    tx.execute(sa.update(delivery).filter_by(subscriber=readers[0]).values(attempt=1))
    return issue_id, readers


def heard(issue: int | None, finding: Finding = HARD, *, hours: float = 0) -> Feedback:
    return Feedback(finding=finding, proof=Proof.VERP, issue=issue, at=NOW + timedelta(hours=hours))


def test_the_same_report_about_the_same_delivery_is_written_once(database: Database) -> None:
    with database.write() as tx:
        issue_id, (reader, other) = begin(tx)
        keys = {"report": "r1", "subscriber_id": reader, "verdict": Verdict.COUNTED}
        assert not is_taken(tx, report="r1", issue=issue_id, subscriber_id=reader)
        assert save_feedback(tx, heard(issue_id), **keys)  # type: ignore[arg-type]
        assert is_taken(tx, report="r1", issue=issue_id, subscriber_id=reader)
        assert not save_feedback(tx, heard(issue_id, hours=5), **keys)  # type: ignore[arg-type]
        assert save_feedback(tx, heard(issue_id), report="r1", subscriber_id=other, verdict=Verdict.COUNTED)
        assert save_feedback(tx, heard(None), **keys)  # type: ignore[arg-type]
        assert len(load_feedback(tx)) == 3


def test_a_report_about_nobody_is_written_once_too(database: Database) -> None:
    """NULLs are never equal in a unique key; the delivery's name is."""
    with database.write() as tx:
        for _ in range(2):
            save_feedback(tx, heard(None), report="r1", subscriber_id=None, verdict=Verdict.REVIEW)
        assert [row.subscriber for row in load_feedback(tx)] == [None]


def test_a_row_reads_back_as_it_was(database: Database) -> None:
    with database.write() as tx:
        issue_id, (reader, _) = begin(tx)
        save_feedback(tx, heard(issue_id), report="r1", subscriber_id=reader, verdict=Verdict.SUPPRESS)
        (row,) = load_feedback(tx)
        assert (row.feedback, row.subscriber, row.verdict) == (heard(issue_id), reader, Verdict.SUPPRESS)
        assert load_one(tx, row.id) == row
        assert load_one(tx, row.id + 1) is None


def test_lists_are_newest_first_and_can_be_narrowed(database: Database) -> None:
    with database.write() as tx:
        issue_id, (reader, other) = begin(tx)
        for hours, (subscriber, finding) in enumerate([(reader, HARD), (other, POLICY), (reader, POLICY)]):
            save_feedback(
                tx,
                heard(issue_id, finding, hours=hours),
                report=f"r{hours}",
                subscriber_id=subscriber,
                verdict=Verdict.COUNTED,
            )
        assert [row.feedback.at.hour for row in load_feedback(tx)] == [17, 16, 15]
        assert len(load_feedback(tx, limit=2)) == 2
        assert [row.feedback.finding for row in load_feedback(tx, subscriber_id=reader)] == [POLICY, HARD]
        assert len(load_feedback(tx, kinds=[FeedbackKind.HARD])) == 1
        earlier = load_earlier(tx, reader, since=NOW + timedelta(hours=1))
        assert [past.finding for past in earlier] == [POLICY]


def test_what_was_reported_never_changes(database: Database) -> None:
    with database.write() as tx:
        save_feedback(tx, heard(None), report="r1", subscriber_id=None, verdict=Verdict.REVIEW)
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.execute(sa.update(feedback).values(verdict=Verdict.NONE))


def test_only_a_delivery_that_was_begun_is_one(database: Database) -> None:
    with database.write() as tx:
        issue_id, (begun, waiting) = begin(tx)
        assert is_begun(tx, issue_id, begun)
        assert not is_begun(tx, issue_id, waiting)
        assert not is_begun(tx, issue_id + 1, begun)
        assert not is_begun(tx, 10**11, 10**11)


def test_proven_policy_refusals_are_loaded_with_their_domain(database: Database) -> None:
    with database.write() as tx:
        issue_id, (reader, other) = begin(tx)
        told = [
            (reader, POLICY, Verdict.ALARM, 0),
            (other, POLICY, Verdict.REVIEW, 0),
            (reader, HARD, Verdict.COUNTED, 0),
            (other, POLICY, Verdict.ALARM, -2),
        ]
        for n, (subscriber, finding, verdict, hours) in enumerate(told):
            new = heard(issue_id, finding, hours=hours)
            save_feedback(tx, new, report=f"r{n}", subscriber_id=subscriber, verdict=verdict)
        found = load_policy_refusals(tx, since=NOW - timedelta(hours=1))
    assert found == (PolicyRefusal(subscriber=reader, domain="reader.example", at=NOW),)


def test_a_pause_is_kept_and_lengthened(database: Database) -> None:
    def asked(hours: float, scope: str = "relay") -> Pause:
        return Pause(scope=scope, until=NOW + timedelta(hours=hours), reason=PauseReason.POLICY_RELAY)

    with database.write() as tx:
        assert save_pause(tx, asked(1), now=NOW)
        assert not save_pause(tx, asked(2), now=NOW)
        assert not save_pause(tx, asked(1.5), now=NOW)
        assert save_pause(tx, asked(1, "domain:a.example"), now=NOW)
        assert load_pauses(tx, now=NOW) == (asked(1, "domain:a.example"), asked(2))
        assert load_pauses(tx, now=NOW + timedelta(hours=2)) == ()
        assert save_pause(tx, asked(4), now=NOW + timedelta(hours=3)), "the old one was over: this is news"


def test_a_call_is_noted_once_and_forgotten_when_its_age_refuses_it(database: Database) -> None:
    with database.write() as tx:
        assert save_call(tx, "mailgun:1", now=NOW)
        assert not save_call(tx, "mailgun:1", now=NOW + timedelta(minutes=5))
        assert save_call(tx, "mailgun:2", now=NOW + KEPT + timedelta(minutes=1))
        assert list(tx.execute(sa.select(hook_call.c.key)).scalars()) == ["mailgun:2"]


def test_a_reader_is_suppressed_by_the_hash_of_her_row(database: Database) -> None:
    with database.write() as tx:
        reader = rows.readers(tx, rows.newsletter(tx), 1)[0]
        assert suppress_subscriber(tx, reader, reason="complaint", now=NOW)
        assert not suppress_subscriber(tx, reader, reason="again", now=NOW)
        assert not suppress_subscriber(tx, reader + 1, reason="nobody", now=NOW)
        assert tx.execute(sa.select(suppression.c.address_hash)).scalars().all() == [
            "hash of reader0@reader.example"
        ]
