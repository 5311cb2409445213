"""Followers: the programs that our hub sends feeds to, each until its lease ends.

Secrets stand here because a signature needs them as they are (WebSub section 7.1); they are in no log and no listing.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from publisher.model.push import HubRequest, Share
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.owing import claim, give_up, is_due, postpone, settle
from publisher.store.schema import follower
from publisher.store.upsert import insert_unless_taken


def save_follower(tx: Transaction, request: HubRequest, *, host: str, now: datetime) -> None:
    """A verified request to follow: a new follower, or another lease and secret for one there is. What is owed to it
    stays owed.
    """
    ours = {"topic": request.topic, "callback": request.callback}
    lease_until = to_ms(now + request.lease)
    at = to_ms(now)
    insert_unless_taken(
        tx, follower, **ours, host=host, began_at=at, lease_until=lease_until, since=at, retry_at=at
    )
    tx.execute(sa.update(follower).filter_by(**ours).values(lease_until=lease_until, secret=request.secret))


def end_follower(tx: Transaction, topic: str, callback: str) -> bool:
    """Send it nothing more; whether there was one."""
    return tx.execute(sa.delete(follower).filter_by(topic=topic, callback=callback)).rowcount == 1


def take_followers_of(tx: Transaction, topic: str) -> Sequence[tuple[str, str]]:
    """End all followers of a topic that is no more; their callbacks and hosts, to tell them."""
    ended = sa.delete(follower).filter_by(topic=topic).returning(follower.c.callback, follower.c.host)
    return [(row.callback, row.host) for row in tx.execute(ended)]


def prune_followers(tx: Transaction, *, now: datetime) -> int:
    """Forget those whose lease has ended; returns how many."""
    return tx.execute(sa.delete(follower).where(follower.c.lease_until <= to_ms(now))).rowcount


def claim_shares(tx: Transaction, host: str, *, now: datetime, limit: int) -> Sequence[Share]:
    """Begin a try of what is due to followers at `host`, the longest owed first. Nobody else gets them for two
    minutes. A follower whose lease has ended is sent nothing.
    """
    query = (
        sa.select(follower)
        .where(follower.c.host == host, is_due(follower, now), follower.c.lease_until > to_ms(now))
        .order_by(follower.c.since, follower.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(query).all()
    ids = [row.id for row in rows]
    tx.execute(sa.update(follower).where(follower.c.id.in_(ids)).values(**claim(follower, now)))
    return tuple(
        Share(
            follower=row.id,
            topic=row.topic,
            callback=row.callback,
            secret=row.secret,
            owed=row.owed,
            tries=row.tries + 1,
            since=from_ms(row.since),
        )
        for row in rows
    )


def settle_share(tx: Transaction, sent: Share, *, status: str, now: datetime) -> None:
    """The follower took it."""
    tx.execute(_of(sent).values(**settle(follower, sent.owed, status, now)))


def postpone_share(tx: Transaction, unsent: Share, *, status: str, retry_at: datetime | None) -> None:
    """It did not take it: again at that time, or None to give this change up."""
    values = give_up(follower, status) if retry_at is None else postpone(retry_at, status)
    tx.execute(_of(unsent).values(**values))


def count_followers(tx: Transaction, host: str | None = None) -> int:
    """How many there are, at one host only where it is named."""
    query = sa.select(sa.func.count()).select_from(follower)
    return tx.execute(query if host is None else query.where(follower.c.host == host)).scalar_one()


def is_follower(tx: Transaction, topic: str, callback: str) -> bool:
    """Whether that callback follows that topic."""
    query = sa.select(sa.literal(1)).where(follower.c.topic == topic, follower.c.callback == callback)
    return tx.scalar(query) is not None


def _of(one: Share) -> sa.Update:
    return sa.update(follower).filter_by(id=one.follower)
