"""publisher.store.feedback_summary, on both databases."""

from datetime import timedelta

import sqlalchemy as sa

from publisher.model.feedback import Feedback, FeedbackKind, Finding, Pause, PauseReason, Proof, Verdict
from publisher.store.database import Database
from publisher.store.feedback import save_feedback
from publisher.store.feedback_summary import Alarm, load_summary
from publisher.store.pauses import save_pause
from publisher.store.schema import subscriber
from tests.store import rows
from tests.store.rows import NOW
from tests.store.test_feedback import HARD, POLICY


def test_what_came_back_is_counted_and_who_refuses_us_is_named(database: Database) -> None:
    with database.write() as tx:
        readers = rows.readers(tx, rows.newsletter(tx), 4)
        tx.execute(
            sa.update(subscriber)
            .filter_by(id=readers[3])
            .values(address="x@other.example", address_key="x@other.example")
        )

        def save(finding: Finding, reader: int | None, verdict: Verdict, hours: int) -> None:
            new = Feedback(finding=finding, proof=Proof.SESSION, issue=None, at=NOW + timedelta(hours=hours))
            key = f"{finding.kind} {reader} {hours}"
            assert save_feedback(tx, new, report=key, subscriber_id=reader, verdict=verdict)

        save(HARD, readers[0], Verdict.COUNTED, 1)
        save(HARD, None, Verdict.REVIEW, 2)
        save(HARD, readers[0], Verdict.COUNTED, -1)
        for reader, hours in ((0, 1), (0, 2), (1, 3), (3, 4)):
            save(POLICY, readers[reader], Verdict.ALARM, hours)
        save(POLICY, readers[2], Verdict.REVIEW, 5)
        save(POLICY, readers[2], Verdict.ALARM, -1)
        pause = Pause(scope="relay", until=NOW + timedelta(hours=9), reason=PauseReason.POLICY_RELAY)
        save_pause(tx, pause, now=NOW)
    with database.read() as tx:
        found = load_summary(tx, since=NOW, now=NOW + timedelta(hours=8))
        assert found.counts == {FeedbackKind.HARD: 2, FeedbackKind.POLICY: 5}
        assert found.alarms == (
            Alarm(
                domain="reader.example",
                readers=2,
                latest=NOW + timedelta(hours=3),
                status=None,
                detail="spam",
            ),
            Alarm(
                domain="other.example", readers=1, latest=NOW + timedelta(hours=4), status=None, detail="spam"
            ),
        )
        assert found.pauses == (pause,)
        assert load_summary(tx, since=NOW, now=NOW + timedelta(hours=9)).pauses == ()


def test_a_domain_that_refused_a_reader_who_was_erased_still_shows(database: Database) -> None:
    with database.write() as tx:
        new = Feedback(finding=POLICY, proof=Proof.SESSION, issue=None, at=NOW)
        save_feedback(tx, new, report="r", subscriber_id=None, verdict=Verdict.ALARM)
    with database.read() as tx:
        (alarm,) = load_summary(tx, since=NOW, now=NOW).alarms
    assert (alarm.domain, alarm.readers) == ("(erased)", 1)
