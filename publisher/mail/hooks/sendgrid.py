"""SendGrid: ECDSA (P-256, SHA-256) over timestamp and body, with the public key its settings page shows."""

import binascii
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from publisher.mail.hooks.event import (
    HookFault,
    ProviderEvent,
    SignedCall,
    build_call,
    build_event,
    classify_words,
    is_fresh,
)
from publisher.mail.hooks.payload import parse_json, read_epoch, text_at
from publisher.model.feedback import FeedbackKind

MAX_AGE = timedelta(hours=25)
"""SendGrid tries again for a day, and does not say that it signs anew."""
_KINDS = {
    "spamreport": FeedbackKind.COMPLAINT,
    "unsubscribe": FeedbackKind.COMPLAINT,
    "group_unsubscribe": FeedbackKind.COMPLAINT,
    "deferred": FeedbackKind.DELAYED,
}
_DROPPED = {
    "bounced address": FeedbackKind.HARD,
    "invalid": FeedbackKind.HARD,
    "spam reporting address": FeedbackKind.COMPLAINT,
    "unsubscribed address": FeedbackKind.COMPLAINT,
}
"""What SendGrid did not even try, because of what it remembers; anything else it dropped is about us."""


def parse_public_key(text: str) -> EllipticCurvePublicKey:
    """The verification key as the settings page shows it: base64 of DER. Raises ValueError for anything else."""
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("not a SendGrid verification key") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("not a SendGrid verification key")
    return key


def read_sendgrid(
    body: bytes, *, signature: str, timestamp: str, public_key: EllipticCurvePublicKey, now: datetime
) -> SignedCall | HookFault:
    """Verify and read one call. `signature` and `timestamp` are its header fields
    X-Twilio-Email-Event-Webhook-Signature and -Timestamp.
    """
    try:
        public_key.verify(
            b64decode(signature, validate=True), timestamp.encode("utf-8", "replace") + body, ECDSA(SHA256())
        )
    except (binascii.Error, ValueError, InvalidSignature):
        return HookFault.FORGED
    if not is_fresh(read_epoch(timestamp), now, MAX_AGE):
        return HookFault.STALE
    document = parse_json(body)
    if not isinstance(document, list):
        return HookFault.MALFORMED
    return build_call("sendgrid", timestamp.encode() + body, [_read_event(event) for event in document])


def _read_event(event: Any) -> ProviderEvent | None:
    name, reason = text_at(event, "event"), text_at(event, "reason")
    if name in _KINDS:
        kind = _KINDS[name]
    elif name == "dropped":
        kind = _DROPPED.get(reason.lower(), FeedbackKind.POLICY)
    elif name == "bounce":
        is_block = text_at(event, "type") == "blocked"
        unknown = FeedbackKind.POLICY if is_block else FeedbackKind.HARD
        kind = classify_words(text_at(event, "status"), reason, unknown=unknown)
    else:
        return None
    return build_event(
        f"sendgrid {text_at(event, 'sg_event_id')}",
        kind,
        address=text_at(event, "email"),
        message_id=text_at(event, "smtp-id"),
        status=text_at(event, "status"),
        detail=f"{name} {reason}",
    )
