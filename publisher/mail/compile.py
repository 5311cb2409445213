"""An issue's rendition compiled once into a message, then filled in for each recipient.

Promise: a recipient of another issue or variant is refused, not mailed the wrong text; the same delivery gives the same
bytes and Message-ID at every attempt; no digest leaves without a way out in its header and in both its texts.
What differs for a reader: To, Message-ID, List-Unsubscribe, CFBL-Feedback-ID, the envelope sender and the places in the
two bodies.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from publisher.mail.alternatives import Alternatives, FilledBody, parse_alternatives
from publisher.mail.block import CRLF, content_fields, message_id_field, origin_fields, recipient_field
from publisher.mail.gate import Patches, ask_second_opinion, pass_gate, pass_patches
from publisher.mail.header import token_field, uri_field
from publisher.mail.leave_address import build_leave_uri
from publisher.mail.message import Message, MessageKind
from publisher.mail.return_path import build_feedback_id, build_return_path
from publisher.mail.signing import MessageSigner, PreparedSigner
from publisher.mail.token import TokenSigner
from publisher.model.address import EmailAddress
from publisher.model.delivery import Recipient
from publisher.model.issue import Rendition
from publisher.model.site import Sender

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_OWN_FIELDS = ("To", "Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStamp:
    """What the header says of an issue. `newsletter` is its slug; `date` (aware) is when it was frozen, so a
    later attempt carries the same; `archive_url` is the public page that lists the newsletter's issues.
    """

    issue: int
    newsletter: str
    date: datetime
    language: str
    archive_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Optional machine addresses: `help_url` (RFC 2369, usually mailto:), `feedback_address` for complaints (RFC 9477
    section 3.1: only where a DKIM signature covers it whose domain it is in or below).
    """

    help_url: str | None = None
    feedback_address: EmailAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledIssue:
    """One rendition, ready to be filled in. Make it with `compile_issue`."""

    issue: int
    variant: str
    sender: Sender
    signer: TokenSigner | None
    dkim: PreparedSigner | None
    origin: bytes
    rest: bytes
    body: Alternatives
    names_complaints: bool
    """Whether complaints are asked for (CFBL-Address), so that each message says which delivery one is about."""

    def build(
        self, recipient: Recipient, *, unsubscribe_url: str, unsubscribe_mailbox: EmailAddress | None = None
    ) -> Message:
        """The message for one delivery, gate passed: as a whole where it is the first with a URL of this origin and
        length, else what was put into it. `unsubscribe_url` is the reader's own, of at most 200 ASCII characters;
        `unsubscribe_mailbox` an address that leaves for her by mail, where one is served.
        """
        draft = self._fill(recipient, unsubscribe_url, unsubscribe_mailbox)
        signatures = b"" if self.dkim is None else self.dkim.sign(draft.own, draft.body.octets)
        return self._finish(draft, signatures)

    async def build_beside(
        self, recipient: Recipient, *, unsubscribe_url: str, unsubscribe_mailbox: EmailAddress | None = None
    ) -> Message:
        """The same message, signed by another core where there is one to do it."""
        draft = self._fill(recipient, unsubscribe_url, unsubscribe_mailbox)
        signatures = b"" if self.dkim is None else await self.dkim.sign_beside(draft.own, draft.body.octets)
        return self._finish(draft, signatures)

    def _fill(
        self, recipient: Recipient, unsubscribe_url: str, unsubscribe_mailbox: EmailAddress | None
    ) -> "_Draft":
        if (recipient.issue, recipient.variant) != (self.issue, self.variant):
            raise ValueError(f"a delivery of issue {recipient.issue} is no recipient of issue {self.issue}")
        message_id = f"<i{self.issue}.s{recipient.subscriber}@{self.sender.address.domain}>"
        mailto = () if unsubscribe_mailbox is None else (build_leave_uri(unsubscribe_mailbox),)
        return_path = self._return_path(recipient.subscriber)
        feedback_id = build_feedback_id(return_path) if self.names_complaints else None
        fields = [
            recipient_field(recipient.address),
            message_id_field(message_id),
            uri_field("List-Unsubscribe", (unsubscribe_url, *mailto)),
        ]
        if feedback_id is not None:
            fields.append(token_field("CFBL-Feedback-ID", feedback_id))
        return _Draft(
            recipient=recipient,
            message_id=message_id,
            return_path=return_path,
            unsubscribe_url=unsubscribe_url,
            unsubscribe_mailbox=unsubscribe_mailbox,
            feedback_id=feedback_id,
            own=CRLF.join(fields),
            body=self.body.fill(unsubscribe_url),
        )

    def _finish(self, draft: "_Draft", signatures: bytes) -> Message:
        """Everything put together, and the gate."""
        body = draft.body
        payload = b"".join((signatures, self.origin, draft.own, self.rest, body.octets))
        message = Message(
            kind=MessageKind.DIGEST,
            message_id=draft.message_id,
            envelope_from=draft.return_path,
            envelope_to=draft.recipient.address,
            payload=payload,
            unsubscribe_url=draft.unsubscribe_url,
            unsubscribe_mailbox=draft.unsubscribe_mailbox,
            feedback_id=draft.feedback_id,
            envelope_id=f"i{self.issue}.s{draft.recipient.subscriber}",
            known_dotless=None if body.has_dot_lines else payload,
        )
        if body.is_new:
            pass_gate(message)
            self.body.remember(body)
            return message
        patches = Patches(
            own_fields=draft.own,
            signatures=signatures,
            in_text=body.in_text,
            in_page=body.in_page,
            near=body.near,
        )
        return pass_patches(message, patches)

    def _return_path(self, subscriber: int) -> EmailAddress:
        if self.signer is None or self.sender.bounce_domain is None:
            return self.sender.address
        return build_return_path(
            self.signer, issue=self.issue, subscriber=subscriber, domain=self.sender.bounce_domain
        )


