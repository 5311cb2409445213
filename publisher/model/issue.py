"""An issue: one numbered edition of a newsletter, frozen before sending.

One type per stage: `Choice` (an article in or out, and why) → `Draft` (what will be in it) → `Rendition` (its
finished text for one variant) → `Issue` (the row that carries its state).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.article import Article
from publisher.model.reason import Reason
from publisher.model.site import Newsletter


class IssueState(StrEnum):
    """How an issue stands. Each arrow is one compare-and-set update: two may try, one wins."""

    DUE = "due"
    """Its slot has come; nothing was done yet."""
    COMPOSING = "composing"
    """Its articles are being chosen and its renditions written."""
    DRAFT = "draft"
    """Composed; waits for approval where the newsletter asks for it."""
    APPROVED = "approved"
    """May be frozen and sent."""
    SENDING = "sending"
    """Frozen: renditions and delivery rows exist; batches are on their way."""
    PAUSED = "paused"
    """A person holds it in mid-issue; nothing is begun until she lets it go on."""
    SENT = "sent"
    """Every delivery has ended in one of the five final states."""
    SKIPPED = "skipped"
    """Nothing was sent for this slot; the row keeps the reason."""
    CANCELLED = "cancelled"
    """A person stopped it; what still waited then has expired."""


ISSUE_ARROWS: dict[IssueState, frozenset[IssueState]] = {
    IssueState.DUE: frozenset({IssueState.COMPOSING, IssueState.SKIPPED, IssueState.CANCELLED}),
    IssueState.COMPOSING: frozenset(
        {IssueState.DRAFT, IssueState.SKIPPED, IssueState.DUE, IssueState.CANCELLED}
    ),
    IssueState.DRAFT: frozenset({IssueState.APPROVED, IssueState.COMPOSING, IssueState.CANCELLED}),
    IssueState.APPROVED: frozenset({IssueState.SENDING, IssueState.CANCELLED}),
    IssueState.SENDING: frozenset({IssueState.SENT, IssueState.PAUSED, IssueState.CANCELLED}),
    IssueState.PAUSED: frozenset({IssueState.SENDING, IssueState.CANCELLED}),
    IssueState.SENT: frozenset({IssueState.SENDING}),
    IssueState.SKIPPED: frozenset(),
    IssueState.CANCELLED: frozenset(),
}
"""The legal arrows; the database refuses every other one by trigger. A person may reopen what is sent, to try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whether an article is in an issue, and the reason either way."""

    article: Article
    included: bool
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an issue will hold. `articles` are in reading order, the lead first; `headlines` are those beyond
    `newsletter.max_items`, shown by title only. `slot` is local wall time, `2026-11-22T18:00`; `due_at` is the instant.
    """

    newsletter: Newsletter
    slot: str
    number: int
    due_at: datetime
    articles: tuple[Article, ...]
    headlines: tuple[Article, ...] = ()


class Patch(StrEnum):
    """The places of a rendition that differ from reader to reader.

    A rendition is written once with these stand-ins and patched as bytes for each recipient, so no template runs per
    reader. They are absolute URLs under a reserved domain (RFC 2606 section 2), which pass HTML escaping and CSS
    inlining unchanged and can never be a real link.
    """

    UNSUBSCRIBE_URL = "https://patch.nashra.invalid/unsubscribe"
    """The reader's own page to leave this newsletter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """An issue's finished text for one variant (its language now). Text may hold `Patch` stand-ins."""

    variant: str
    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue's row. `number` counts the newsletter's composed issues from 1; None before and when skipped."""

    id: int
    newsletter: str
    slot: str
    due_at: datetime
    not_after: datetime
    state: IssueState
    number: int | None = None
    reason: Reason | None = None
    frozen_at: datetime | None = None
    sent_at: datetime | None = None
    total: int | None = None
