"""publisher.mail.bounce.arf: complaints (RFC 5965), also those asked for by CFBL-Address (RFC 9477)."""

import pytest

from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Proof
from tests.mail.bounce.reports import LINK, MESSAGE_ID, VERP, arf, read


@pytest.mark.parametrize("kind", ["abuse", "fraud", "other", "opt-out", "miscategorized", "X-New"])
def test_whoever_reports_us_does_not_want_us(kind: str) -> None:
    finding = read(arf(kind)).finding
    assert finding.kind is FeedbackKind.COMPLAINT
    assert (finding.certainty, finding.source) == (Certainty.STATED, FeedbackSource.ARF)


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        ("not-spam", FeedbackKind.ORDINARY),
        ("auth-failure", FeedbackKind.POLICY),
        ("virus", FeedbackKind.POLICY),
    ],
)
def test_other_reports_are_no_complaints(kind: str, read_as: FeedbackKind) -> None:
    assert read(arf(kind)).finding.kind is read_as


def test_the_reader_is_found_by_the_envelope_sender_the_provider_saw() -> None:
    claim = read(arf(fields=f"Original-Mail-From: <{VERP}>\n")).claim
    assert claim is not None
    assert (claim.proof, claim.issue, claim.subscriber) == (Proof.VERP, 42, 9)


def test_the_reader_is_found_by_her_own_link_where_the_addresses_are_blacked_out() -> None:
    returned = f"To: redacted@example.net\nMessage-ID: {MESSAGE_ID}\nList-Unsubscribe: <{LINK}>, <mailto:x@example.org>"
    claim = read(arf(returned=returned, fields="Original-Mail-From: <redacted>\n")).claim
    assert claim is not None
    assert (claim.proof, claim.issue, claim.subscriber) == (Proof.LINK, 42, 9)


def test_recipients_that_are_told_are_read() -> None:
    fields = "Original-Rcpt-To: <reader@example.net>\nRemoval-Recipient: second@example.net\n"
    assert read(arf(fields=fields)).addresses == {
        EmailAddress("reader", "example.net"),
        EmailAddress("second", "example.net"),
    }


def test_a_complaint_wrapped_in_another_mail_is_a_guess() -> None:
    assert read(arf(content_type="multipart/mixed")).finding.certainty is Certainty.GUESSED


def test_a_report_without_a_type_is_no_complaint() -> None:
    assert read(arf("")).finding.kind is FeedbackKind.AUTO_REPLY
