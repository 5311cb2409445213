"""Take an article back, or let it live again.

A withdrawn article leaves the feeds at once and every digest that is not frozen; the web version of an issue that
carried it says so in its place. What was mailed cannot be called back.
"""

from dataclasses import dataclass

from publisher.jobs.newsroom import Newsroom
from publisher.model.work import Work, WorkKind
from publisher.store.withdrawals import (
    find_article_id,
    load_issues_under_way,
    restore_article,
    withdraw_article,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What it came to. `has_turned` is False where the article stood so before. `under_way` are the frozen issues that
    carry it and are not sent to the end: they go out as they are unless a person cancels them.
    """

    article_id: str
    has_turned: bool
    under_way: tuple[int, ...] = ()


def withdraw(room: Newsroom, name: str) -> Turned | None:
    """Withdraw the article of this id, address or `source/key`; None where there is none."""
    with room.database.write() as tx:
        article_id = find_article_id(tx, name)
        if article_id is None:
            return None
        turned = withdraw_article(tx, article_id, now=room.now())
        if turned:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
        under_way = load_issues_under_way(tx, article_id)
        return Turned(article_id=article_id, has_turned=turned, under_way=under_way)


def restore(room: Newsroom, name: str) -> Turned | None:
    """Let the article of this id, address or `source/key` live again; None where there is none."""
    with room.database.write() as tx:
        article_id = find_article_id(tx, name)
        if article_id is None:
            return None
        turned = restore_article(tx, article_id, now=room.now())
        if turned:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
        return Turned(article_id=article_id, has_turned=turned)
