"""Feeds that left the settings while nothing says where their readers shall go: they are answered 404 for ever.

A row stays until the settings say it: by the feed itself, by [[moved]], or by `retired`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.schema import ended_feed
from publisher.store.upsert import insert_unless_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedFeed:
    """A feed that was published. `name` is what it was of; `at` when it left the settings."""

    path: str
    name: str
    at: datetime


def note_ended(tx: Transaction, *, path: str, name: str, now: datetime) -> None:
    """Remember the feed; one that is remembered keeps its date."""
    insert_unless_taken(tx, ended_feed, path=path, name=name, at=to_ms(now))


def forget_ended(tx: Transaction, paths: Iterable[str]) -> None:
    """The settings say again what becomes of these."""
    tx.execute(sa.delete(ended_feed).where(ended_feed.c.path.in_(list(paths))))


def load_ended(tx: Transaction) -> tuple[EndedFeed, ...]:
    """Every one that is remembered, by path."""
    rows = tx.execute(sa.select(ended_feed).order_by(ended_feed.c.path))
    return tuple(EndedFeed(path=row.path, name=row.name, at=from_ms(row.at)) for row in rows)
