"""Sent issues as the pages list them."""

from dataclasses import dataclass
from datetime import datetime

from publisher.digest.public import LEAD_PLACE
from publisher.model.direction import Direction
from publisher.model.site import Newsletter
from publisher.store.database import Transaction
from publisher.store.issues import IssueSummary, load_sent_issues
from publisher.store.withdrawals import load_withdrawn_places
from publisher.text.digits import localise_digits
from publisher.text.direction import direction_of, language_direction
from publisher.text.house_date import format_date
from publisher.web.context import WebContext


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """One issue in a list. `subject` is in `language`, which need not be the page's; `number` and `date` are as the
    house writes them there."""

    path: str
    subject: str
    language: str
    direction: Direction
    newsletter: str
    number: str
    date: str
    due_at: datetime


def load_issue_links(
    tx: Transaction, context: WebContext, newsletter: Newsletter, *, language: str, limit: int
) -> tuple[IssueLink, ...]:
    """The latest issues of a newsletter, newest first, each in the page's language where it was sent in it.

    The subject is the lead's headline: where the lead was withdrawn, the list says so instead.
    """
    withdrawn = load_withdrawn_places(tx, newsletter.slug)
    found = load_sent_issues(tx, newsletter.slug, limit)
    return tuple(
        _link(context, newsletter, issue, language, LEAD_PLACE in withdrawn.get(issue.number, ()))
        for issue in found
        if issue.subjects
    )


def _link(
    context: WebContext, newsletter: Newsletter, issue: IssueSummary, language: str, is_withdrawn: bool
) -> IssueLink:
    site = context.site
    wishes = (language, newsletter.language, *issue.subjects)
    variant = next(tag for tag in wishes if tag in issue.subjects)
    words = context.words.get(variant, context.words[site.language])
    subject = words.say("digest.withdrawn") if is_withdrawn else issue.subjects[variant]
    return IssueLink(
        path=f"/newsletters/{newsletter.slug}/{issue.number}",
        subject=subject,
        language=variant,
        direction=direction_of(subject, default=language_direction(variant)),
        newsletter=newsletter.title,
        number=localise_digits(str(issue.number), language=language, digits=site.style.digits),
        date=format_date(issue.due_at, language=language, style=site.style, zone=site.timezone),
        due_at=issue.due_at,
    )
