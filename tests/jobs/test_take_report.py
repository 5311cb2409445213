"""publisher.jobs.take_report and note_feedback: from octets to consequences."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.jobs.forget_subscriber import forget_subscriber
from publisher.mail.leave_address import build_leave_address
from publisher.mail.return_path import build_notice_path
from publisher.model.feedback import Certainty, FeedbackKind, Proof, Verdict
from publisher.store.feedback import load_feedback
from publisher.store.pauses import load_pauses
from publisher.store.schema import consent, delivery, subscription, suppression
from tests.jobs.returns import KEY, Returns, address_of, link, open_returns, verp
from tests.mail.bounce.ordinary import ordinary_mails
from tests.mail.bounce.reports import SIGNER, VERP, arf, dsn, group, mail

ORDINARY = ordinary_mails()


@pytest.fixture
def returns(tmp_path: Path) -> Iterator[Returns]:
    with open_returns(tmp_path) as returns:
        yield returns


def notice_path(notice: int, reader: int = 1) -> str:
    """The envelope sender of a notice."""
    return str(build_notice_path(SIGNER, notice=notice, subscriber=reader, domain="b.news.example.org"))


def report(n: int = 1, **more: str) -> bytes:
    """A report of a dead address; `n` tells reports apart."""
    return dsn(group(**more), message_id=f"<dsn-{n}@mx.example.net>")


def test_two_reports_a_day_apart_suppress_the_reader_and_leave_her_subscription(returns: Returns) -> None:
    first = returns.take(report(1), verp(issue=1))
    assert (first.noted.verdict, first.proof, first.kept) == (Verdict.COUNTED, Proof.VERP, None)
    returns.wait(hours=23)
    assert returns.take(report(2), verp(issue=2)).noted.verdict is Verdict.COUNTED
    assert not returns.is_suppressed()
    returns.wait(hours=1)
    assert returns.take(report(3), verp(issue=3)).noted.verdict is Verdict.SUPPRESS
    assert returns.is_suppressed()
    assert returns.is_subscribed()
    assert not returns.is_suppressed(reader=2)


def test_the_same_report_taken_again_changes_nothing(returns: Returns) -> None:
    """By another door, a day later, with other headers on top."""
    returns.take(report(1), verp())
    for days in range(1, 6):
        returns.wait(days=days)
        again = returns.take(b"Received: by another way\r\n" + report(1), verp())
        assert not again.noted.is_new
        assert again.noted.verdict is Verdict.NONE
    assert len(returns.rows()) == 1
    assert not returns.is_suppressed()


def test_two_reports_of_one_delivery_are_one_evidence(returns: Returns) -> None:
    returns.take(report(1), verp(issue=1))
    returns.wait(days=3)
    assert returns.take(report(2), verp(issue=1)).noted.verdict is Verdict.COUNTED


def test_a_notice_that_comes_back_is_counted_against_its_address(returns: Returns) -> None:
    """A confirmation first, then the welcome or an issue: the same policy as between two issues."""
    first = returns.take(report(1), notice_path(17))
    assert (first.noted.verdict, first.proof, first.kept) == (Verdict.COUNTED, Proof.VERP, None)
    assert [(row.subscriber, row.feedback.issue) for row in returns.rows()] == [(1, None)]
    returns.wait(days=1)
    assert returns.take(report(2), notice_path(18)).noted.verdict is Verdict.SUPPRESS
    assert returns.is_suppressed()
    assert not returns.is_suppressed(reader=2)


def test_two_reports_of_one_notice_are_one_evidence(returns: Returns) -> None:
    delayed = report(1, action="delayed", status="4.4.1", diagnostic="")
    assert returns.take(delayed, notice_path(17)).noted.verdict is Verdict.NONE
    assert returns.take(report(2), notice_path(17)).noted.verdict is Verdict.COUNTED
    returns.wait(days=3)
    again = returns.take(report(3), notice_path(17))
    assert (again.noted.is_new, again.kept) == (False, None)
    assert not returns.is_suppressed()


def test_a_notice_named_by_a_guess_or_a_bent_mark_suppresses_nobody(returns: Returns) -> None:
    prose = "Your message could not be delivered: 550 5.1.1 user unknown"
    for n in range(1, 4):
        letter = mail(prose, sender="MAILER-DAEMON@mx.example.net").replace(b"<m-1@", b"<m-%d@" % n)
        guessed = returns.take(letter, notice_path(n))
        assert (guessed.kind, guessed.certainty) == (FeedbackKind.HARD, Certainty.GUESSED)
        assert (guessed.noted.is_new, guessed.noted.verdict) == (True, Verdict.COUNTED)
        bent = returns.take(report(n), notice_path(n).replace("+n", "+i"))
        assert (bent.proof, bent.noted.verdict) == (Proof.NONE, Verdict.REVIEW)
        returns.wait(days=2)
    assert not returns.is_suppressed()


def test_a_suppression_outlives_the_reader(returns: Returns) -> None:
    returns.take(arf(), verp())
    forget_subscriber(returns.database, address_of(1), hash_key=KEY, now=returns.intake.now())
    assert returns.is_suppressed()
    with returns.database.read() as tx:
        reasons = tx.execute(sa.select(suppression.c.reason)).scalars().all()
    assert reasons == ["complaint"]


@pytest.mark.parametrize("how", ["envelope", "header", "fields", "link"])
def test_a_complaint_ends_everything_at_once(returns: Returns, how: str) -> None:
    raw = {
        "envelope": arf(),
        "header": arf(to=verp()),
        "fields": arf(fields=f"Original-Mail-From: {verp()}\n"),
        "link": arf(returned=f"List-Unsubscribe: <{link()}>"),
    }[how]
    taken = returns.take(raw, *([verp()] if how == "envelope" else []))
    assert (taken.noted.verdict, taken.kept) == (Verdict.LEAVE, None)
    assert returns.is_suppressed()
    assert not returns.is_subscribed()
    assert returns.is_subscribed(reader=2)
    with returns.database.read() as tx:
        (evidence,) = tx.execute(sa.select(consent.c.evidence)).scalars()
    assert evidence.startswith("complaint by arf: abuse")


def test_a_full_mailbox_on_five_days_suspends(returns: Returns) -> None:
    full = {"status": "5.2.2", "diagnostic": "smtp; 552 5.2.2 over quota"}
    verdicts = []
    for n in range(1, 6):
        verdicts.append(returns.take(report(n, **full), verp(issue=n)).noted.verdict)
        returns.wait(days=1)
    assert verdicts == [Verdict.COUNTED] * 4 + [Verdict.SUSPEND]
    assert returns.is_suppressed()


def test_policy_refusals_never_touch_a_reader_but_alarm_and_ask_for_a_pause(
    returns: Returns, caplog: pytest.LogCaptureFixture
) -> None:
    refused = {"status": "5.7.1", "diagnostic": "smtp; 550 5.7.1 user unknown, mail from you is spam"}
    with caplog.at_level(logging.ERROR):
        noted = [returns.take(report(n, **refused), verp(issue=1, reader=n)).noted for n in range(1, 8)]
    assert {item.verdict for item in noted} == {Verdict.ALARM}
    assert [item.pause is not None for item in noted] == [False] * 4 + [True] + [False] * 2
    assert noted[4].pause is not None
    assert noted[4].pause.scope == "domain:reader.example"
    assert [record.getMessage() for record in caplog.records].count("feedback.pause") == 1
    with returns.database.read() as tx:
        assert len(load_pauses(tx, now=returns.intake.now())) == 1
        assert tx.execute(sa.select(suppression)).all() == []


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_mail_suppresses_nobody_however_often_it_comes(returns: Returns, name: str) -> None:
    """To a valid signed address, from six issues on six days."""
    for n in range(1, 7):
        raw = ORDINARY[name].replace(VERP.encode(), verp(issue=n).encode()) + f"\r\n{n}\r\n".encode()
        taken = returns.take(raw, verp(issue=n))
        assert taken.noted.verdict is Verdict.NONE
        returns.wait(days=1)
    assert not returns.is_suppressed()
    assert returns.is_subscribed()


def test_mail_from_people_is_kept_whole(returns: Returns) -> None:
    raw = mail("شكراً\n")
    name = returns.take(raw, verp()).kept
    assert name is not None
    assert returns.intake.shelf.read(name) == raw
    assert returns.rows() == ()


def test_an_answer_that_only_its_subject_gives_away_is_kept(returns: Returns) -> None:
    assert returns.take(mail("x\n", subject="رد تلقائي"), verp()).kept is not None
    assert returns.take(mail("x\n", fields="Auto-Submitted: auto-replied\n"), verp()).kept is None


def forged() -> list[bytes]:
    """Reports that a stranger who knows ids and addresses can write."""
    bad = verp().replace("s1.", "s2.")
    return [
        dsn(to=bad, returned=f"Return-Path: <{bad}>"),
        dsn(group(recipient="reader0@reader.example"), to=bad),
        arf(to=bad),
        arf(fields=f"Original-Mail-From: {bad}\nOriginal-Rcpt-To: reader0@reader.example\n"),
        dsn(envelope_id="i1.s1"),
        dsn(group(recipient="reader1@reader.example"), envelope_id="i1.s1"),
        dsn(group(recipient="reader0@reader.example"), envelope_id="i99.s1"),
        dsn(group(recipient="reader0@reader.example"), returned="Message-ID: <i1.s1@elsewhere.example>"),
    ]


@pytest.mark.parametrize("place", range(len(forged())))
def test_a_forged_report_changes_nothing_and_is_shown(returns: Returns, place: int) -> None:
    for _ in range(10):
        taken = returns.take(forged()[place])
        assert (taken.noted.verdict, taken.proof) == (
            Verdict.REVIEW if taken.noted.is_new else Verdict.NONE,
            Proof.NONE,
        )
        returns.wait(days=2)
    assert returns.kept() == 1
    assert not returns.is_suppressed()
    assert returns.is_subscribed()


def test_unsigned_ids_with_the_readers_address_count_but_never_as_certain(returns: Returns) -> None:
    """Somebody who knows both has to keep it up for five days before mail stops."""
    verdicts = []
    for n in range(1, 6):
        raw = dsn(
            group(recipient="Reader0@Reader.example"),
            envelope_id=f"i{n}.s1",
            message_id=f"<{n}@mx.example.net>",
        )
        taken = returns.take(raw)
        assert taken.proof is Proof.NAMED
        verdicts.append(taken.noted.verdict)
        returns.wait(days=1)
    assert verdicts == [Verdict.COUNTED] * 4 + [Verdict.SUSPEND]


def test_an_unsigned_complaint_is_for_a_person(returns: Returns) -> None:
    raw = arf(
        returned="Message-ID: <i1.s1@news.example.org>", fields="Original-Rcpt-To: reader0@reader.example\n"
    )
    taken = returns.take(raw)
    assert (taken.proof, taken.noted.verdict) == (Proof.NAMED, Verdict.REVIEW)
    assert taken.kept is not None
    assert returns.is_subscribed()


def test_nothing_comes_back_of_what_was_never_begun(returns: Returns) -> None:
    with returns.database.write() as tx:
        tx.execute(sa.update(delivery).filter_by(issue=1).values(attempt=0))
    assert returns.take(report(), verp(issue=1)).proof is Proof.NONE
    assert returns.take(report(2), verp(issue=1, reader=4711)).proof is Proof.NONE


def test_delays_leave_a_row_and_no_mail(returns: Returns) -> None:
    taken = returns.take(dsn(group(action="delayed", status="4.4.1")), verp())
    assert (taken.kind, taken.kept) == (FeedbackKind.DELAYED, None)
    assert [row.verdict for row in returns.rows()] == [Verdict.NONE]
    assert returns.kept() == 0


def test_a_bounce_that_nobody_understands_is_counted_and_kept(returns: Returns) -> None:
    raw = dsn(group(status="5.0.0", diagnostic=""), prose="It failed.\n")
    taken = returns.take(raw, verp())
    assert (taken.kind, taken.noted.verdict) == (FeedbackKind.UNKNOWN, Verdict.COUNTED)
    assert taken.kept is not None


def test_nothing_is_written_where_the_mail_cannot_be_kept(
    returns: Returns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the row goes too, so that the mail is taken whole when it comes again."""

    def refuse(_raw: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(returns.intake.shelf), "keep", lambda _shelf, raw: refuse(raw))
    with pytest.raises(OSError, match="No space"):
        returns.take(report())
    assert returns.rows() == ()


