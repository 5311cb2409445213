"""Hosts: whom there is something to tell now, and how telling goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.owing import is_due, is_owed
from publisher.store.schema import follower, hub_request, ping


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState:
    """How one hub of others stands. `owed` topics it was not told of, `since` when for the oldest; `status` is what its
    last try came to. Times are None where there was none.
    """

    hub: str
    topics: int
    owed: int
    since: datetime | None
    told_at: datetime | None
    tried_at: datetime | None
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingState:
    """How our own hub stands: its followers, of them those owed something and since when for the longest, and the
    requests that are not verified yet.
    """

    followers: int
    hosts: int
    owed: int
    since: datetime | None
    told_at: datetime | None
    requests: int


def load_due_hosts(tx: Transaction, *, own_hub: bool, now: datetime) -> Sequence[str]:
    """The hosts where something is due: pings, and where our own hub is on, shares and requests."""
    leased = follower.c.lease_until > to_ms(now)
    due = [sa.select(ping.c.host).distinct().where(is_due(ping, now))]
    if own_hub:
        due.append(sa.select(follower.c.host).where(is_due(follower, now), leased))
        due.append(sa.select(hub_request.c.host).where(hub_request.c.retry_at <= to_ms(now)))
    return tx.execute(sa.union(*due).order_by("host")).scalars().all()


def leave_alone(tx: Transaction, host: str, *, now: datetime, until: datetime) -> None:
    """Nothing that is due at the host now is due before `until`: it did not answer, so the others can wait too."""
    later = {"retry_at": to_ms(until)}
    for table in (ping, follower):
        tx.execute(sa.update(table).where(table.c.host == host, is_due(table, now)).values(later))
    waiting = hub_request.c.retry_at <= to_ms(now)
    tx.execute(sa.update(hub_request).where(hub_request.c.host == host, waiting).values(later))


def load_hub_states(tx: Transaction) -> Sequence[HubState]:
    """Every hub of others that was ever to be told something and is still named, by its address."""
    owed = is_owed(ping)
    query = sa.select(
        ping.c.hub,
        sa.func.count().label("topics"),
        sa.func.count().filter(owed).label("owed"),
        sa.func.min(ping.c.since).filter(owed).label("since"),
        sa.func.max(ping.c.told_at).label("told_at"),
        sa.func.max(ping.c.tried_at).label("tried_at"),
    ).group_by(ping.c.hub)
    return tuple(
        HubState(
            hub=row.hub,
            topics=row.topics,
            owed=row.owed,
            since=_time(row.since),
            told_at=_time(row.told_at),
            tried_at=_time(row.tried_at),
            status=_last_status(tx, row.hub),
        )
        for row in tx.execute(query.order_by(ping.c.hub)).all()
    )


def load_following_state(tx: Transaction, *, now: datetime) -> FollowingState:
    """How our own hub stands; leases that have ended do not count."""
    owed = is_owed(follower)
    row = tx.execute(
        sa.select(
            sa.func.count().label("followers"),
            sa.func.count(follower.c.host.distinct()).label("hosts"),
            sa.func.count().filter(owed).label("owed"),
            sa.func.min(follower.c.since).filter(owed).label("since"),
            sa.func.max(follower.c.told_at).label("told_at"),
        ).where(follower.c.lease_until > to_ms(now))
    ).one()
    requests = tx.execute(sa.select(sa.func.count()).select_from(hub_request)).scalar_one()
    return FollowingState(
        followers=row.followers,
        hosts=row.hosts,
        owed=row.owed,
        since=_time(row.since),
        told_at=_time(row.told_at),
        requests=requests,
    )


def _last_status(tx: Transaction, hub: str) -> str | None:
    latest = sa.select(ping.c.status).where(ping.c.hub == hub, ping.c.tried_at.is_not(None))
    return tx.scalar(latest.order_by(ping.c.tried_at.desc(), ping.c.topic).limit(1))


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
