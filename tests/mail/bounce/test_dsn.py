"""publisher.mail.bounce.dsn: RFC 3464, as it is written and as it is met."""

import pytest

from publisher.mail.bounce.dsn import parse_recipient
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource
from tests.mail.bounce.reports import MESSAGE_ID, dsn, group, read

HARD, SOFT, POLICY = FeedbackKind.HARD, FeedbackKind.SOFT, FeedbackKind.POLICY


def test_a_plain_notification_says_kind_status_and_reason() -> None:
    finding = read(dsn()).finding
    assert (finding.kind, finding.certainty, finding.source) == (HARD, Certainty.STATED, FeedbackSource.DSN)
    assert finding.status == "5.1.1"
    assert finding.detail == "smtp; 550 5.1.1 <address>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind"),
    [
        ("5.1.1", "", HARD),
        ("5.1.10", "smtp; 550 5.1.10 Recipient null MX", HARD),
        ("5.2.1", "smtp; 550 5.2.1 mailbox disabled", HARD),
        ("5.4.4", "X-Postfix; Host or domain name not found. Name service error", SOFT),
        ("5.1.2", "smtp; 550 5.1.2 domain not found", HARD),
        ("5.0.0", "smtp; 550 5.1.1 unknown user", HARD),
        ("5.1.1", "smtp; 550 5.1.1 mailbox over quota", SOFT),
        ("5.2.2", "smtp; 552 5.2.2 user unknown or mailbox full", SOFT),
        ("4.4.7", "smtp; 421 delivery time expired", SOFT),
        ("4.1.1", "smtp; 450 4.1.1 user unknown", SOFT),
        ("5.3.4", "smtp; 552 5.3.4 message too big", SOFT),
        ("5.7.1", "smtp; 550 5.7.1 user unknown", POLICY),
        (
            "5.7.26",
            "smtp; 550-5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy",
            POLICY,
        ),
        ("5.1.1", "smtp; 550 5.1.1 listed at zen.spamhaus.org", POLICY),
        ("5.1.8", "smtp; 553 5.1.8 Domain of sender address does not exist", POLICY),
        ("5.0.0", "smtp; 554 Your host is blocked by local policy", POLICY),
        ("5.6.1", "smtp; 554 5.6.1 media not supported", POLICY),
    ],
)
def test_codes_and_words_together_decide(status: str, diagnostic: str, kind: FeedbackKind) -> None:
    finding = read(dsn(group(status=status, diagnostic=diagnostic))).finding
    assert (finding.kind, finding.certainty) == (kind, Certainty.STATED)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("Failed", HARD),
        ("failed (bad destination mailbox address)", HARD),
        ("failure", HARD),
        ("error", HARD),
        ("delayed", FeedbackKind.DELAYED),
        ("delivered", FeedbackKind.DELIVERED),
        ("relayed", FeedbackKind.DELIVERED),
        ("expanded", FeedbackKind.DELIVERED),
    ],
)
def test_the_action_decides_before_the_status(action: str, kind: FeedbackKind) -> None:
    assert read(dsn(group(action=action))).finding.kind is kind


@pytest.mark.parametrize(
    ("groups", "kind"),
    [
        ((group(), group(action="delivered", status="2.0.0")), FeedbackKind.DELIVERED),
        ((group(), group(action="delayed", status="4.4.1")), FeedbackKind.DELAYED),
        ((group(), group(status="5.2.2", diagnostic="")), SOFT),
        ((group(), group(status="5.7.1", diagnostic="")), POLICY),
        ((group(), group()), HARD),
    ],
    ids=["one-arrived", "one-waits", "one-full", "one-refuses-us", "all-dead"],
)
def test_of_several_recipients_the_mildest_counts(groups: tuple[str, ...], kind: FeedbackKind) -> None:
    """A reader's address may stand for several; one that works keeps her."""
    assert read(dsn(*groups)).finding.kind is kind
    assert read(dsn(*reversed(groups))).finding.kind is kind


def test_where_the_fields_say_nothing_the_prose_is_a_guess() -> None:
    finding = read(
        dsn(group(status="5.0.0", diagnostic=""), prose="<reader>: domain does not exist\n")
    ).finding
    assert (finding.kind, finding.certainty) == (HARD, Certainty.GUESSED)
    finding = read(dsn(group(status="5.0.0", diagnostic=""), prose="It failed.\n")).finding
    assert finding.kind is FeedbackKind.UNKNOWN


@pytest.mark.parametrize("content_type", ["multipart/mixed", "multipart/mixed; report-type=delivery-status"])
def test_a_report_in_a_plain_multipart_is_a_guess(content_type: str) -> None:
    finding = read(dsn(content_type=content_type)).finding
    assert (finding.kind, finding.certainty) == (HARD, Certainty.GUESSED)


def test_a_report_without_its_type_parameter_is_one() -> None:
    assert read(dsn(content_type="multipart/report")).finding.certainty is Certainty.STATED


def test_a_report_of_another_type_is_none_of_delivery() -> None:
    report = dsn(content_type="multipart/report; report-type=feedback-report")
    assert read(report).finding.certainty is Certainty.GUESSED


def test_internationalised_reports_are_read() -> None:
    """RFC 6533: a part type of its own, addresses beyond ASCII."""
    fields = group(recipient="خالد@example.net").replace("rfc822", "utf-8")
    report = read(dsn(fields, part_type="message/global-delivery-status"))
    assert report.finding.kind is HARD
    assert report.addresses == {EmailAddress("خالد", "example.net")}


def test_both_recipients_and_the_envelope_id_are_found() -> None:
    report = read(
        dsn(
            group(recipient="new@example.org", original="Reader+2Btag@Example.net"),
            envelope_id="i42.s9",
            returned=f"Message-ID: {MESSAGE_ID}",
        )
    )
    assert {str(address) for address in report.addresses} == {
        "new@example.org",
        "Reader+2Btag@example.net",
        "Reader+tag@example.net",
    }
    assert report.claim is not None
    assert (report.claim.issue, report.claim.subscriber) == (42, 9)


@pytest.mark.parametrize(
    "text",
    ["", "rfc822;", "rfc822; <>", "x400; /C=us/", "rfc822; a b@example.net", 'rfc822; "a\r\nb"@example.net'],
)
def test_what_is_no_address_of_ours_is_none(text: str) -> None:
    assert list(parse_recipient(text)) == []


def test_more_groups_than_a_mail_of_ours_can_have_do_not_keep_us() -> None:
    assert read(dsn(*[group() for _ in range(3000)])).finding.kind is HARD


@pytest.mark.parametrize("empty", ["Content-Type: message/delivery-status\n\n", "X: y\n\n"])
def test_a_report_without_recipients_is_none(empty: str) -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example.net\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        + f"--b\n{empty}\n--b--\n".encode()
    )
    assert read(raw).finding.kind is FeedbackKind.ORDINARY