def test_no_row_and_no_log_holds_an_address(returns: Returns, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        hostile = 'smtp; 550 <reader0@reader.example> "reader0@reader.example" reader0@reader.example\u202e'
        returns.take(report(1, diagnostic=hostile), verp())
        returns.take(arf(fields="User-Agent: reader0@reader.example\n"), verp())
    with returns.database.read() as tx:
        told = repr(load_feedback(tx)) + repr(tx.execute(sa.select(consent)).all())
    assert "reader.example" not in told + caplog.text


# --- Leaving by mail ------------------------------------------------------------------------------------------------


def leave_address(reader: int = 1, newsletter: int = 1) -> str:
    built = build_leave_address(SIGNER, newsletter=newsletter, subscriber=reader, domain="b.news.example.org")
    return str(built)


def consents(returns: Returns) -> list[tuple[int, str, str]]:
    with returns.database.read() as tx:
        columns = (consent.c.subscriber, consent.c.kind, consent.c.evidence)
        return [(row[0], row[1], row[2]) for row in tx.execute(sa.select(*columns))]


def test_a_mail_to_her_address_ends_her_subscription_and_the_record_says_by_mail(returns: Returns) -> None:
    taken = returns.take(mail("", subject="unsubscribe"), leave_address().upper())
    assert (taken.has_left, taken.kept) == (True, None)
    assert not returns.is_subscribed()
    assert returns.is_subscribed(reader=2)
    assert not returns.is_suppressed(), "she may come back whenever she likes"
    ((reader, kind, evidence),) = consents(returns)
    assert (reader, kind) == (1, "unsubscribed")
    assert evidence.startswith("by mail to her unsubscribe address, ")
    assert returns.rows() == ()


def test_the_same_mail_again_ends_nothing_also_after_she_came_back(returns: Returns) -> None:
    raw = mail("", subject="unsubscribe")
    for _ in range(2):
        assert returns.take(raw, leave_address()).has_left
    assert len(consents(returns)) == 1
    with returns.database.write() as tx:
        tx.execute(sa.update(subscription).filter_by(subscriber=1).values(status="pending", ended_at=None))
        tx.execute(sa.update(subscription).filter_by(subscriber=1).values(status="confirmed"))
    assert returns.take(b"Delivered-To: again\r\n" + raw, leave_address()).kept is None
    assert returns.is_subscribed()
    assert returns.take(raw.replace(b"<m-1@", b"<m-2@"), leave_address()).has_left
    assert not returns.is_subscribed(), "a second mail of hers is a second wish"


def test_a_forged_address_is_kept_and_changes_nothing(returns: Returns) -> None:
    taken = returns.take(mail("", subject="unsubscribe"), leave_address().replace(".s1.", ".s2."))
    assert not taken.has_left
    assert taken.kept is not None
    assert returns.is_subscribed(reader=1)
    assert returns.is_subscribed(reader=2)


def test_an_answer_by_itself_leaves_for_nobody_and_is_kept(returns: Returns) -> None:
    raw = mail("Gone.", fields="Auto-Submitted: auto-replied\n")
    assert returns.take(raw, leave_address()).kept is not None
    assert returns.take(raw, verp()).kept is None
    assert returns.is_subscribed()


def test_a_bounce_to_her_address_is_a_bounce(returns: Returns) -> None:
    taken = returns.take(dsn(returned=f"Return-Path: <{verp()}>"), leave_address())
    assert (taken.has_left, taken.noted.verdict) == (False, Verdict.COUNTED)
    assert returns.is_subscribed()


def test_a_reader_who_was_erased_or_a_newsletter_that_is_gone_leaves_nothing_to_do(returns: Returns) -> None:
    for address in (leave_address(reader=999), leave_address(newsletter=999)):
        taken = returns.take(mail("", subject="unsubscribe"), address)
        assert (taken.has_left, taken.kept) == (True, None)
    assert consents(returns) == []
