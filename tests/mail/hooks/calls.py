"""Webhook calls as providers make them, signed with keys of the test. Every name in them is invented."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
READER = "reader0@reader.example"
MESSAGE_ID = "<i1.s1@news.example.org>"

MAILGUN_KEY = b"mailgun signing key"
SENDGRID_KEY = generate_private_key(SECP256R1())
SNS_KEY = generate_rsa(65537, 2048)
STRANGER_KEY = generate_rsa(65537, 2048)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:bounces"
CERTIFICATE_URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
SUBSCRIBE_URL = (
    "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=0123456789abcdef"
)


def mailgun(event: Mapping[str, Any], *, at: datetime = NOW, token: str = "t" * 50) -> dict[str, Any]:
    """A call of Mailgun as a document."""
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(MAILGUN_KEY, (timestamp + token).encode(), "sha256").hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": dict(event),
    }


def mailgun_failure(**changes: Any) -> dict[str, Any]:
    """A permanent failure."""
    event = {
        "id": "mg-1",
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": READER,
        "message": {"headers": {"message-id": MESSAGE_ID.strip("<>")}},
        "delivery-status": {"code": 550, "enhanced-code": "5.1.1", "message": "5.1.1 no such user"},
    }
    return {**event, **changes}


def encode(document: Any) -> bytes:
    """A document as it is posted."""
    return json.dumps(document).encode()


def sendgrid(events: list[dict[str, Any]], *, at: datetime = NOW) -> tuple[bytes, dict[str, str]]:
    """A call of SendGrid: its body and header."""
    body, timestamp = encode(events), str(int(at.timestamp()))
    signature = SENDGRID_KEY.sign(timestamp.encode() + body, ECDSA(SHA256()))
    return body, {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }


def sendgrid_public_key() -> str:
    """As SendGrid's settings page shows it."""
    der = SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid_bounce(**changes: Any) -> dict[str, Any]:
    """A bounce."""
    event = {
        "email": READER,
        "event": "bounce",
        "type": "bounce",
        "status": "5.1.1",
        "reason": "550 5.1.1 The email account that you tried to reach does not exist",
        "smtp-id": MESSAGE_ID,
        "sg_event_id": "sg-1",
    }
    return {**event, **changes}


def sns(
    told: Any,
    *,
    kind: str = "Notification",
    at: datetime = NOW,
    key: RSAPrivateKey = SNS_KEY,
    **changes: str,
) -> dict[str, str]:
    """An SNS message around `told`, signed; `changes` are made before signing."""
    message = {
        "Type": kind,
        "MessageId": "sns-1",
        "TopicArn": TOPIC,
        "Message": told if isinstance(told, str) else json.dumps(told),
        "Timestamp": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    }
    if kind == "SubscriptionConfirmation":
        message |= {"Token": "0123456789abcdef", "SubscribeURL": SUBSCRIBE_URL}
    message |= changes
    message["Signature"] = sign_sns(message, key)
    return message


def sign_sns(message: Mapping[str, str], key: RSAPrivateKey = SNS_KEY) -> str:
    """By AWS's rule, written here a second time: names in order of the alphabet, each on a line, then its value."""
    left_out = {"SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL"}
    text = "".join(f"{name}\n{message[name]}\n" for name in sorted(message) if name not in left_out)
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def certificate(key: RSAPrivateKey = SNS_KEY, *, days: int = 300) -> bytes:
    """A certificate of `key`, valid for so many days around now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(key, SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def ses_bounce(**changes: Any) -> dict[str, Any]:
    """What SES tells of a bounce."""
    bounce = {
        "feedbackId": "ses-1",
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": READER,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
    }
    return {
        "notificationType": "Bounce",
        "bounce": {**bounce, **changes},
        "mail": {
            "messageId": "0100-ses",
            "headers": [{"name": "Message-ID", "value": MESSAGE_ID}],
            "commonHeaders": {"messageId": MESSAGE_ID},
        },
    }


def ses_complaint(kind: str = "abuse") -> dict[str, Any]:
    """What SES tells of a complaint."""
    return {
        "notificationType": "Complaint",
        "complaint": {
            "feedbackId": "ses-2",
            "complaintFeedbackType": kind,
            "complainedRecipients": [{"emailAddress": READER}],
        },
        "mail": {"commonHeaders": {"messageId": MESSAGE_ID}},
    }


def postmark_bounce(**changes: Any) -> dict[str, Any]:
    """A bounce as Postmark tells it."""
    event = {
        "RecordType": "Bounce",
        "ID": 4711,
        "Type": "HardBounce",
        "MessageID": "pm-1",
        "Email": READER,
        "Details": "smtp;550 5.1.1 user unknown",
    }
    return {**event, **changes}


def basic(credentials: str = "nashra:secret") -> str:
    """An Authorization header (RFC 7617)."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()
