"""Mailgun: HMAC-SHA256 over timestamp and token with the webhook signing key.

The signature does not cover the events, so a recorded signature could carry others: the token is accepted once.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

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

MAX_AGE = timedelta(hours=9)
"""Mailgun tries again for eight hours (its manual, "Automatic Retries"), and does not say that it signs anew."""


def read_mailgun(body: bytes, *, signing_key: bytes, now: datetime) -> SignedCall | HookFault:
    """Verify and read one call."""
    document = parse_json(body)
    signed = {name: text_at(document, "signature", name) for name in ("timestamp", "token", "signature")}
    if not all(signed.values()) or not isinstance(document, dict):
        return HookFault.MALFORMED
    vouched = (signed["timestamp"] + signed["token"]).encode()
    expected = hmac.new(signing_key, vouched, "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), signed["signature"].encode()):
        return HookFault.FORGED
    if not is_fresh(read_epoch(signed["timestamp"]), now, MAX_AGE):
        return HookFault.STALE
    return build_call("mailgun", vouched, [_read_event(document.get("event-data"))])


_STOPPED = {
    "suppress-bounce": FeedbackKind.HARD,
    "suppress-complaint": FeedbackKind.COMPLAINT,
    "suppress-unsubscribe": FeedbackKind.COMPLAINT,
}
"""What Mailgun did not even try, because of what it remembers."""


def _read_event(event: Any) -> ProviderEvent | None:
    name = text_at(event, "event")
    status = text_at(event, "delivery-status", "enhanced-code")
    words = " ".join(
        text
        for key in ("code", "enhanced-code", "message", "description")
        if (text := text_at(event, "delivery-status", key))
    )
    if name == "failed":
        kind = _STOPPED.get(text_at(event, "reason")) or _failure(text_at(event, "severity"), status, words)
    elif name in ("complained", "unsubscribed"):
        kind = FeedbackKind.COMPLAINT
        words = name
    else:
        return None
    return build_event(
        f"mailgun {text_at(event, 'id')}",
        kind,
        address=text_at(event, "recipient"),
        message_id=text_at(event, "message", "headers", "message-id"),
        status=status,
        detail=words,
    )


def _failure(severity: str, status: str, words: str) -> FeedbackKind:
    if severity != "permanent":
        return FeedbackKind.DELAYED
    return classify_words(status, words, unknown=FeedbackKind.UNKNOWN)
