"""A message ready for a relay: an envelope and the bytes inside it.

Promise: one recipient, and `message_id` is the same for every attempt at the same delivery, so a receiver can
drop the copy that a crash may cause (RFC 7352). Only `compile` and `notice` make messages, and each passed the gate.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from publisher.model.address import EmailAddress


class MessageKind(StrEnum):
    """What a message is; it decides which header fields it must and may have (`gate`)."""

    DIGEST = "digest"
    """One issue to one subscriber: list mail with one-click unsubscribe (RFC 8058)."""
    CONFIRM = "confirm"
    """Asks for confirmation: answers a form, so it is auto-generated and no list mail; nothing to leave yet."""
    WELCOME = "welcome"
    """Says what was confirmed: auto-generated, and can be answered by leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to the relay. `payload` is header and body as on the wire before dot-stuffing, ending in CRLF.
    `message_id` carries its angle brackets. `unsubscribe_url` is what a digest or welcome must offer,
    `unsubscribe_mailbox` her address that leaves by mail, `feedback_id` what a complaint names the delivery by (RFC
    9477); None where the header offers none. `envelope_id` is printable ASCII by which a report names this delivery
    (RFC 3461 section 4.4). `known_dotless` is the payload again where its writer knows that no line of it begins with
    a dot; with another payload the knowledge is void.
    """

    kind: MessageKind
    message_id: str
    envelope_from: EmailAddress
    envelope_to: EmailAddress
    payload: bytes
    unsubscribe_url: str | None = None
    unsubscribe_mailbox: EmailAddress | None = None
    feedback_id: str | None = None
    envelope_id: str | None = None
    known_dotless: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def is_dotless(self) -> bool:
        """Whether nobody needs to look for lines that begin with a dot. Wrong here would be SMTP smuggling."""
        return self.known_dotless is self.payload

    @property
    def needs_smtputf8(self) -> bool:
        """Whether the relay must offer SMTPUTF8 (RFC 6531): then, and only then, `To` is not ASCII."""
        return self.envelope_to.needs_smtputf8 or self.envelope_from.needs_smtputf8
