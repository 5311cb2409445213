"""Which feed files the world was told of, as they were then: from the difference follows who is owed what.

Promise: `announce` writes the new state and what is owed for it in one transaction, so a crash leaves either both or
neither; then the next publication finds the same difference again. A feed file's date moves strictly forward with its
bytes (`feeds/files.py`), so an equal date is an equal file.

A file that is not there is no end: the folder may have been emptied, and is written again. Which feeds have ended the
caller says, who asks the rows of feeds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction
from publisher.store.owing import owe
from publisher.store.schema import announced, follower, ping
from publisher.store.upsert import insert_unless_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The topics that are new or have changed, and those that are no more."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]


def announce(
    tx: Transaction,
    files: Mapping[str, int],
    *,
    ended: Collection[str] = (),
    hubs: Mapping[str, str],
    now: datetime,
) -> Announced:
    """Bring what was told up to these files. `files` maps topics to their dates in whole seconds, `hubs` others' hubs
    to their hosts; `ended` are topics of which nothing is told any more. Pings to a hub that is no longer named are
    dropped.
    """
    before = _read(tx, sa.select(announced).with_for_update())
    changed = tuple(sorted(topic for topic, at in files.items() if before.get(topic) != at))
    gone = tuple(sorted(before.keys() & set(ended)))
    tx.execute(sa.delete(ping).where(ping.c.hub.not_in(hubs)))
    for topic in changed:
        _save(tx, topic, files[topic])
        _owe_pings(tx, topic, hubs, now)
        tx.execute(sa.update(follower).filter_by(topic=topic).values(**owe(follower, now)))
    for topic in gone:
        tx.execute(sa.delete(announced).filter_by(topic=topic))
        tx.execute(sa.delete(ping).filter_by(topic=topic))
    return Announced(changed=changed, gone=gone)


def load_announced(tx: Transaction) -> dict[str, int]:
    """What was told: topics and their dates."""
    return _read(tx, sa.select(announced))


def is_topic(tx: Transaction, topic: str) -> bool:
    """Whether it is the file of a feed that is published now."""
    return tx.scalar(sa.select(sa.literal(1)).where(announced.c.topic == topic)) is not None


def _read(tx: Transaction, query: sa.Select[tuple[str, int]]) -> dict[str, int]:
    return {row.topic: row.modified_at for row in tx.execute(query)}


def _save(tx: Transaction, topic: str, modified_at: int) -> None:
    if not insert_unless_taken(tx, announced, topic=topic, modified_at=modified_at):
        tx.execute(sa.update(announced).filter_by(topic=topic).values(modified_at=modified_at))


def _owe_pings(tx: Transaction, topic: str, hubs: Mapping[str, str], now: datetime) -> None:
    for hub, host in hubs.items():
        insert_unless_taken(tx, ping, hub=hub, topic=topic, host=host, since=0, retry_at=0)
        tx.execute(sa.update(ping).filter_by(hub=hub, topic=topic).values(**owe(ping, now)))
