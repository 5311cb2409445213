"""After a publication: write down who is owed what, and let the engine tell them.

Promise: the outbox is written in the same transaction as what the world was told of (`store/announcements.py`). A crash
between the files and this leaves a difference, which the next publication, the next sweep or the next start finds.
Telling itself is not done here: a hub that does not answer slows no publication.

A feed has ended when its row has: not when its file is missing, which an emptied folder or a half-written one is enough
for. Its followers would be told that it is published no more, and never come back.
"""

from collections.abc import Mapping

from publisher.feeds.dates import load_dates
from publisher.jobs.newsroom import Newsroom
from publisher.model.push import Ask
from publisher.model.work import Work, WorkKind
from publisher.store.announcements import Announced, announce, load_announced
from publisher.store.database import Transaction
from publisher.store.feed_slices import load_slices
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
    dates = load_dates(room.feeds_folder)
    with room.database.read() as tx:
        if not any(_find_news(tx, dates)):
            return None
    now = room.now()
    with room.database.write() as tx:
        changed, ended = _find_news(tx, dates)
        found = announce(tx, changed, ended=ended, hubs=room.push.hub_hosts, now=now)
        for topic in found.gone:
            _deny_followers(room, tx, topic)
        submit_due(room, tx)
    return found


def _find_news(tx: Transaction, dates: Mapping[str, int]) -> tuple[Mapping[str, int], frozenset[str]]:
    """Of the files of feeds that there are, those with another date than was told; and the topics told of feeds that
    have ended.
    """
    feeds, told = {found.path for found in load_slices(tx)}, load_announced(tx)
    changed = {topic: at for topic, at in dates.items() if _feed_of(topic) in feeds and told.get(topic) != at}
    return changed, frozenset(topic for topic in told if _feed_of(topic) not in feeds)


def _feed_of(topic: str) -> str:
    """The path of the feed whose file it is."""
    return topic.rpartition(".")[0]


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
