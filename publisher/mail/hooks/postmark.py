"""Postmark: no signature, but a user name and password of ours in the address it calls (RFC 7617).

Nothing is dated, so nothing can be too old; the same body is taken once, and every event has Postmark's own number.
"""

import hmac
from base64 import b64encode
from typing import Any

from publisher.mail.hooks.event import (
    HookFault,
    ProviderEvent,
    SignedCall,
    build_call,
    build_event,
    classify_words,
)
from publisher.mail.hooks.payload import parse_json, text_at
from publisher.model.feedback import FeedbackKind

_KINDS = {
    "HardBounce": FeedbackKind.HARD,
    "BadEmailAddress": FeedbackKind.HARD,
    "SpamComplaint": FeedbackKind.COMPLAINT,
    "Unsubscribe": FeedbackKind.COMPLAINT,
    "SpamNotification": FeedbackKind.POLICY,
    "Blocked": FeedbackKind.POLICY,
    "DMARCPolicy": FeedbackKind.POLICY,
    "VirusNotification": FeedbackKind.POLICY,
    "AutoResponder": FeedbackKind.AUTO_REPLY,
    "AddressChange": FeedbackKind.AUTO_REPLY,
    "ChallengeVerification": FeedbackKind.AUTO_REPLY,
    "OpenRelayTest": FeedbackKind.AUTO_REPLY,
    "Subscribe": FeedbackKind.AUTO_REPLY,
    "Transient": FeedbackKind.DELAYED,
}
"""Every other type (SoftBounce, DnsError, …) is a soft bounce."""
_TOLD_BY_WORDS = frozenset({FeedbackKind.HARD, FeedbackKind.SOFT})


def read_postmark(body: bytes, *, authorization: str, user: str, password: str) -> SignedCall | HookFault:
    """Verify and read one call. `authorization` is the header field's value."""
    expected = b"Basic " + b64encode(f"{user}:{password}".encode())
    if not hmac.compare_digest(expected, authorization.encode("utf-8", "replace")):
        return HookFault.FORGED
    document = parse_json(body)
    if not isinstance(document, dict):
        return HookFault.MALFORMED
    return build_call("postmark", body, [_read_event(document)])


def _read_event(event: Any) -> ProviderEvent | None:
    record = text_at(event, "RecordType")
    if record == "SubscriptionChange":
        return _read_change(event)
    if record not in ("Bounce", "SpamComplaint"):
        return None
    name = "SpamComplaint" if record == "SpamComplaint" else text_at(event, "Type")
    words = text_at(event, "Details") or text_at(event, "Description")
    kind = _KINDS.get(name, FeedbackKind.SOFT)
    if kind in _TOLD_BY_WORDS:
        kind = classify_words("", words, unknown=kind)
    return build_event(
        f"postmark {record} {text_at(event, 'ID')} {text_at(event, 'MessageID')}",
        kind,
        address=text_at(event, "Email"),
        detail=f"{name} {words}",
    )


def _read_change(event: Any) -> ProviderEvent | None:
    """The reader left, or complained, at Postmark itself; what Postmark suppressed for other causes came as a
    bounce.
    """
    reason = text_at(event, "SuppressionReason")
    is_hers = text_at(event, "Origin") == "Recipient" or reason == "SpamComplaint"
    if text_at(event, "SuppressSending") != "true" or not is_hers:
        return None
    return build_event(
        f"postmark change {text_at(event, 'MessageID')} {text_at(event, 'ChangedAt')}",
        FeedbackKind.COMPLAINT,
        address=text_at(event, "Recipient"),
        detail=f"SubscriptionChange {reason}",
    )
