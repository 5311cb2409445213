"""Bring an unfrozen issue up to its articles: a correction or a withdrawal reaches readers in the very issue.

The selection stays as it was decided; only the texts are the newest, and what was withdrawn leaves. What an editor has
approved goes out with the correction, not without it.
"""

import logging

from publisher.digest.error import DigestError
from publisher.jobs.compose import render_issue
from publisher.jobs.newsroom import Newsroom
from publisher.model.article import Article, ArticleState
from publisher.model.issue import Choice, Issue, IssueState
from publisher.model.reason import Reason, reason
from publisher.model.selection import plan_draft
from publisher.store.articles import load_articles
from publisher.store.issues import (
    has_changed_articles,
    load_choices,
    load_issue,
    move_issue,
    save_choices,
    save_composed,
)

log = logging.getLogger(__name__)

_UNFROZEN = (IssueState.DRAFT, IssueState.APPROVED)


def keep_up(room: Newsroom, issue_id: int) -> None:
    """What an unfrozen issue needs while it waits: the newest words, and an end once its time is over."""
    if not drop_late_issue(room, issue_id):
        recompose_changed(room, issue_id)


def recompose_changed(room: Newsroom, issue_id: int) -> None:
    """Write a draft or approved issue anew where an article in it was corrected or withdrawn since; else do nothing."""
    with room.database.read() as tx:
        issue = load_issue(tx, issue_id)
        if issue is None or issue.state not in _UNFROZEN or not has_changed_articles(tx, issue_id):
            return
        articles = {article.id: article for article in load_articles(tx)}
        weighed = load_choices(tx, issue_id)
    choices = tuple(_renew(articles[article], included, why) for article, included, why in weighed)
    if not any(choice.included for choice in choices):
        _cancel(room, issue, reason("issue.nothing_left"))
        return
    try:
        _write(room, issue, choices)
    except DigestError as error:
        log.exception("issue cannot be written", extra={"issue": issue.id})
        _cancel(room, issue, reason("issue.cannot_be_written", fault=str(error)))


def drop_late_issue(room: Newsroom, issue_id: int) -> bool:
    """Cancel an unfrozen issue whose time is over, so that its articles come again; whether it was one."""
    with room.database.write() as tx:
        issue = load_issue(tx, issue_id)
        if issue is None or issue.state not in _UNFROZEN or room.now() <= issue.not_after:
            return False
        return move_issue(tx, issue_id, issue.state, IssueState.CANCELLED, reason=reason("issue.too_late"))


def _renew(article: Article, included: bool, why: Reason) -> Choice:
    if included and article.state is ArticleState.WITHDRAWN:
        return Choice(article=article, included=False, reason=reason("selection.withdrawn"))
    return Choice(article=article, included=included, reason=why)


def _write(room: Newsroom, issue: Issue, choices: tuple[Choice, ...]) -> None:
    newsletter, number = room.newsletter(issue.newsletter), issue.number
    if newsletter is None or number is None:
        _cancel(room, issue, reason("issue.newsletter_gone"))
        return
    draft = plan_draft(choices, newsletter=newsletter, slot=issue.slot, number=number, due_at=issue.due_at)
    renditions = render_issue(room, draft)
    order = [article.number for article in (*draft.articles, *draft.headlines)]
    with room.database.write() as tx:
        current = load_issue(tx, issue.id)
        if current is not None and current.state is issue.state:
            save_choices(tx, issue.id, choices, order)
            save_composed(tx, issue.id, number=number, renditions=renditions, now=room.now())


def _cancel(room: Newsroom, issue: Issue, why: Reason) -> None:
    with room.database.write() as tx:
        move_issue(tx, issue.id, issue.state, IssueState.CANCELLED, reason=why)