@dataclass(slots=True)
class _Draft:
    """A message but for its signatures. Not frozen, which would cost a microsecond for nothing."""

    recipient: Recipient
    message_id: str
    return_path: EmailAddress
    unsubscribe_url: str
    unsubscribe_mailbox: EmailAddress | None
    feedback_id: str | None
    own: bytes
    body: FilledBody


def compile_issue(
    rendition: Rendition,
    *,
    stamp: IssueStamp,
    sender: Sender,
    contact: Contact | None = None,
    signer: TokenSigner | None = None,
    dkim: MessageSigner | None = None,
) -> CompiledIssue:
    """Compile one rendition. `signer` is needed where the sender has a bounce domain; without `dkim` the relay signs.
    Raises ValueError where the rendition offers no way to leave or `dkim` is not of the sender's domain, and
    HeaderError where a value cannot stand in its header field.
    """
    if sender.bounce_domain is not None and signer is None:
        raise ValueError("a bounce domain needs a signer for its envelope senders")
    contact = contact or Contact()
    names_complaints = contact.feedback_address is not None
    if names_complaints and sender.bounce_domain is None:
        raise ValueError("complaints name deliveries by the senders of a bounce domain")
    varying = (*_OWN_FIELDS, "CFBL-Feedback-ID") if names_complaints else _OWN_FIELDS
    body = parse_alternatives(rendition, seed=f"{stamp.issue} {rendition.variant}")
    origin = CRLF.join(origin_fields(sender, rendition.subject, stamp.date))
    rest = CRLF.join(
        (
            *_list_fields(stamp, sender, contact),
            *content_fields(stamp.language, body.boundary),
        )
    )
    compiled = CompiledIssue(
        issue=stamp.issue,
        variant=rendition.variant,
        sender=sender,
        signer=signer,
        dkim=None
        if dkim is None
        else dkim.prepare(CRLF.join((origin, rest)), varying=varying, signed_at=stamp.date),
        origin=origin + CRLF,
        rest=CRLF + rest + CRLF + CRLF,
        body=body,
        names_complaints=names_complaints,
    )
    _prove(compiled)
    return compiled


def _prove(compiled: CompiledIssue) -> None:
    """Build the message for nobody and have it read twice, so a bent text fails here and not reader by reader."""
    domain = compiled.sender.address.domain
    nobody = Recipient(
        issue=compiled.issue,
        subscriber=0,
        address=EmailAddress("nobody", domain),
        variant=compiled.variant,
        attempt=1,
    )
    ask_second_opinion(compiled.build(nobody, unsubscribe_url=f"https://{domain}/nobody"))


def _list_fields(stamp: IssueStamp, sender: Sender, contact: Contact) -> list[bytes]:
    """List mail (RFC 2369, RFC 2919), one-click (RFC 8058), and the stream's name for complaint feedback."""
    if not _SLUG.fullmatch(stamp.newsletter):
        raise ValueError(f"issue {stamp.issue}: a newsletter's slug is a DNS label")
    domain = sender.address.domain
    fields = [
        token_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        token_field("List-Id", stamp.newsletter, f"<{stamp.newsletter}.{domain}>"),
        uri_field("List-Archive", [stamp.archive_url]),
        token_field("List-Post", "NO"),
        token_field("Feedback-ID", f"i{stamp.issue}:{stamp.newsletter}:digest:{_sender_id(domain)}"),
    ]
    if contact.help_url is not None:
        fields.append(uri_field("List-Help", [contact.help_url]))
    if contact.feedback_address is not None:
        fields.append(token_field("CFBL-Address", f"{contact.feedback_address}; report=arf"))
    return fields


def _sender_id(domain: str) -> str:
    """The constant last field of Feedback-ID: 5 to 15 letters that name the sender, whatever the newsletter."""
    letters = "".join(c for c in domain if c.isalnum())
    return (letters if len(letters) >= 5 else letters + "nashra")[:15]
