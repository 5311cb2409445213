"""Issues: one for each slot of a newsletter, their choices and their renditions.

Promise: `UNIQUE(newsletter, slot)` says whether a slot was opened, whoever asks and however often; every arrow is one
compare-and-set, so of two who try one wins; what was frozen never changes again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Row

from publisher.model.article import ArticleState
from publisher.model.issue import Choice, Issue, IssueState, Rendition
from publisher.model.reason import Reason
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.encoding import decode_reason, encode_value
from publisher.store.later_corrections import has_later_correction
from publisher.store.schema import article, issue, issue_article, newsletter, rendition
from publisher.store.upsert import insert_unless_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSummary:
    """An issue as a list shows it. `subjects` maps each variant to its subject."""

    number: int
    slot: str
    due_at: datetime
    subjects: Mapping[str, str]


def open_slot(
    tx: Transaction,
    newsletter_id: int,
    *,
    slot: str,
    due_at: datetime,
    not_after: datetime,
    skipped: Reason | None,
) -> int | None:
    """Write the row of a slot: due, or skipped with its reason. None where the slot already has one."""
    went_in = insert_unless_taken(
        tx,
        issue,
        newsletter=newsletter_id,
        slot=slot,
        due_at=to_ms(due_at),
        not_after=to_ms(not_after),
        state=IssueState.SKIPPED if skipped else IssueState.DUE,
        reason=encode_value(skipped) if skipped else None,
    )
    if not went_in:
        return None
    found = sa.select(issue.c.id).where(issue.c.newsletter == newsletter_id, issue.c.slot == slot)
    return int(tx.execute(found).scalar_one())


def load_watermark(tx: Transaction, newsletter_id: int) -> datetime:
    """The instant up to which slots are decided: the latest slot's, or the newsletter's beginning."""
    latest = tx.scalar(sa.select(sa.func.max(issue.c.due_at)).where(issue.c.newsletter == newsletter_id))
    begun = tx.scalar(sa.select(newsletter.c.begun_at).where(newsletter.c.id == newsletter_id))
    if begun is None:
        raise LookupError(f"no newsletter has the id {newsletter_id}")
    return from_ms(max(latest or begun, begun))


def move_issue(
    tx: Transaction,
    issue_id: int,
    before: IssueState,
    after: IssueState,
    *,
    reason: Reason | None = None,
) -> bool:
    """Take one arrow by compare-and-set; False where the issue no longer stood at `before`."""
    values: dict[str, object] = {"state": after}
    if reason is not None:
        values["reason"] = encode_value(reason)
    done = tx.execute(sa.update(issue).where(issue.c.id == issue_id, issue.c.state == before).values(values))
    return done.rowcount == 1


def next_number(tx: Transaction, newsletter_id: int) -> int:
    """The number the newsletter's next composed issue will have, from 1."""
    latest = tx.scalar(sa.select(sa.func.max(issue.c.number)).where(issue.c.newsletter == newsletter_id))
    return (latest or 0) + 1


def save_composed(
    tx: Transaction, issue_id: int, *, number: int, renditions: Sequence[Rendition], now: datetime
) -> None:
    """Give an issue its number and its renditions, replacing those of an earlier composing."""
    tx.execute(sa.update(issue).where(issue.c.id == issue_id).values(number=number, composed_at=to_ms(now)))
    tx.execute(sa.delete(rendition).where(rendition.c.issue == issue_id))
    for item in renditions:
        tx.execute(
            sa.insert(rendition).values(
                issue=issue_id,
                variant=item.variant,
                subject=item.subject,
                preheader=item.preheader,
                html=item.html,
                text=item.text,
            )
        )


def save_choices(tx: Transaction, issue_id: int, choices: Sequence[Choice], order: Sequence[int]) -> None:
    """Record why every article is in or out. `order` lists the included articles' numbers in reading order."""
    position = {number: place for place, number in enumerate(order, 1)}
    tx.execute(sa.delete(issue_article).where(issue_article.c.issue == issue_id))
    rows = [
        {
            "issue": issue_id,
            "article": choice.article.number,
            "revision": choice.article.revision,
            "included": int(choice.included),
            "position": position.get(choice.article.number),
            "reason": encode_value(choice.reason),
            "corrections": len(choice.article.corrections),
        }
        for choice in choices
    ]
    if rows:
        tx.execute(sa.insert(issue_article), rows)


def load_carried(tx: Transaction, newsletter_id: int) -> dict[str, int]:
    """Article id → number of the issue of this newsletter that carried it; cancelled issues carried nothing."""
    query = (
        sa.select(article.c.id, sa.func.max(issue.c.number).label("number"))
        .join(issue_article, issue_article.c.article == article.c.number)
        .join(issue, issue.c.id == issue_article.c.issue)
        .where(
            issue.c.newsletter == newsletter_id,
            issue_article.c.included == 1,
            issue.c.state != IssueState.CANCELLED,
            issue.c.number.is_not(None),
        )
        .group_by(article.c.id)
    )
    return {row.id: row.number for row in tx.execute(query)}


