"""What comes back after a send: bounces, complaints, and what they are worth.

A report says three things that are judged apart: what happened (`FeedbackKind`), whether a machine stated it in a
standard field or we guessed it from prose (`Certainty`), and how we know which delivery it is about (`Proof`). A
guess or an unsigned identity is worth less, never nothing: it is kept and shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedbackKind(StrEnum):
    """What happened, by a report."""

    HARD = "hard"
    """The address does not exist or is closed for good."""
    SOFT = "soft"
    """Not delivered, for a reason that may pass: a full mailbox, a server that did not answer."""
    POLICY = "policy"
    """Refused because of us: our address, our reputation, our text. Never the reader's fault."""
    COMPLAINT = "complaint"
    """The reader called it spam (RFC 5965), or her provider's feedback loop says so (RFC 9477)."""
    DELAYED = "delayed"
    """Still being tried (`Action: delayed`). Nothing has failed."""
    DELIVERED = "delivered"
    """A report of success (`Action: delivered`, `relayed`, `expanded`). Nobody asked for it."""
    UNKNOWN = "unknown"
    """A failure whose cause cannot be read."""
    AUTO_REPLY = "auto-reply"
    """A vacation notice, a challenge, a read receipt (RFC 3834, RFC 8098): no word about the address."""
    ORDINARY = "ordinary"
    """Mail from a person, or nothing we recognise."""


class Certainty(StrEnum):
    """How we know the kind."""

    STATED = "stated"
    """A status code, an SMTP reply or a provider's event says so."""
    GUESSED = "guessed"
    """Read out of prose. Never suppresses by itself."""


class Proof(StrEnum):
    """How we know whom a report is about."""

    VERP = "verp"
    """It came to, or names, an envelope sender that carries our MAC: only who had the message knows it."""
    LINK = "link"
    """It returns the reader's own signed unsubscribe link."""
    SESSION = "session"
    """The relay said it to us in our own SMTP session."""
    PROVIDER = "provider"
    """A webhook with a valid signature."""
    NAMED = "named"
    """Unsigned ids (Original-Envelope-Id, Message-ID) of a delivery we began, together with that reader's address. Ids
    can be counted through and addresses are known to others, so this alone adds up slowly and suppresses nobody at
    once.
    """
    NONE = "none"
    """Nothing ties it to a delivery."""

    @property
    def is_signed(self) -> bool:
        """Whether nobody can have made it up who did not have the message or our trust."""
        return self not in (Proof.NAMED, Proof.NONE)


class FeedbackSource(StrEnum):
    """Which door it came through."""

    RCPT = "rcpt"
    """Our relay refused the reader's address in the SMTP session: the one refusal that is about her and at once."""
    SESSION = "session"
    """Our relay refused at another point of the session."""
    DSN = "dsn"
    """A delivery status notification (RFC 3464)."""
    PROSE = "prose"
    """A bounce written for people."""
    ARF = "arf"
    """A complaint (RFC 5965)."""
    WEBHOOK = "webhook"
    """A mail provider's event."""
    MAIL = "mail"
    """Any other mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a report says, whoever it is about. `status` is an RFC 3463 code, `detail` one line without addresses."""

    kind: FeedbackKind
    certainty: Certainty
    source: FeedbackSource
    status: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A finding about one reader. `issue` is None where only the reader is named, as by a link, or where a
    notice came back; `at` is when we took it.
    """

    finding: Finding
    proof: Proof
    issue: int | None
    at: datetime

    @property
    def is_certain(self) -> bool:
        """Stated by a machine, and about a delivery that is proven."""
        return self.finding.certainty is Certainty.STATED and self.proof.is_signed


class Verdict(StrEnum):
    """What follows from a report."""

    NONE = "none"
    """Nothing."""
    COUNTED = "counted"
    """Not enough by itself; it is remembered and added up."""
    SUPPRESS = "suppress"
    """The address is dead: no mail to it any more."""
    SUSPEND = "suspend"
    """It failed too often: no mail to it any more, until somebody looks."""
    LEAVE = "leave"
    """She complained: her subscriptions end at once and the address is suppressed."""
    ALARM = "alarm"
    """We are refused: an operator must look; the reader is left alone."""
    REVIEW = "review"
    """It may matter and nothing proves it: kept for a person."""


class PauseReason(StrEnum):
    """Why a pause is asked for."""

    POLICY_DOMAIN = "policy-domain"
    """One domain refuses us."""
    POLICY_RELAY = "policy-relay"
    """Several domains refuse us at once: it is us or our relay."""


RELAY_SCOPE = "relay"
"""The scope of a pause of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A wish that nothing be begun in a scope until a moment. `scope` is `relay` or `domain:<A-labels>`."""

    scope: str
    until: datetime
    reason: PauseReason
