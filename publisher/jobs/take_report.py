"""Take a mail that came to the bounce or complaint address: any octets in; noted, acted upon, or kept for a person.

Promise: taking a mail twice is taking it once. A made-up report changes nothing for any reader: whom it is about is
believed only by a mark of ours, or (as weak evidence) by ids of a delivery we began together with that reader's
own address. What is not a report we can act upon is on the shelf before this returns, never lost.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.jobs.leave_by_mail import leave_by_mail
from publisher.jobs.note_feedback import Noted, note_feedback
from publisher.mail.bounce.read import Marks, Report, read_report
from publisher.mail.shelf import Shelf
from publisher.model.feedback import Certainty, Feedback, FeedbackKind, Proof, Verdict
from publisher.store.database import Database, Transaction
from publisher.store.feedback import is_begun
from publisher.store.subscriptions import load_subscriber

_UNNOTED = frozenset({FeedbackKind.ORDINARY, FeedbackKind.AUTO_REPLY})
_UNIMPORTANT = frozenset({FeedbackKind.DELAYED, FeedbackKind.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What the jobs that take feedback work with. `hash_key` is the key of the suppressions."""

    database: Database
    marks: Marks
    shelf: Shelf
    hash_key: bytes
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a mail. `kept` is its name on the shelf, None where nothing is left for a person to do.
    `has_left`: it was a reader's wish to leave, and it is done.
    """

    kind: FeedbackKind
    certainty: Certainty
    proof: Proof
    noted: Noted
    kept: str | None
    has_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """Whom a report is about, checked against the store."""

    proof: Proof
    issue: int | None = None
    subscriber: int | None = None


def take_report(intake: Intake, raw: bytes, *, envelope_to: Sequence[str] = ()) -> Taken:
    """Take one mail. `envelope_to` are the recipients of its envelope, where they are known. Raises OSError or the
    database's error where it could not be made durable: nothing is written then, and the mail must come again.
    """
    now = intake.now()
    report = read_report(raw, envelope_to=envelope_to, marks=intake.marks, now=now)
    finding = report.finding
    if report.is_wish and report.leaving is not None:
        return _leave(intake, report, *report.leaving, now=now)
    with intake.database.write() as tx:
        about = _resolve(tx, report)
        noted = Noted(verdict=Verdict.NONE, is_new=False)
        if finding.kind not in _UNNOTED:
            new = Feedback(finding=finding, proof=about.proof, issue=about.issue, at=now)
            noted = note_feedback(tx, new, report=_key_of(report), subscriber=about.subscriber)
        kept = intake.shelf.keep(raw) if _is_for_a_person(report, about) else None
    return Taken(kind=finding.kind, certainty=finding.certainty, proof=about.proof, noted=noted, kept=kept)


def _key_of(report: Report) -> str:
    """What makes it unique. A row names no notice, so whatever says the same of one notice is one report: else two
    reports of a single confirmation would weigh as much as those of two issues.
    """
    if report.claim is None or report.claim.notice is None:
        return report.key
    return hashlib.sha256(f"notice:{report.claim.notice}:{report.finding.kind}".encode()).hexdigest()


def _leave(intake: Intake, report: Report, newsletter: int, subscriber: int, *, now: datetime) -> Taken:
    with intake.database.write() as tx:
        leave_by_mail(tx, subscriber=subscriber, newsletter=newsletter, mail=report.key, now=now)
    return Taken(
        kind=report.finding.kind,
        certainty=Certainty.STATED,
        proof=Proof.LINK,
        noted=Noted(verdict=Verdict.NONE, is_new=False),
        kept=None,
        has_left=True,
    )


def _resolve(tx: Transaction, report: Report) -> _Delivery:
    """The delivery or notice a claim names, if it ever was; with unsigned ids, only where the report names her address
    too.
    """
    claim = report.claim
    reader = None if claim is None else load_subscriber(tx, claim.subscriber)
    if claim is None or reader is None:
        return _Delivery(proof=Proof.NONE)
    issue = claim.issue if claim.issue is not None and is_begun(tx, claim.issue, reader.id) else None
    is_known = claim.proof is Proof.LINK or claim.notice is not None or issue is not None
    if claim.proof is Proof.NAMED:
        is_known = is_known and any(address.key == reader.address.key for address in report.addresses)
    if not is_known:
        return _Delivery(proof=Proof.NONE)
    return _Delivery(proof=claim.proof, issue=issue, subscriber=reader.id)


def _is_for_a_person(report: Report, about: _Delivery) -> bool:
    """Ordinary mail, failures and complaints that nothing proves, and whatever was not understood; also what answers
    by itself at an unsubscribe address: should a wish hide behind it, a person finds it.
    """
    kind = report.finding.kind
    if kind is FeedbackKind.AUTO_REPLY:
        return report.finding.certainty is Certainty.GUESSED or report.leaving is not None
    if kind in _UNIMPORTANT:
        return False
    if kind is FeedbackKind.COMPLAINT and report.finding.certainty is Certainty.GUESSED:
        return True
    return kind in (FeedbackKind.ORDINARY, FeedbackKind.UNKNOWN) or not about.proof.is_signed
