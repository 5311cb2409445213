"""Articles that the newsroom took back, and where they had been.

Promise: what was withdrawn stays withdrawn, however often its document is read, until a person restores it.
"""

from datetime import datetime

import sqlalchemy as sa

from publisher.model.article import ArticleState
from publisher.model.issue import IssueState
from publisher.model.page import build_page_key, choose_same_page
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.feed_changes import note_change
from publisher.store.schema import article, issue, issue_article, newsletter

_UNDER_WAY = (IssueState.SENDING, IssueState.PAUSED)
"""Frozen and not sent to the end. What is not frozen yet is written anew without the story."""


def find_article_id(tx: Transaction, name: str) -> str | None:
    """The id of the article that `name` means: its id, its address in any spelling (`model.page`), or its document as
    `source/key`.
    """
    source, _, key = name.partition("/")
    ways = (
        article.c.id == name,
        article.c.url == name,
        sa.and_(article.c.source == source, article.c.key == key),
    )
    for way in ways:
        if (found := tx.scalar(sa.select(article.c.id).where(way))) is not None:
            return str(found)
    return _find_at_page(tx, name) if name.startswith(("http://", "https://")) else None


def _find_at_page(tx: Transaction, address: str) -> str | None:
    try:
        key = build_page_key(address)
    except ValueError:
        return None
    query = sa.select(article.c.id, article.c.url).where(article.c.page_key == key).order_by(article.c.number)
    rows = tx.execute(query).all()
    place = choose_same_page(address, [row.url for row in rows])
    return None if place is None else str(rows[place].id)


def withdraw_article(tx: Transaction, article_id: str, *, now: datetime) -> bool:
    """Take an article back; False where there is no live article of that id."""
    return _turn(tx, article_id, ArticleState.LIVE, ArticleState.WITHDRAWN, now)


def restore_article(tx: Transaction, article_id: str, *, now: datetime) -> bool:
    """Let a withdrawn article live again; False where there is no withdrawn article of that id."""
    return _turn(tx, article_id, ArticleState.WITHDRAWN, ArticleState.LIVE, now)


def load_issues_under_way(tx: Transaction, article_id: str) -> tuple[int, ...]:
    """Ids of the frozen issues that carry the article and are not sent to the end."""
    query = (
        sa.select(issue_article.c.issue)
        .join(issue, issue.c.id == issue_article.c.issue)
        .join(article, article.c.number == issue_article.c.article)
        .where(article.c.id == article_id, issue_article.c.included == 1, issue.c.state.in_(_UNDER_WAY))
        .order_by(issue_article.c.issue)
    )
    return tuple(tx.scalars(query))


def load_withdrawn_places(tx: Transaction, slug: str) -> dict[int, frozenset[int]]:
    """Issue number → places (from 1, in reading order) of the stories in it that were withdrawn. 1 is the lead."""
    query = (
        sa.select(issue.c.number, issue_article.c.position)
        .join(issue_article, issue_article.c.issue == issue.c.id)
        .join(article, article.c.number == issue_article.c.article)
        .join(newsletter, newsletter.c.id == issue.c.newsletter)
        .where(
            newsletter.c.slug == slug,
            issue_article.c.included == 1,
            issue.c.number.is_not(None),
            article.c.state == ArticleState.WITHDRAWN,
        )
    )
    places: dict[int, frozenset[int]] = {}
    for row in tx.execute(query):
        places[row.number] = places.get(row.number, frozenset()) | {row.position}
    return places


def _turn(tx: Transaction, article_id: str, before: ArticleState, after: ArticleState, now: datetime) -> bool:
    row = tx.execute(
        sa.update(article)
        .where(article.c.id == article_id, article.c.state == before)
        .values(
            state=after,
            revised_at=to_ms(now),
            withdrawn_at=to_ms(now) if after is ArticleState.WITHDRAWN else None,
        )
        .returning(article.c.number, article.c.published_at)
    ).first()
    if row is None:
        return False
    note_change(tx, row.number, due_at=max(now, from_ms(row.published_at)))
    return True
