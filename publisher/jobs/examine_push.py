"""What `nashra doctor` sees of push: whether every hub takes what it is told.

Promise: as in `examine`. Nobody is asked anything: what the last tries came to stands in rows.
"""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from publisher.jobs.examine import Finding, Health
from publisher.store.database import open_database
from publisher.store.opening import load_standing, told_faults
from publisher.store.push_hosts import HubState, load_hub_states

LATE = timedelta(minutes=15)
"""A hub that has not taken a change for this long is told of: the first tries are over by then."""


def examine_push(file: Path, now: datetime) -> tuple[Finding, ...]:
    """Each hub of others that was ever told of anything; nothing where the database is not this version's."""
    if not file.exists():
        return ()
    standing = load_standing(file)
    if standing.damage or standing.revision != standing.wanted:
        return ()
    with told_faults(file), closing(open_database(file)) as database, database.read() as tx:
        hubs = load_hub_states(tx)
    return tuple(_judge(hub, now) for hub in hubs)


def is_late(hub: HubState, now: datetime) -> bool:
    """Whether it has not taken a change for too long."""
    return hub.since is not None and now - hub.since > LATE


def _judge(hub: HubState, now: datetime) -> Finding:
    subject = f"hub {hub.hub}"
    if hub.since is not None and is_late(hub, now):
        seen = f"has not taken a change since {hub.since:%Y-%m-%d %H:%M}Z: {hub.status or 'not tried yet'}"
        step = "nashra push status; if the hub is gone, take it out of `hubs` in [push]"
        return Finding(subject=subject, health=Health.UNWISE, seen=seen, next_step=step)
    told = f"last told {hub.told_at:%Y-%m-%d %H:%M}Z" if hub.told_at else "told of nothing yet"
    return Finding(subject=subject, health=Health.GOOD, seen=told)
