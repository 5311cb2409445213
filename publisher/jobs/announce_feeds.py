"""After a publication: write down who is owed what, and let the engine tell them.

Promise: the outbox is written in the same transaction as what the world was told of (`store/announcements.py`). A crash
between the files and this leaves a difference, which the next publication, the next sweep or the next start finds.
Telling itself is not done here: a hub that does not answer slows no publication.
"""

from publisher.feeds.dates import load_dates
from publisher.jobs.newsroom import Newsroom
from publisher.model.push import Ask
from publisher.model.work import Work, WorkKind
from publisher.store.announcements import Announced, announce, load_announced
from publisher.store.database import Transaction
from publisher.store.followers import take_followers_of
from publisher.store.hub_requests import insert_request
from publisher.store.push_hosts import load_due_hosts

FEED_ENDED = "this feed is published no more"


def announce_feeds(room: Newsroom) -> Announced | None:
    """Compare the feed files with what was told of them, and submit what follows. None where push is off, or where
    there is nothing new: then nothing is written.
    """
    if room.push is None:
        return None
    files = load_dates(room.feeds_folder)
    with room.database.read() as tx:
        if load_announced(tx) == files:
            return None
    now = room.now()
    with room.database.write() as tx:
        found = announce(tx, files, hubs=room.push.hub_hosts, now=now)
        for topic in found.gone:
            _deny_followers(room, tx, topic)
        submit_due(room, tx)
    return found


def submit_due(room: Newsroom, tx: Transaction) -> int:
    """Submit a work for each host where something is due; returns how many."""
    if room.push is None:
        return 0
    hosts = load_due_hosts(tx, own_hub=room.push.settings.own_hub, now=room.now())
    for host in hosts:
        room.dispatcher.submit(tx, Work(WorkKind.PUSH, host))
    return len(hosts)


def _deny_followers(room: Newsroom, tx: Transaction, topic: str) -> None:
    for callback, host in take_followers_of(tx, topic):
        insert_request(
            tx, Ask.DENIED, topic=topic, callback=callback, host=host, reason=FEED_ENDED, now=room.now()
        )
