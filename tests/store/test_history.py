"""One reader's rows: issues and notices, with relay and reply."""

from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import NoticeKind
from publisher.store.database import Database
from publisher.store.history import load_past_deliveries, load_past_mails
from publisher.store.notices import claim_notice, insert_notice, record_notice
from tests.store.rows import NOW
from tests.store.sending import ended

S = DeliveryState


def test_every_issue_of_a_reader_is_told(database: Database) -> None:
    issue_id, ids = ended(database, [S.SENT, S.FAILED])
    with database.read() as tx:
        (past,) = load_past_deliveries(tx, ids[1])
        assert load_past_deliveries(tx, 999) == ()
    assert (past.issue, past.newsletter, past.number, past.slot) == (issue_id, "daily", 1, "2025-11-01T18:00")
    assert (past.state, past.attempt, past.doubts, past.relay) == (S.FAILED, 1, 0, "main")
    assert (past.reply, past.at) == ("said of failed", NOW)


def test_every_notice_of_a_reader_is_told(database: Database) -> None:
    _, (reader,) = ended(database, [S.SENT])
    with database.write() as tx:
        notice = insert_notice(
            tx, NoticeKind.WELCOME, reader, language="ar", newsletters=("daily",), due_at=NOW, now=NOW
        )
        assert notice is not None
        claimed = claim_notice(tx, notice, NOW)
        assert claimed is not None
        record_notice(
            tx, notice, 1, S.SENT, reply="250 ok", ambiguous=0, retry_at=NOW, now=NOW, relay="second"
        )
        (past,) = load_past_mails(tx, reader)
    assert (past.notice, past.kind, past.state, past.attempt) == (notice, NoticeKind.WELCOME, S.SENT, 1)
    assert (past.relay, past.reply, past.doubts, past.at) == ("second", "250 ok", 0, NOW)
