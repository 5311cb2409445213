"""A delivery: one issue to one subscriber; an attempt is one SMTP try of it.

Promise: a delivery counts as sent only after the relay's 2xx to the final dot; it ends in exactly one of five
final states; a second doubt about the same delivery makes it `uncertain`, never a third copy; one that carries a doubt
never ends as if it had not been sent.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.address import EmailAddress


class DeliveryState(StrEnum):
    """How a delivery stands."""

    PENDING = "pending"
    """Waits for its turn."""
    SENDING = "sending"
    """The durable intent: committed before DATA. After a crash these are the ambiguous ones."""
    DEFERRED = "deferred"
    """The relay said 4xx, or for the first time nothing to the final dot; it is tried again with its batch."""
    SENT = "sent"
    """The relay answered 2xx to the final dot."""
    FAILED = "failed"
    """The relay refused it for good (5xx)."""
    SUPPRESSED = "suppressed"
    """The reader left, or must not be mailed, before it was sent."""
    EXPIRED = "expired"
    """It certainly was not sent before the issue's `not_after`, or before a person cancelled the issue."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it arrived: twice begun with no answer to the final dot, or once and then it could not be
    sent again (refused, cancelled, too late, the reader left). Listed for a person, never sent a third time.
    """


FINAL_STATES = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.FAILED,
        DeliveryState.SUPPRESSED,
        DeliveryState.EXPIRED,
        DeliveryState.UNCERTAIN,
    }
)


class Phase(StrEnum):
    """How far an attempt came (RFC 5321 section 3.3), in order."""

    CONNECT = "connect"
    """Connecting, EHLO, STARTTLS, AUTH: the relay's fault, never the reader's."""
    MAIL = "mail"
    """MAIL FROM."""
    RCPT = "rcpt"
    """RCPT TO: the only phase whose refusal speaks of the reader."""
    DATA = "data"
    """DATA, before 354."""
    BODY = "body"
    """The message is being written; the final dot is not."""
    DOT = "dot"
    """The final dot may have been written; only its answer tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A relay's answer: basic code (RFC 5321), enhanced code (RFC 3463) where given, text without addresses.

    `code` is 0 where the connection broke and nobody answered; then `text` names what happened.
    """

    code: int
    text: str
    enhanced: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """2xx to the final dot."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Certainly not accepted, may be tried again: 4xx, or a break before the final dot."""

    phase: Phase
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Certainly not accepted and not to be tried again: 5xx."""

    phase: Phase
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """The final dot may have reached the relay and its answer is not known (RFC 1047)."""

    reply: Reply


Outcome = Sent | Deferred | Refused | Uncertain
"""What one attempt came to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A delivery to be attempted now. `attempt` counts from 1 for the attempt about to be made."""

    issue: int
    subscriber: int
    address: EmailAddress
    variant: str
    attempt: int
    ambiguous: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's hold on a batch. Every write is conditional on `fence`; a late worker's write changes nothing."""

    issue: int
    ordinal: int
    fence: int
    until: datetime


_MAILBOX_FULL = "5.2.2"


def next_state(outcome: Outcome, *, ambiguous: int, hold: bool) -> DeliveryState:
    """The state after an attempt. `ambiguous` counts earlier doubts; `hold` is the newsletter's choice.

    A first doubt is put off (resent once, same Message-ID) unless the newsletter holds; a second doubt
    is `uncertain`, and so is a refusal for good of what carries a doubt. Only a refusal that speaks of the reader or
    of the message fails the delivery; what the relay says of itself or of us is deferred: the reader is not punished
    for it.
    """
    match outcome:
        case Sent():
            return DeliveryState.SENT
        case Deferred():
            return DeliveryState.DEFERRED
        case Refused():
            return (
                end_unsent(DeliveryState.FAILED, ambiguous) if _is_final(outcome) else DeliveryState.DEFERRED
            )
    return DeliveryState.UNCERTAIN if hold or ambiguous else DeliveryState.DEFERRED


def end_unsent(state: DeliveryState, ambiguous: int) -> DeliveryState:
    """What a delivery ends as that is not sent any more, where `state` says so of one never in doubt: the earlier
    attempt may have arrived all the same.
    """
    return DeliveryState.UNCERTAIN if ambiguous else state


def explain_doubt(then: str) -> str:
    """The reply of a delivery that is `uncertain` because it carries a doubt and then could not be sent again."""
    return f"nobody knows whether it arrived; then {then}"


def _is_final(refused: Refused) -> bool:
    """Whether trying again is pointless. Not final: anything before RCPT or at DATA; policy, 5.7.x at any phase
    (RFC 3463 section 3.8); a full mailbox (5.2.2, or a bare 552 to RCPT: RFC 5321 section 4.2.3), which empties.
    Code 0 from RCPT on is our own refusal (an address the relay cannot take, a message the gate stopped): final.
    """
    code, enhanced = refused.reply.code, refused.reply.enhanced or ""
    if code == 0:
        return refused.phase not in (Phase.CONNECT, Phase.MAIL)
    if refused.phase not in (Phase.RCPT, Phase.DOT) or enhanced.startswith("5.7."):
        return False
    bare_552 = refused.phase is Phase.RCPT and code == 552 and not enhanced
    return enhanced != _MAILBOX_FULL and not bare_552
