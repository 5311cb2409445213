"""What the polls of several days came to together, as people ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.model.polling import FeedTally, PollerTally, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSum:
    """One file over all days. `subscribers` are those of its services, each at its highest; `readers` those of the
    best day. All are lower bounds.
    """

    feed: str
    polls: int
    not_modified: int
    sent_bytes: int
    saved_bytes: int
    subscribers: int
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSum:
    """The most people a service said it reads one feed for."""

    service: str
    feed: str
    subscribers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerSum:
    """What one poller cost."""

    name: str
    polls: int
    not_modified: int
    sent_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSum:
    """All of it: sums over the days, the feeds by polls, services by subscribers, the ten worst pollers by bytes.

    `readers_a_day` is the mean over the days on which there was a poll.
    """

    first_day: str
    last_day: str
    polls: int
    not_modified: int
    sent_bytes: int
    saved_by_304: int
    saved_by_coding: int
    subscribers: int
    readers_a_day: int
    feeds: tuple[FeedSum, ...]
    services: tuple[ServiceSum, ...]
    worst: tuple[PollerSum, ...]


WORST = 10


def sum_polls(days: Mapping[str, Tally]) -> PollSum | None:
    """Sum up the days, which are in order; None where there is none."""
    if not days:
        return None
    feeds, services, pollers = _merge(days)
    listed = [_feed_sum(name, feed) for name, feed in feeds.items()]
    readers = [tally.readers for tally in days.values()]
    return PollSum(
        first_day=next(iter(days)),
        last_day=list(days)[-1],
        polls=sum(feed.polls for feed in listed),
        not_modified=sum(feed.not_modified for feed in listed),
        sent_bytes=sum(feed.sent_bytes for feed in listed),
        saved_by_304=sum(feed.saved_by_304 for feed in feeds.values()),
        saved_by_coding=sum(feed.saved_by_coding for feed in feeds.values()),
        subscribers=sum(feed.subscribers for feed in listed),
        readers_a_day=round(sum(readers) / len(readers)),
        feeds=tuple(sorted(listed, key=lambda feed: (-feed.polls, feed.feed))),
        services=tuple(sorted(services, key=lambda found: (-found.subscribers, found.service, found.feed))),
        worst=tuple(sorted(pollers, key=lambda found: (-found.sent_bytes, -found.polls, found.name))[:WORST]),
    )


def _merge(days: Mapping[str, Tally]) -> tuple[dict[str, FeedTally], list[ServiceSum], list[PollerSum]]:
    feeds: dict[str, FeedTally] = {}
    pollers: dict[str, PollerTally] = {}
    for tally in days.values():
        for name, feed in tally.feeds.items():
            _add_feed(feeds.setdefault(name, FeedTally()), feed)
        for name, poller in tally.pollers.items():
            whole = pollers.setdefault(name, PollerTally())
            whole.polls += poller.polls
            whole.not_modified += poller.not_modified
            whole.sent_bytes += poller.sent_bytes
    services = [
        ServiceSum(service=service, feed=name, subscribers=subscribers)
        for name, feed in feeds.items()
        for service, subscribers in feed.services.items()
    ]
    worst = [
        PollerSum(name=name, polls=found.polls, not_modified=found.not_modified, sent_bytes=found.sent_bytes)
        for name, found in pollers.items()
    ]
    return feeds, services, worst


def _add_feed(whole: FeedTally, day: FeedTally) -> None:
    whole.polls += day.polls
    whole.not_modified += day.not_modified
    whole.sent_bytes += day.sent_bytes
    whole.saved_by_304 += day.saved_by_304
    whole.saved_by_coding += day.saved_by_coding
    whole.readers = max(whole.readers, day.readers)
    for service, subscribers in day.services.items():
        whole.services[service] = max(whole.services.get(service, 0), subscribers)


def _feed_sum(name: str, feed: FeedTally) -> FeedSum:
    return FeedSum(
        feed=name,
        polls=feed.polls,
        not_modified=feed.not_modified,
        sent_bytes=feed.sent_bytes,
        saved_bytes=feed.saved_by_304 + feed.saved_by_coding,
        subscribers=sum(feed.services.values()),
        readers=feed.readers,
    )
