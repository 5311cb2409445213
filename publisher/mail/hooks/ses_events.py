"""What Amazon SES tells inside a verified SNS message: bounces and complaints, one event for each recipient."""

from typing import Any

from publisher.mail.hooks.event import ProviderEvent, SignedCall, build_call, build_event, classify_words
from publisher.mail.hooks.payload import list_at, parse_json, text_at
from publisher.mail.hooks.ses import SnsMessage
from publisher.model.feedback import FeedbackKind

_TYPES = {
    "Permanent": FeedbackKind.HARD,
    "Transient": FeedbackKind.SOFT,
    "Undetermined": FeedbackKind.UNKNOWN,
}
_OURS = frozenset({"ContentRejected", "AttachmentRejected", "MessageTooLarge"})


def read_ses(message: SnsMessage) -> SignedCall:
    """The events of a verified notification; none where it tells of something else."""
    told = parse_json(message.message.encode())
    kind = text_at(told, "notificationType") or text_at(told, "eventType")
    events: list[ProviderEvent | None] = []
    if kind == "Bounce":
        events = [_read_bounce(told, one) for one in list_at(told, "bounce", "bouncedRecipients")]
    elif kind == "Complaint":
        events = [_read_complaint(told, one) for one in list_at(told, "complaint", "complainedRecipients")]
    return build_call("ses", message.id.encode(), events)


def _read_bounce(told: Any, recipient: Any) -> ProviderEvent:
    major, minor = text_at(told, "bounce", "bounceType"), text_at(told, "bounce", "bounceSubType")
    status, words = text_at(recipient, "status"), text_at(recipient, "diagnosticCode")
    kind = classify_words(status, words, unknown=_TYPES.get(major, FeedbackKind.UNKNOWN))
    if minor in _OURS:
        kind = FeedbackKind.POLICY
    elif major != "Permanent" and kind is FeedbackKind.HARD:
        kind = FeedbackKind.SOFT
    return _build(told, recipient, kind, f"{major} {minor} {words}", status=status)


def _read_complaint(told: Any, recipient: Any) -> ProviderEvent | None:
    how = text_at(told, "complaint", "complaintFeedbackType")
    if how == "not-spam":
        return None
    return _build(told, recipient, FeedbackKind.COMPLAINT, f"complaint {how}")


def _build(told: Any, recipient: Any, kind: FeedbackKind, detail: str, *, status: str = "") -> ProviderEvent:
    part = "complaint" if kind is FeedbackKind.COMPLAINT else "bounce"
    address = text_at(recipient, "emailAddress")
    headers = {
        text_at(field, "name").lower(): text_at(field, "value") for field in list_at(told, "mail", "headers")
    }
    return build_event(
        f"ses {text_at(told, part, 'feedbackId')} {address}",
        kind,
        address=address,
        message_id=headers.get("message-id", "") or text_at(told, "mail", "commonHeaders", "messageId"),
        status=status,
        detail=detail,
    )
