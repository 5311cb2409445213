"""Corrections made after an issue was composed: its text does not tell them.

Promise: a frozen rendition never changes, so whoever shows it asks here what is to be told beside its stories.
"""

from dataclasses import replace

import sqlalchemy as sa

from publisher.model.article import Article
from publisher.store.articles import load_articles_by_number
from publisher.store.database import Transaction
from publisher.store.schema import correction, issue, issue_article, newsletter


def has_later_correction() -> sa.ColumnElement[bool]:
    """The condition on a row of `issue_article`: its article was corrected more often than the issue's text tells."""
    later = sa.select(correction.c.number).where(
        correction.c.article == issue_article.c.article, correction.c.number > issue_article.c.corrections
    )
    return later.correlate(issue_article).exists()


def load_later_corrections(tx: Transaction, slug: str, number: int) -> dict[int, Article]:
    """Place (from 1, in reading order) in this issue → the article there, with its later corrections only; articles
    without any are not in it.
    """
    query = (
        sa.select(issue_article.c.article, issue_article.c.position, issue_article.c.corrections)
        .join(issue, issue.c.id == issue_article.c.issue)
        .join(newsletter, newsletter.c.id == issue.c.newsletter)
        .where(
            newsletter.c.slug == slug,
            issue.c.number == number,
            issue_article.c.included == 1,
            issue_article.c.position.is_not(None),
            has_later_correction(),
        )
    )
    rows = {row.article: row for row in tx.execute(query)}
    return {
        rows[item.number].position: _only_later(item, rows[item.number].corrections)
        for item in load_articles_by_number(tx, rows.keys())
    }


def _only_later(article: Article, told: int) -> Article:
    return replace(article, corrections=tuple(item for item in article.corrections if item.number > told))
