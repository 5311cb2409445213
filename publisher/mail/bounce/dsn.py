"""Delivery status notifications (RFC 3464; RFC 6533 for their internationalised form).

Read leniently where servers are wrong (`Action: failure`, a code in `Status`, a report inside a multipart/mixed)
and never more severely than any group of fields says: where a reader's address stands for several, one that works
or waits, or is refused because of us, keeps her.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from publisher.mail.bounce.codes import classify_failure, find_code, find_status, is_specific
from publisher.mail.bounce.opened import blocks, field, find_report, is_from_daemon, plain_text
from publisher.mail.reply import clean_reply_text
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MAX_RECIPIENTS = 50
_FAILED = frozenset({"failed", "failure", "error"})
_DONE = frozenset({"delivered", "relayed", "expanded"})
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_MILDEST = (
    FeedbackKind.DELIVERED,
    FeedbackKind.DELAYED,
    FeedbackKind.POLICY,
    FeedbackKind.SOFT,
    FeedbackKind.UNKNOWN,
    FeedbackKind.HARD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dsn:
    """A notification. `envelope_id` is what we gave as ENVID, unsigned; `addresses` are all recipients named in it."""

    finding: Finding
    envelope_id: str
    addresses: frozenset[EmailAddress]


def parse_dsn(mail: Message) -> Dsn | None:
    """Read a notification; None where the mail is none. One that stands inside another mail was wrapped by a
    gateway only if a mail system sent that; else a person forwards it.
    """
    found = find_report(mail, "delivery-status", _TYPES)
    if found is None:
        return None
    part, is_whole = found
    if not is_whole and not is_from_daemon(mail):
        return None
    groups = blocks(part)
    named = [group for group in groups if field(group, "Action") or field(group, "Final-Recipient")][
        :_MAX_RECIPIENTS
    ]
    said = [_read_group(group) for group in named]
    if not said:
        return None
    finding = min(said, key=lambda item: _MILDEST.index(item.kind))
    return Dsn(
        finding=_weigh(finding, mail, is_whole=is_whole),
        envelope_id=next((value for group in groups if (value := field(group, "Original-Envelope-Id"))), ""),
        addresses=frozenset(address for group in named for address in _recipients(group)),
    )


def _weigh(finding: Finding, mail: Message, *, is_whole: bool) -> Finding:
    """Where the fields name no cause, the words for people may: as a guess."""
    if finding.kind is FeedbackKind.UNKNOWN:
        words = plain_text(mail)
        kind = classify_failure(find_status(words), find_code(words), words)
        return _changed(finding, kind=kind, certainty=Certainty.GUESSED)
    return finding if is_whole else _changed(finding, kind=finding.kind, certainty=Certainty.GUESSED)


def _changed(finding: Finding, *, kind: FeedbackKind, certainty: Certainty) -> Finding:
    return Finding(
        kind=kind,
        certainty=certainty,
        source=finding.source,
        status=finding.status,
        detail=finding.detail,
    )


def _read_group(group: Message) -> Finding:
    words = " ".join(field(group, name) for name in ("Action", "Status", "Diagnostic-Code"))
    stated = find_status(field(group, "Status"))
    status = stated if is_specific(stated) else find_status(words) or stated
    return Finding(
        kind=_kind(field(group, "Action"), status, words),
        certainty=Certainty.STATED,
        source=FeedbackSource.DSN,
        status=status,
        detail=clean_reply_text(field(group, "Diagnostic-Code") or field(group, "Status")),
    )


def _kind(action: str, status: str | None, words: str) -> FeedbackKind:
    verb = (re.split(r"[^a-z]", action.lower().strip(), maxsplit=1) or [""])[0]
    if verb in _DONE:
        return FeedbackKind.DELIVERED
    if verb == "delayed":
        return FeedbackKind.DELAYED
    if verb in _FAILED:
        return classify_failure(status, find_code(words), words)
    return FeedbackKind.UNKNOWN


def _recipients(group: Message) -> Sequence[EmailAddress]:
    fields = [field(group, name) for name in ("Final-Recipient", "Original-Recipient")]
    return [address for text in fields for address in parse_recipient(text)]


def parse_recipient(text: str) -> Sequence[EmailAddress]:
    """The address of a `rfc822; reader@example.net`, as it stands and with xtext undone (RFC 3461 section 4); none
    where it is no address we could have mailed to.
    """
    bare = text.rpartition(";")[2].strip().strip("<>")
    spellings = dict.fromkeys((bare, _XTEXT.sub(lambda match: chr(int(match[1], 16)), bare)))
    return [address for spelling in spellings if (address := _address(spelling)) is not None]


def _address(text: str) -> EmailAddress | None:
    local, _, domain = text.rpartition("@")
    try:
        return EmailAddress(local=local, domain=domain.lower())
    except ValueError:
        return None
