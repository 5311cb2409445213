"""The door: any mail in, what it says and whom it is about out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from publisher.mail.bounce.arf import parse_arf
from publisher.mail.bounce.auto_reply import read_auto_reply
from publisher.mail.bounce.dsn import parse_dsn
from publisher.mail.bounce.identity import Claim, Seen, find_claim
from publisher.mail.bounce.leaving import find_leaving, is_from_somebody
from publisher.mail.bounce.opened import MAX_OCTETS, field, is_from_daemon, open_mail
from publisher.mail.bounce.prose import read_prose
from publisher.mail.token import TokenSigner
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

_NOTHING = Finding(kind=FeedbackKind.ORDINARY, certainty=Certainty.GUESSED, source=FeedbackSource.MAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A mail, read. `key` is the same for the same report, however often and by whichever door it comes (64 hexadecimal
    digits of its Message-ID, or of its octets where it has none). `claim` is None where nothing names a delivery;
    `addresses` are the recipients it names, to be compared with the reader's and then forgotten. `leaving` is the
    newsletter and the reader whose unsubscribe address it came to, None for any other mail; `is_wish`: somebody wrote
    it who means it, no program that answers.
    """

    key: str
    finding: Finding
    claim: Claim | None
    addresses: frozenset[EmailAddress]
    leaving: tuple[int, int] | None = None
    is_wish: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How our own marks are known again: the signer of senders and links, and the right side of our Message-IDs."""

    signer: TokenSigner
    message_domain: str


def read_report(raw: bytes, *, envelope_to: Sequence[str] = (), marks: Marks, now: datetime) -> Report:
    """Read a mail. `envelope_to` are the recipients it was delivered to, where the door knows them. Raises nothing."""
    mail = open_mail(raw)
    if mail is None:
        return Report(key=_key(raw, ""), finding=_NOTHING, claim=None, addresses=frozenset())
    finding, addresses, envelope_id = _read(mail)
    seen = Seen(
        envelope_to=envelope_to,
        text=raw[:MAX_OCTETS].decode("latin-1"),
        envelope_id=envelope_id,
    )
    claim = find_claim(seen, signer=marks.signer, message_domain=marks.message_domain, now=now)
    leaving = find_leaving(mail, envelope_to, signer=marks.signer)
    return Report(
        key=_key(raw, field(mail, "Message-ID")),
        finding=finding,
        claim=claim,
        addresses=addresses,
        leaving=leaving,
        is_wish=leaving is not None and finding.kind is FeedbackKind.ORDINARY and is_from_somebody(mail),
    )


def _read(mail: Message) -> tuple[Finding, frozenset[EmailAddress], str]:
    """The standards first; then what mail systems write for people; then what machines answer; else it is mail."""
    dsn = parse_dsn(mail)
    if dsn is not None:
        return dsn.finding, dsn.addresses, dsn.envelope_id
    arf = parse_arf(mail)
    if arf is not None:
        return arf.finding, arf.addresses, ""
    answer = read_auto_reply(mail)
    if answer is not None and not is_from_daemon(mail):
        return answer, frozenset(), ""
    finding, addresses = read_prose(mail) or (answer or _NOTHING, frozenset[EmailAddress]())
    return finding, addresses, ""


def _key(raw: bytes, message_id: str) -> str:
    named = b"message-id:" + message_id.encode() if message_id else b"octets:" + raw
    return hashlib.sha256(named).hexdigest()
