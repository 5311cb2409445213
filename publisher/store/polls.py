"""What polls of the feeds came to, by the day: counts, and names of services. No address is here, nor a hash of one
that outlives its day.

A reader's mark in `poller` changes with the day and with every start, so a day's rows cannot be tied to another's.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from publisher.model.polling import FeedTally, PollerTally, Tally
from publisher.store.database import Transaction
from publisher.store.schema import feed_day, feed_service, poller
from publisher.store.upsert import insert_unless_taken

KEPT_DAYS = 400
WORST = 50
"""Pollers kept of a day: those that were sent most."""
WHOLE_SITE = ""
"""The feed of the row that counts readers over all feeds; a feed's name is never empty."""


def save_tally(tx: Transaction, day: str, tally: Tally) -> None:
    """Add to what the day has come to. `day` is `2026-11-27`. Readers and subscribers are the most that were seen, so
    that a restart, which forgets whom it has seen, counts nobody twice.
    """
    for name, feed in tally.feeds.items():
        _add_feed(tx, day, name, feed)
    _add_feed(tx, day, WHOLE_SITE, FeedTally(readers=tally.readers))
    for name, counted in _worst(tally.pollers):
        _add(
            tx, poller, {"day": day, "name": name},
            polls=counted.polls, not_modified=counted.not_modified, sent_bytes=counted.sent_bytes,
        )  # fmt: skip
    _forget(tx, day)


def load_tallies(tx: Transaction, *, since: str, until: str) -> Mapping[str, Tally]:
    """What each day from `since` to `until` came to, days without a poll left out."""
    found: dict[str, Tally] = {}
    days = (
        sa.select(feed_day)
        .where(feed_day.c.day.between(since, until))
        .order_by(feed_day.c.day, feed_day.c.feed)
    )
    for row in tx.execute(days):
        tally = found.setdefault(row.day, Tally())
        if row.feed == WHOLE_SITE:
            tally.readers = row.readers
        else:
            tally.feeds[row.feed] = FeedTally(
                row.polls,
                row.not_modified,
                row.sent_bytes,
                row.saved_by_304,
                row.saved_by_coding,
                row.readers,
            )
    for row in tx.execute(sa.select(feed_service).where(feed_service.c.day.between(since, until))):
        found[row.day].feeds[row.feed].services[row.service] = row.subscribers
    for row in tx.execute(sa.select(poller).where(poller.c.day.between(since, until))):
        found[row.day].pollers[row.name] = PollerTally(row.polls, row.not_modified, row.sent_bytes)
    return found


def _worst(pollers: Mapping[str, PollerTally]) -> list[tuple[str, PollerTally]]:
    """Those that may come to be among the worst of the day: whoever polls hard does so in every minute."""
    return sorted(pollers.items(), key=lambda item: (-item[1].sent_bytes, -item[1].polls, item[0]))[:WORST]


def _add_feed(tx: Transaction, day: str, name: str, feed: FeedTally) -> None:
    key = {"day": day, "feed": name}
    _add(
        tx, feed_day, key,
        polls=feed.polls, not_modified=feed.not_modified, sent_bytes=feed.sent_bytes,
        saved_by_304=feed.saved_by_304, saved_by_coding=feed.saved_by_coding,
    )  # fmt: skip
    _raise_to(tx, feed_day, key, readers=feed.readers)
    for service, subscribers in feed.services.items():
        service_key = {**key, "service": service}
        insert_unless_taken(tx, feed_service, **service_key, subscribers=0)
        _raise_to(tx, feed_service, service_key, subscribers=subscribers)


def _add(tx: Transaction, table: sa.Table, key: Mapping[str, str], **more: int) -> None:
    """Add to the row of this key, made with nothing in it where there is none."""
    insert_unless_taken(tx, table, **key)
    changes = {name: table.c[name] + value for name, value in more.items() if value}
    if changes:
        tx.execute(sa.update(table).filter_by(**key).values(changes))


def _raise_to(tx: Transaction, table: sa.Table, key: Mapping[str, str], **values: int) -> None:
    """Set each column that holds less."""
    for name, value in values.items():
        column = table.c[name]
        tx.execute(sa.update(table).filter_by(**key).where(column < value).values({name: value}))


def _forget(tx: Transaction, day: str) -> None:
    """The day's pollers that are not among the worst, and days that are long past."""
    worst = (
        sa.select(poller.c.name)
        .where(poller.c.day == day)
        .order_by(poller.c.sent_bytes.desc(), poller.c.polls.desc(), poller.c.name)
        .limit(WORST)
    )
    tx.execute(sa.delete(poller).where(poller.c.day == day, poller.c.name.not_in(worst)))
    for table in (feed_day, feed_service, poller):
        kept = sa.select(table.c.day).distinct().order_by(table.c.day.desc()).limit(KEPT_DAYS).subquery()
        tx.execute(sa.delete(table).where(table.c.day < sa.select(sa.func.min(kept.c.day)).scalar_subquery()))
