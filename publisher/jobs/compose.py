"""Compose a due issue: choose, order, explain, write its renditions.

Everything is computed first and written in one transaction, by compare-and-set: a crash leaves the issue due, and of
two nodes that compose the same issue one wins. Issues of one newsletter are composed in the order of their slots, so
that no article can be in two of them.
"""

import logging

from publisher.digest.error import DigestError
from publisher.digest.render import render_digest
from publisher.jobs.newsroom import Newsroom
from publisher.model.issue import Choice, Draft, Issue, IssueState, Rendition
from publisher.model.reason import Reason, reason
from publisher.model.selection import plan_draft, select
from publisher.model.site import Newsletter
from publisher.model.work import Work, WorkKind
from publisher.store.articles import load_candidates
from publisher.store.database import Transaction
from publisher.store.issues import (
    load_carried,
    load_issue,
    load_issues,
    load_last_composed_at,
    move_issue,
    next_number,
    save_choices,
    save_composed,
)

log = logging.getLogger(__name__)

_UNFROZEN = (IssueState.DUE, IssueState.COMPOSING, IssueState.DRAFT, IssueState.APPROVED)


def compose_issue(room: Newsroom, issue_id: int) -> None:
    """Bring a due issue to draft (and on to approved where nobody needs to look), or skip it with its reason."""
    with room.database.read() as tx:
        issue = load_issue(tx, issue_id)
        if issue is None or issue.state is not IssueState.DUE or _is_behind_another(tx, issue):
            return
    if room.now() > issue.not_after:
        _skip(room, issue, reason("issue.too_late"), ())
        return
    newsletter = room.newsletter(issue.newsletter)
    if newsletter is None:
        _skip(room, issue, reason("issue.newsletter_gone"), ())
        return
    choices, number = _choose(room, issue, newsletter)
    if not any(choice.included for choice in choices):
        _skip(room, issue, reason("issue.nothing_new"), choices)
        return
    draft = plan_draft(choices, newsletter=newsletter, slot=issue.slot, number=number, due_at=issue.due_at)
    try:
        renditions = render_issue(room, draft)
    except DigestError as error:
        log.exception("issue cannot be written", extra={"issue": issue.id})
        _skip(room, issue, reason("issue.cannot_be_written", fault=str(error)), ())
        return
    _save(room, issue, draft, choices, renditions)


def approve_issue(room: Newsroom, issue_id: int) -> bool:
    """Let a draft go out; False where it is not (or no longer) a draft, or its time is over."""
    with room.database.write() as tx:
        issue = load_issue(tx, issue_id)
        if issue is None or room.now() > issue.not_after:
            return False
        moved = move_issue(tx, issue_id, IssueState.DRAFT, IssueState.APPROVED)
        if moved:
            room.dispatcher.submit(tx, Work(WorkKind.FREEZE, str(issue_id)))
    return moved


def cancel_issue(room: Newsroom, issue_id: int) -> bool:
    """Stop an issue that is not frozen yet; False where it is too late. Its articles are weighed again for the next."""
    with room.database.write() as tx:
        return any(move_issue(tx, issue_id, before, IssueState.CANCELLED) for before in _UNFROZEN)


def _is_behind_another(tx: Transaction, issue: Issue) -> bool:
    """Whether an earlier slot of the newsletter is still to be composed; the sweep comes back to this one."""
    waiting = load_issues(tx, states=(IssueState.DUE, IssueState.COMPOSING), slug=issue.newsletter)
    return waiting[0].id != issue.id


def _choose(room: Newsroom, issue: Issue, newsletter: Newsletter) -> tuple[tuple[Choice, ...], int]:
    newsletter_id = room.newsletter_ids[newsletter.slug]
    with room.database.read() as tx:
        choices = select(
            load_candidates(tx, newsletter_id),
            newsletter=newsletter,
            sent_in=load_carried(tx, newsletter_id),
            now=issue.due_at,
            since=load_last_composed_at(tx, newsletter_id),
        )
        return choices, next_number(tx, newsletter_id)


def render_issue(room: Newsroom, draft: Draft) -> tuple[Rendition, ...]:
    """The issue's text in every language of the site. Raises DigestError where it would break a rule of sending."""
    return tuple(_render(room, draft, variant) for variant in room.site.languages)


def _render(room: Newsroom, draft: Draft, variant: str) -> Rendition:
    archive_url = f"{room.site.base_url}/newsletters/{draft.newsletter.slug}"
    return render_digest(
        draft,
        site=room.site,
        variant=variant,
        words=room.words[variant],
        env=room.templates[variant],
        web_url=f"{archive_url}/{draft.number}?lang={variant}",
        subscribe_url=f"{room.site.base_url}/subscribe?lang={variant}",
        archive_url=f"{archive_url}?lang={variant}",
        story_words=room.words,
    )


def _save(
    room: Newsroom, issue: Issue, draft: Draft, choices: tuple[Choice, ...], renditions: tuple[Rendition, ...]
) -> None:
    order = [article.number for article in (*draft.articles, *draft.headlines)]
    with room.database.write() as tx:
        if next_number(tx, room.newsletter_ids[issue.newsletter]) != draft.number:
            log.info("composed beside another issue; the sweep tries again", extra={"issue": issue.id})
            return
        if not move_issue(tx, issue.id, IssueState.DUE, IssueState.COMPOSING):
            return
        save_choices(tx, issue.id, choices, order)
        save_composed(tx, issue.id, number=draft.number, renditions=renditions, now=room.now())
        move_issue(tx, issue.id, IssueState.COMPOSING, IssueState.DRAFT)
        if not draft.newsletter.approve:
            move_issue(tx, issue.id, IssueState.DRAFT, IssueState.APPROVED)
            room.dispatcher.submit(tx, Work(WorkKind.FREEZE, str(issue.id)))


def _skip(room: Newsroom, issue: Issue, why: Reason, choices: tuple[Choice, ...]) -> None:
    with room.database.write() as tx:
        if move_issue(tx, issue.id, IssueState.DUE, IssueState.SKIPPED, reason=why):
            save_choices(tx, issue.id, choices, ())
