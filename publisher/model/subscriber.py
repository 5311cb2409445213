"""A subscriber and what she agreed to.

Promise: no mail to an address that did not confirm; no unsubscribe we acknowledged is ever lost.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.address import EmailAddress


class SubscriptionStatus(StrEnum):
    """How a subscription stands."""

    PENDING = "pending"
    """Asked for; the confirmation mail is not answered yet. Gets nothing else."""
    CONFIRMED = "confirmed"
    """The reader pressed the button in the confirmation page."""
    UNSUBSCRIBED = "unsubscribed"
    """The reader left. Only a new double opt-in brings her back; an import never does."""


class ConsentKind(StrEnum):
    """What happened, in the append-only record of consent."""

    REQUESTED = "requested"
    """The form was posted."""
    CONFIRMED = "confirmed"
    """The confirmation button was pressed."""
    UNSUBSCRIBED = "unsubscribed"
    """The reader left through the page, by mail, or by a complaint: the evidence says which."""
    ONE_CLICK = "one-click"
    """The reader's mail program left for her (RFC 8058)."""
    IMPORTED = "imported"
    """An operator brought the address, stating where the consent is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person's address and language. The one place where an address is kept."""

    id: int
    address: EmailAddress
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """The tie of a subscriber to a newsletter. `language` chooses the variant of each issue."""

    subscriber: int
    newsletter: str
    status: SubscriptionStatus
    language: str
    confirmed_at: datetime | None = None


class NoticeKind(StrEnum):
    """A single mail that is no issue."""

    CONFIRM = "confirm"
    """Asks whether the address wants the newsletters named in it."""
    WELCOME = "welcome"
    """Says what was confirmed and how to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A single mail waiting to be sent: to whom, about which newsletters (slugs), in which language."""

    id: int
    kind: NoticeKind
    subscriber: int
    address: EmailAddress
    language: str
    newsletters: tuple[str, ...]
    attempt: int
    ambiguous: int
    expires_at: datetime
