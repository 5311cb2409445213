"""Somebody asks our hub to send a feed to a callback, or to stop.

Promise: nothing but one question to the callback follows from this (WebSub section 5.3), and that within bounds: for
the network that asks, for the host that is asked about, for both together, and altogether. So nobody can turn us on
somebody else.

Nor can anybody use up a reader service's turns for it: one network has few of a host's, only a question that will be
asked counts, and callbacks that follow already have turns of their own, which nobody can take who does not know them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.fetch.address import WebAddress
from publisher.model.push import Ask, PushSettings, grant_lease
from publisher.model.work import Work, WorkKind
from publisher.store.announcements import is_topic
from publisher.store.database import Database, Transaction
from publisher.store.followers import count_followers, is_follower
from publisher.store.hub_requests import count_requests, insert_request
from publisher.store.rates import claim_turn, prune_rates

HOUR = timedelta(hours=1)


class HubAnswer(StrEnum):
    """What the asker is told."""

    TAKEN = "taken"
    """The callback will be asked."""
    UNKNOWN = "unknown"
    """The topic is no feed of ours."""
    LATER = "later"
    """Too many requests from this network, or about this host."""
    FULL = "full"
    """There are as many followers, or as many open requests, as there may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLimits:
    """How much in an hour: requests from one network, questions to one host on behalf of one network, and questions to
    one host. A reader service that takes every feed of a large site asks some hundred times in a minute, so they are
    not tight; but it takes twenty networks to use up a host's.
    """

    per_network: int = 1000
    per_network_and_host: int = 250
    per_host: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAsk:
    """What was asked. `network` is the keyed hash of where it came from (None: unknown)."""

    ask: Ask
    topic: str
    callback: WebAddress
    secret: str | None = field(default=None, repr=False)
    lease_seconds: int | None = None
    network: str | None = None


def ask_hub(
    database: Database,
    asked: HubAsk,
    *,
    settings: PushSettings,
    limits: HubLimits,
    submit: Callable[[Transaction, Work], None],
    now: datetime,
) -> HubAnswer:
    """Take a request down and let the engine ask the callback."""
    host, callback = asked.callback.origin, str(asked.callback)
    with database.write() as tx:
        prune_rates(tx, before=now - timedelta(days=1))
        network = f"hub:{asked.network or 'unknown'}"
        if not claim_turn(tx, network, limit=limits.per_network, window=HOUR, now=now):
            return HubAnswer.LATER
        if not is_topic(tx, asked.topic):
            return HubAnswer.UNKNOWN
        follows = is_follower(tx, asked.topic, callback)
        if asked.ask is Ask.UNSUBSCRIBE and not follows:
            return HubAnswer.TAKEN  # there is nothing to end, and nobody to ask
        if not follows and count_followers(tx) >= settings.max_followers:
            return HubAnswer.FULL
        if count_requests(tx) >= settings.max_followers:
            return HubAnswer.FULL
        if not _claim_question(tx, network, host, follows=follows, limits=limits, now=now):
            return HubAnswer.LATER
        insert_request(
            tx,
            asked.ask,
            topic=asked.topic,
            callback=callback,
            host=host,
            secret=asked.secret,
            lease=grant_lease(asked.lease_seconds),
            now=now,
        )
        submit(tx, Work(WorkKind.PUSH, host))
    return HubAnswer.TAKEN


def _claim_question(
    tx: Transaction, network: str, host: str, *, follows: bool, limits: HubLimits, now: datetime
) -> bool:
    """Whether the host may be asked once more on behalf of this network. The network's bound comes first: what it is
    refused takes nothing of the host's.
    """
    turn = f"hub-follower:{host}" if follows else f"hub-host:{host}"
    return claim_turn(
        tx, f"{network} {turn}", limit=limits.per_network_and_host, window=HOUR, now=now
    ) and claim_turn(tx, turn, limit=limits.per_host, window=HOUR, now=now)
