"""publisher.mail.hooks: what each provider calls things, and what we call them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.hooks.event import HookFault, SignedCall
from publisher.mail.hooks.mailgun import read_mailgun
from publisher.mail.hooks.payload import list_at, parse_json, read_epoch, read_iso, text_at
from publisher.mail.hooks.postmark import read_postmark
from publisher.mail.hooks.sendgrid import parse_public_key, read_sendgrid
from publisher.mail.hooks.ses import (
    SnsMessage,
    is_certificate_url,
    is_signed,
    is_subscribe_url,
    parse_sns,
)
from publisher.mail.hooks.ses_events import read_ses
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource
from tests.mail.hooks import calls
from tests.mail.hooks.calls import NOW

HARD, SOFT, POLICY = FeedbackKind.HARD, FeedbackKind.SOFT, FeedbackKind.POLICY
COMPLAINT, DELAYED = FeedbackKind.COMPLAINT, FeedbackKind.DELAYED


def by_mailgun(event: dict[str, Any]) -> SignedCall:
    return checked(read_mailgun(calls.encode(calls.mailgun(event)), signing_key=calls.MAILGUN_KEY, now=NOW))


def by_postmark(event: Any) -> SignedCall:
    authorization = calls.basic()
    return checked(
        read_postmark(calls.encode(event), authorization=authorization, user="nashra", password="secret")
    )


def by_sendgrid(*events: Any) -> SignedCall:
    body, header = calls.sendgrid(list(events))
    signature, timestamp = header.values()
    key = parse_public_key(calls.sendgrid_public_key())
    return checked(read_sendgrid(body, signature=signature, timestamp=timestamp, public_key=key, now=NOW))


def by_ses(told: Any) -> SignedCall:
    message = parse_sns(calls.encode(calls.sns(told)), topics={calls.TOPIC}, now=NOW)
    assert isinstance(message, SnsMessage)
    assert is_signed(message, calls.certificate(), now=NOW)
    return read_ses(message)


def checked(call: SignedCall | HookFault) -> SignedCall:
    assert isinstance(call, SignedCall)
    return call


def kinds(call: SignedCall) -> list[FeedbackKind]:
    return [event.finding.kind for event in call.events]


@pytest.mark.parametrize(
    "call",
    [
        by_mailgun(calls.mailgun_failure()),
        by_sendgrid(calls.sendgrid_bounce()),
        by_ses(calls.ses_bounce()),
    ],
    ids=["mailgun", "sendgrid", "ses"],
)
def test_a_bounce_names_reader_delivery_and_cause(call: SignedCall) -> None:
    (event,) = call.events
    finding = event.finding
    assert (finding.kind, finding.certainty, finding.source) == (
        HARD,
        Certainty.STATED,
        FeedbackSource.WEBHOOK,
    )
    assert finding.status == "5.1.1"
    assert str(event.address) == calls.READER
    assert event.read_message_id("news.example.org") == (1, 1)
    assert event.read_message_id("elsewhere.example") is None
    assert "@" not in finding.detail


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"severity": "temporary"}, [DELAYED]),
        ({"delivery-status": {"code": 552, "message": "mailbox full"}}, [SOFT]),
        ({"delivery-status": {"code": 550, "message": "5.7.1 blocked using spamhaus"}}, [POLICY]),
        ({"delivery-status": {}}, [FeedbackKind.UNKNOWN]),
        ({"reason": "suppress-bounce"}, [HARD]),
        ({"reason": "suppress-complaint"}, [COMPLAINT]),
        ({"reason": "suppress-unsubscribe"}, [COMPLAINT]),
        ({"event": "complained"}, [COMPLAINT]),
        ({"event": "unsubscribed"}, [COMPLAINT]),
        ({"event": "delivered"}, []),
        ({"event": None}, []),
    ],
)
def test_mailguns_words(changes: dict[str, Any], expected: list[FeedbackKind]) -> None:
    assert kinds(by_mailgun(calls.mailgun_failure(**changes))) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (calls.postmark_bounce(), [HARD]),
        (calls.postmark_bounce(Details=""), [HARD]),
        (calls.postmark_bounce(Details="smtp;550 5.7.1 blocked"), [POLICY]),
        (calls.postmark_bounce(Type="SoftBounce", Details=""), [SOFT]),
        (calls.postmark_bounce(Type="NewType", Details=""), [SOFT]),
        (calls.postmark_bounce(Type="Transient"), [DELAYED]),
        (calls.postmark_bounce(Type="AutoResponder"), [FeedbackKind.AUTO_REPLY]),
        (calls.postmark_bounce(Type="SpamNotification"), [POLICY]),
        (calls.postmark_bounce(RecordType="SpamComplaint"), [COMPLAINT]),
        (calls.postmark_bounce(RecordType="Open"), []),
        (
            {
                "RecordType": "SubscriptionChange",
                "SuppressSending": True,
                "Origin": "Recipient",
                "SuppressionReason": "ManualSuppression",
                "Recipient": calls.READER,
            },
            [COMPLAINT],
        ),
        (
            {
                "RecordType": "SubscriptionChange",
                "SuppressSending": True,
                "Origin": "Admin",
                "SuppressionReason": "HardBounce",
            },
            [],
        ),
        ({"RecordType": "SubscriptionChange", "SuppressSending": False, "Origin": "Recipient"}, []),
    ],
)
def test_postmarks_words(event: Any, expected: list[FeedbackKind]) -> None:
    assert kinds(by_postmark(event)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "", "reason": ""}, [HARD]),
        ({"type": "blocked", "status": "", "reason": "odd"}, [POLICY]),
        ({"status": "5.2.2", "reason": "full"}, [SOFT]),
        ({"event": "dropped", "reason": "Bounced Address"}, [HARD]),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, [COMPLAINT]),
        ({"event": "dropped", "reason": "Spam Content"}, [POLICY]),
        ({"event": "deferred"}, [DELAYED]),
        ({"event": "spamreport"}, [COMPLAINT]),
        ({"event": "group_unsubscribe"}, [COMPLAINT]),
        ({"event": "open"}, []),
    ],
)
def test_sendgrids_words(changes: dict[str, Any], expected: list[FeedbackKind]) -> None:
    assert kinds(by_sendgrid(calls.sendgrid_bounce(**changes))) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (calls.ses_bounce(bouncedRecipients=[{"emailAddress": calls.READER}]), [HARD]),
        (calls.ses_bounce(bounceType="Transient"), [SOFT]),
        (calls.ses_bounce(bounceType="Undetermined", bouncedRecipients=[{}]), [FeedbackKind.UNKNOWN]),
        (calls.ses_bounce(bounceSubType="ContentRejected"), [POLICY]),
        (calls.ses_bounce(bouncedRecipients=[{}, {}]), [HARD, HARD]),
        (calls.ses_complaint(), [COMPLAINT]),
        (calls.ses_complaint("not-spam"), []),
        ({"notificationType": "Delivery"}, []),
        ("not json", []),
    ],
)
def test_sess_words(told: Any, expected: list[FeedbackKind]) -> None:
    assert kinds(by_ses(told)) == expected


def test_the_same_event_told_again_has_the_same_key() -> None:
    first, again = by_ses(calls.ses_bounce()), by_ses(calls.ses_bounce())
    assert first.events[0].key == again.events[0].key
    assert by_sendgrid(calls.sendgrid_bounce(sg_event_id="sg-2")).events[0].key not in {
        event.key for event in by_sendgrid(calls.sendgrid_bounce()).events
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com/evil/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem#x",
        "https://sns.eu-central-1.amazonaws.com\\@evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com/../SimpleNotificationService-0123456789abcdef.pem",
        "https://SNS.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(url: str) -> None:
    assert not is_certificate_url(url)
    assert parse_sns(calls.encode(calls.sns({}, SigningCertURL=url)), topics={calls.TOPIC}, now=NOW) is (
        HookFault.FORGED
    )


def test_amazons_own_addresses_are() -> None:
    assert is_certificate_url(calls.CERTIFICATE_URL)
    assert is_certificate_url(
        "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0123456789abcdef.pem"
    )
    assert is_subscribe_url(calls.SUBSCRIBE_URL)
    assert not is_subscribe_url("https://evil.example/?Action=ConfirmSubscription&x=1")
    assert not is_subscribe_url("https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic&x=1")


def sns_message(**changes: Any) -> SnsMessage | HookFault:
    return parse_sns(calls.encode(calls.sns({}, **changes)), topics={calls.TOPIC}, now=NOW)


def test_version_1_signatures_and_other_topics_are_refused() -> None:
    assert sns_message(SignatureVersion="1") is HookFault.FORGED
    assert sns_message(TopicArn="arn:aws:sns:eu-central-1:1:mine") is HookFault.FORGED
    assert sns_message(Type="Other") is HookFault.MALFORMED
    assert sns_message(Timestamp="yesterday") is HookFault.STALE
    assert sns_message(Timestamp="2026-11-22T09:30:00") is HookFault.STALE
    unsigned = calls.sns({}) | {"Signature": "no base64!"}
    assert parse_sns(calls.encode(unsigned), topics={calls.TOPIC}, now=NOW) is HookFault.FORGED


def test_only_the_certificates_own_key_and_time_vouch() -> None:
    message = sns_message(Subject="a subject is signed too")
    assert isinstance(message, SnsMessage)
    assert is_signed(message, calls.certificate(), now=NOW)
    assert not is_signed(message, calls.certificate(calls.STRANGER_KEY), now=NOW)
    assert not is_signed(message, calls.certificate(days=-1), now=NOW)
    assert not is_signed(message, calls.certificate(), now=NOW - timedelta(days=500))
    assert not is_signed(message, b"no certificate", now=NOW)


@pytest.mark.parametrize("text", ["", "x", "AAAA", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"])
def test_what_is_no_verification_key_is_refused_when_it_is_set(text: str) -> None:
    with pytest.raises(ValueError, match="not a SendGrid verification key"):
        parse_public_key(text)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


@given(_JSON, st.sampled_from(["failed", "bounce", "Bounce", "complained", "spamreport", "dropped"]))
def test_any_signed_nonsense_is_read(value: Any, name: str) -> None:
    """A provider's bug, or its next version, costs an event and not the call."""
    event = {"event": name, "RecordType": name, "notificationType": name, "bounce": value, "id": value}
    event |= {"delivery-status": value, "recipient": value, "message": value, "email": value, "mail": value}
    by_mailgun(event)
    by_postmark(event)
    by_sendgrid(event, value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"3", b'"text"'])
def test_what_is_no_document_is_refused_or_empty(body: bytes) -> None:
    document = parse_json(body)
    assert text_at(document, "a", "b") == ""
    assert list_at(document, "a") == []
    assert read_mailgun(body, signing_key=calls.MAILGUN_KEY, now=NOW) is HookFault.MALFORMED


def test_moments_are_read_strictly() -> None:
    assert read_epoch(str(int(NOW.timestamp()))) == NOW
    assert [read_epoch(text) for text in ("", "-1", "1.5", "١", "9" * 12)] == [None] * 5
    assert read_iso("2026-11-22T09:30:00.000Z") == NOW
    assert read_iso("2026-11-22") is None
