"""What was published lately: the live articles with a page of their own."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from publisher.model.article import Article, ArticleState
from publisher.store.articles import load_articles_by_number
from publisher.store.database import Transaction, to_ms
from publisher.store.schema import article


def load_news(tx: Transaction, *, after: datetime, until: datetime, limit: int) -> Sequence[Article]:
    """Published later than `after` and not later than `until`, newest first, `limit` at most."""
    query = (
        sa.select(article.c.number)
        .where(
            article.c.state == ArticleState.LIVE,
            article.c.url.is_not(None),
            article.c.published_at > to_ms(after),
            article.c.published_at <= to_ms(until),
        )
        .order_by(article.c.published_at.desc(), article.c.number.desc())
        .limit(limit)
    )
    numbers = tx.scalars(query).all()
    found = {item.number: item for item in load_articles_by_number(tx, numbers)}
    return [found[number] for number in numbers]