def load_last_composed_at(tx: Transaction, newsletter_id: int) -> datetime | None:
    """When the newsletter's latest issue chose its articles; None before the first."""
    latest = tx.scalar(
        sa.select(sa.func.max(issue.c.composed_at)).where(
            issue.c.newsletter == newsletter_id, issue.c.state != IssueState.CANCELLED
        )
    )
    return None if latest is None else from_ms(latest)


def load_choices(tx: Transaction, issue_id: int) -> tuple[tuple[str, bool, Reason], ...]:
    """(article id, included, reason) of every article weighed for the issue: included ones first, in order."""
    query = (
        sa.select(article.c.id, issue_article.c.included, issue_article.c.reason)
        .join(article, article.c.number == issue_article.c.article)
        .where(issue_article.c.issue == issue_id)
        .order_by(issue_article.c.included.desc(), issue_article.c.position, article.c.number.desc())
    )
    return tuple((row.id, bool(row.included), decode_reason(row.reason)) for row in tx.execute(query))


def has_changed_articles(tx: Transaction, issue_id: int) -> bool:
    """Whether an article in the issue was revised, corrected or withdrawn after it was composed."""
    query = (
        sa.select(sa.literal(1))
        .select_from(issue_article.join(article, article.c.number == issue_article.c.article))
        .where(
            issue_article.c.issue == issue_id,
            issue_article.c.included == 1,
            sa.or_(
                article.c.revision != issue_article.c.revision,
                article.c.state == ArticleState.WITHDRAWN,
                has_later_correction(),
            ),
        )
        .limit(1)
    )
    return tx.execute(query).first() is not None


def load_issue(tx: Transaction, issue_id: int) -> Issue | None:
    """One issue, or None."""
    row = tx.execute(_issues().where(issue.c.id == issue_id)).first()
    return None if row is None else _to_issue(row)


def load_issues(
    tx: Transaction, *, states: Sequence[IssueState] = (), slug: str | None = None
) -> tuple[Issue, ...]:
    """Issues in the order of their slots; all states where none is named, all newsletters without a slug."""
    query = _issues().order_by(issue.c.due_at, issue.c.id)
    if states:
        query = query.where(issue.c.state.in_(states))
    if slug is not None:
        query = query.where(newsletter.c.slug == slug)
    return tuple(_to_issue(row) for row in tx.execute(query))


def load_renditions(tx: Transaction, issue_id: int) -> tuple[Rendition, ...]:
    """The issue's renditions, by variant."""
    query = sa.select(rendition).where(rendition.c.issue == issue_id).order_by(rendition.c.variant)
    return tuple(_to_rendition(row) for row in tx.execute(query))


def load_rendition(tx: Transaction, slug: str, number: int, variant: str) -> Rendition | None:
    """The web version of a frozen issue in one variant; None where there is none."""
    query = (
        sa.select(rendition)
        .join(issue, issue.c.id == rendition.c.issue)
        .join(newsletter, newsletter.c.id == issue.c.newsletter)
        .where(
            newsletter.c.slug == slug,
            issue.c.number == number,
            issue.c.frozen_at.is_not(None),
            rendition.c.variant == variant,
        )
    )
    row = tx.execute(query).first()
    return None if row is None else _to_rendition(row)


def load_sent_issues(tx: Transaction, slug: str, limit: int) -> tuple[IssueSummary, ...]:
    """The newsletter's frozen issues, newest first."""
    query = (
        _issues()
        .where(newsletter.c.slug == slug, issue.c.frozen_at.is_not(None))
        .order_by(issue.c.number.desc())
        .limit(limit)
    )
    found = [_to_issue(row) for row in tx.execute(query)]
    return tuple(
        IssueSummary(
            number=item.number or 0,
            slot=item.slot,
            due_at=item.due_at,
            subjects={r.variant: r.subject for r in load_renditions(tx, item.id)},
        )
        for item in found
    )


def _issues() -> sa.Select[tuple[object, ...]]:
    return sa.select(issue, newsletter.c.slug).join(newsletter, newsletter.c.id == issue.c.newsletter)


def _to_issue(row: Row[tuple[object, ...]]) -> Issue:
    return Issue(
        id=row.id,
        newsletter=row.slug,
        slot=row.slot,
        due_at=from_ms(row.due_at),
        not_after=from_ms(row.not_after),
        state=IssueState(row.state),
        number=row.number,
        reason=decode_reason(row.reason) if row.reason else None,
        frozen_at=from_ms(row.frozen_at) if row.frozen_at else None,
        sent_at=from_ms(row.sent_at) if row.sent_at else None,
        total=row.total,
    )


def _to_rendition(row: Row[tuple[object, ...]]) -> Rendition:
    return Rendition(
        variant=row.variant, subject=row.subject, preheader=row.preheader, html=row.html, text=row.text
    )
