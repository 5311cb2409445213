"""Complaints: abuse feedback reports (RFC 5965), which is also what CFBL-Address asks for (RFC 9477)."""

from dataclasses import dataclass
from email.message import Message

from publisher.mail.bounce.dsn import parse_recipient
from publisher.mail.bounce.opened import blocks, field, find_report
from publisher.mail.reply import clean_reply_text
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

_TYPES = frozenset({"message/feedback-report"})
_KINDS = {
    "not-spam": FeedbackKind.ORDINARY,
    "auth-failure": FeedbackKind.POLICY,
    "dmarc": FeedbackKind.POLICY,
    "virus": FeedbackKind.POLICY,
}
"""Every other type (abuse, fraud, opt-out, other, and those to come) is somebody who does not want our mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arf:
    """A feedback report. `addresses` are those the provider did not black out."""

    finding: Finding
    addresses: frozenset[EmailAddress]


def parse_arf(mail: Message) -> Arf | None:
    """Read a feedback report; None where the mail is none. One that is wrapped in another mail is a guess."""
    found = find_report(mail, "feedback-report", _TYPES)
    if found is None:
        return None
    part, is_whole = found
    groups = blocks(part)
    if not groups or not field(groups[0], "Feedback-Type"):
        return None
    report = groups[0]
    kind = field(report, "Feedback-Type").lower()
    names = [str(name) for field_name in _WHO for name in report.get_all(field_name, [])]
    return Arf(
        finding=Finding(
            kind=_KINDS.get(kind, FeedbackKind.COMPLAINT),
            certainty=Certainty.STATED if is_whole else Certainty.GUESSED,
            source=FeedbackSource.ARF,
            detail=clean_reply_text(f"{kind} by {field(report, 'User-Agent')}"),
        ),
        addresses=frozenset(address for name in names[:20] for address in parse_recipient(name)),
    )


_WHO = ("Original-Rcpt-To", "Removal-Recipient")
