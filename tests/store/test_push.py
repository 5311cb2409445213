"""What is owed to hubs and followers, in rows: point 43 of the feeds' checklist (docs/notes/push.md)."""

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from publisher.model.push import Ask, HubRequest, Ping, Share
from publisher.store import schema
from publisher.store.announcements import Announced, announce, is_topic, load_announced
from publisher.store.database import Database
from publisher.store.followers import (
    claim_shares,
    count_followers,
    end_follower,
    is_follower,
    postpone_share,
    prune_followers,
    save_follower,
    settle_share,
    take_followers_of,
)
from publisher.store.hub_requests import (
    claim_requests,
    count_requests,
    finish_request,
    insert_request,
    postpone_request,
)
from publisher.store.owing import CLAIMED_FOR
from publisher.store.pings import claim_pings, postpone_ping, settle_ping
from publisher.store.push_hosts import leave_alone, load_due_hosts, load_following_state, load_hub_states

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HUB, HUB_HOST = "https://hub.example/", "https://hub.example"
HUBS = {HUB: HUB_HOST}
HERS, HER_HOST = "https://reader.example/cb", "https://reader.example"
HUSH = "hush"
SECOND = timedelta(seconds=1)


def tell(
    database: Database,
    files: dict[str, int],
    *,
    ended: Collection[str] = (),
    hubs: dict[str, str] = HUBS,
    now: datetime = NOW,
) -> Announced:
    with database.write() as tx:
        return announce(tx, files, ended=ended, hubs=hubs, now=now)


def pings(database: Database, *, now: datetime = NOW, limit: int = 9) -> list[Ping]:
    with database.write() as tx:
        return list(claim_pings(tx, HUB_HOST, now=now, limit=limit))


def shares(database: Database, *, now: datetime = NOW, limit: int = 9) -> list[Share]:
    with database.write() as tx:
        return list(claim_shares(tx, HER_HOST, now=now, limit=limit))


def follow(
    database: Database,
    topic: str = "index.rss",
    callback: str = HERS,
    *,
    secret: str | None = HUSH,
    lease: timedelta = timedelta(days=10),
    now: datetime = NOW,
) -> None:
    request = HubRequest(
        id=1, ask=Ask.SUBSCRIBE, topic=topic, callback=callback, secret=secret, lease=lease, asked_at=now
    )
    with database.write() as tx:
        save_follower(tx, request, host=HER_HOST, now=now)


def due_hosts(database: Database, *, now: datetime = NOW, own_hub: bool = True) -> list[str]:
    with database.read() as tx:
        return list(load_due_hosts(tx, own_hub=own_hub, now=now))


def test_a_file_that_is_new_or_has_another_date_is_announced_once(database: Database) -> None:
    """Checklist 43 G: once per change."""
    assert tell(database, {"index.rss": 1, "index.json": 1}).changed == ("index.json", "index.rss")
    assert tell(database, {"index.rss": 1, "index.json": 1}) == Announced(changed=(), gone=())
    assert tell(database, {"index.rss": 2, "index.json": 1}).changed == ("index.rss",)
    with database.read() as tx:
        assert load_announced(tx) == {"index.json": 1, "index.rss": 2}
        assert is_topic(tx, "index.rss")
        assert not is_topic(tx, "index.atom")


def test_one_ping_for_a_change_and_changes_meanwhile_become_one(database: Database) -> None:
    """Checklist 43 G: once per change."""
    tell(database, {"index.rss": 1})
    tell(database, {"index.rss": 2}, now=NOW + SECOND)
    (ping,) = pings(database, now=NOW + SECOND)
    assert (ping.topic, ping.owed, ping.tries, ping.since) == ("index.rss", 2, 1, NOW)
    assert pings(database, now=NOW + SECOND) == [], "claimed: nobody else gets it"
    with database.write() as tx:
        settle_ping(tx, ping, status="HTTP 204", now=NOW + SECOND)
    assert pings(database, now=NOW + timedelta(days=1)) == []
    tell(database, {"index.rss": 3}, now=NOW + timedelta(days=1))
    assert [ping.owed for ping in pings(database, now=NOW + timedelta(days=1))] == [3]


def test_a_change_that_comes_while_one_is_told_is_told_too(database: Database) -> None:
    tell(database, {"index.rss": 1})
    (ping,) = pings(database)
    tell(database, {"index.rss": 2})
    with database.write() as tx:
        settle_ping(tx, ping, status="HTTP 204", now=NOW)
    (again,) = pings(database)
    assert again.owed == 2
    with database.write() as tx:
        settle_ping(tx, again, status="HTTP 204", now=NOW)
        settle_ping(tx, ping, status="late", now=NOW)
    assert pings(database) == [], "a late word of the first does not unsay the second"


def test_a_claim_runs_out_when_its_holder_died(database: Database) -> None:
    """Checklist 43 G: crash-safe."""
    tell(database, {"index.rss": 1})
    assert [ping.tries for ping in pings(database)] == [1]
    assert due_hosts(database, now=NOW + CLAIMED_FOR - SECOND) == []
    assert due_hosts(database, now=NOW + CLAIMED_FOR) == [HUB_HOST]
    assert [ping.tries for ping in pings(database, now=NOW + CLAIMED_FOR)] == [2]


def test_a_hub_that_refuses_is_told_later_and_no_sooner_because_there_is_more(database: Database) -> None:
    tell(database, {"index.rss": 1})
    (ping,) = pings(database)
    later = NOW + timedelta(minutes=10)
    with database.write() as tx:
        postpone_ping(tx, ping, status="HTTP 500", retry_at=later)
    tell(database, {"index.rss": 2})
    assert pings(database) == []
    (again,) = pings(database, now=later)
    assert (again.owed, again.tries, again.since) == (2, 2, NOW)
    with database.write() as tx:
        postpone_ping(tx, again, status="HTTP 500", retry_at=None)
    assert pings(database, now=later + timedelta(days=2)) == [], "given up"
    tell(database, {"index.rss": 3}, now=later)
    (anew,) = pings(database, now=later)
    assert (anew.tries, anew.since) == (1, later)


def test_a_hub_no_longer_named_and_a_feed_that_is_no_more_are_told_nothing(database: Database) -> None:
    tell(database, {"index.rss": 1, "old.rss": 1})
    assert tell(database, {"index.rss": 1}).gone == (), "a file that is missing is no feed that has ended"
    assert tell(database, {"index.rss": 1}, ended={"old.rss", "never.rss"}).gone == ("old.rss",)
    assert [ping.topic for ping in pings(database)] == ["index.rss"]
    tell(database, {"index.rss": 2}, hubs={"https://other.example/": "https://other.example"})
    assert due_hosts(database) == ["https://other.example"]


def test_what_rolls_back_is_neither_told_nor_remembered(database: Database) -> None:
    """Checklist 43 G: the outbox and the change are one transaction."""
    with suppress(RuntimeError), database.write() as tx:
        announce(tx, {"index.rss": 1}, hubs=HUBS, now=NOW)
        raise RuntimeError("the power goes")
    assert due_hosts(database) == []
    assert tell(database, {"index.rss": 1}).changed == ("index.rss",)
    assert due_hosts(database) == [HUB_HOST]


def test_a_follower_is_owed_changes_of_its_topic_from_when_it_begins(database: Database) -> None:
    tell(database, {"index.rss": 1, "index.json": 1}, hubs={})
    follow(database)
    assert shares(database) == [], "what is old is not news"
    tell(database, {"index.rss": 1, "index.json": 2}, hubs={})
    assert shares(database) == []
    tell(database, {"index.rss": 2, "index.json": 2}, hubs={})
    (share,) = shares(database)
    assert (share.topic, share.callback, share.secret, share.tries) == ("index.rss", HERS, "hush", 1)
    with database.write() as tx:
        settle_share(tx, share, status="HTTP 200", now=NOW)
    assert shares(database, now=NOW + timedelta(days=1)) == []


def test_asking_again_renews_the_lease_and_the_secret_and_loses_nothing_owed(database: Database) -> None:
    """Checklist 43 G: lease."""
    follow(database, lease=timedelta(hours=1))
    tell(database, {"index.rss": 1}, hubs={})
    follow(database, secret="new", lease=timedelta(hours=9))
    with database.read() as tx:
        assert count_followers(tx) == 1
    (share,) = shares(database, now=NOW + timedelta(hours=8))
    assert share.secret == "new"


def test_a_follower_whose_lease_has_ended_is_sent_nothing_and_is_forgotten(database: Database) -> None:
    """Checklist 43 G: lease."""
    follow(database, lease=timedelta(hours=1))
    follow(database, callback="https://reader.example/other", lease=timedelta(hours=2))
    tell(database, {"index.rss": 1}, hubs={}, now=NOW + timedelta(hours=1))
    at = NOW + timedelta(hours=1)
    assert [share.callback for share in shares(database, now=at)] == ["https://reader.example/other"]
    with database.write() as tx:
        assert prune_followers(tx, now=at) == 1
        assert not is_follower(tx, "index.rss", HERS)
        assert count_followers(tx, HER_HOST) == 1


def test_a_share_goes_on_by_back_off_is_given_up_and_ends_with_its_follower(database: Database) -> None:
    follow(database)
    tell(database, {"index.rss": 1}, hubs={})
    (share,) = shares(database)
    with database.write() as tx:
        postpone_share(tx, share, status="HTTP 500", retry_at=NOW + SECOND)
    (again,) = shares(database, now=NOW + SECOND)
    assert again.tries == 2
    with database.write() as tx:
        postpone_share(tx, again, status="HTTP 500", retry_at=None)
    assert shares(database, now=NOW + timedelta(days=3)) == []
    with database.write() as tx:
        assert end_follower(tx, "index.rss", HERS)
        assert not end_follower(tx, "index.rss", HERS)
        settle_share(tx, share, status="late", now=NOW)
        assert count_followers(tx) == 0


def test_followers_of_a_feed_that_is_no_more_are_ended_and_named(database: Database) -> None:
    follow(database)
    follow(database, topic="index.json")
    with database.write() as tx:
        assert take_followers_of(tx, "index.rss") == [(HERS, HER_HOST)]
        assert count_followers(tx) == 1


def ask(
    database: Database, ask: Ask = Ask.SUBSCRIBE, *, topic: str = "index.rss", now: datetime = NOW
) -> None:
    with database.write() as tx:
        insert_request(
            tx, ask, topic=topic, callback=HERS, host=HER_HOST, secret="s", lease=timedelta(days=1), now=now
        )


def test_a_request_waits_for_its_callback_and_is_finished_once(database: Database) -> None:
    ask(database)
    assert due_hosts(database) == [HER_HOST]
    assert due_hosts(database, own_hub=False) == []
    with database.write() as tx:
        (request,) = claim_requests(tx, HER_HOST, now=NOW, limit=4)
        assert (request.ask, request.lease, request.tries) == (Ask.SUBSCRIBE, timedelta(days=1), 1)
        assert claim_requests(tx, HER_HOST, now=NOW, limit=4) == ()
        postpone_request(tx, request, retry_at=NOW + SECOND)
        (again,) = claim_requests(tx, HER_HOST, now=NOW + SECOND, limit=4)
        assert again.tries == 2
        assert finish_request(tx, again)
        assert not finish_request(tx, again)
        assert count_requests(tx) == 0


def test_a_later_request_takes_the_place_of_one_under_way(database: Database) -> None:
    """Checklist 43 G: abuse: two who ask for the same, and the answer to the first is not taken for the second's."""
    ask(database)
    with database.write() as tx:
        (first,) = claim_requests(tx, HER_HOST, now=NOW, limit=4)
    ask(database, Ask.UNSUBSCRIBE)
    with database.write() as tx:
        assert count_requests(tx, HER_HOST) == 1
        assert not finish_request(tx, first)
        (second,) = claim_requests(tx, HER_HOST, now=NOW, limit=4)
        assert second.ask is Ask.UNSUBSCRIBE


def test_a_host_that_does_not_answer_is_left_alone_with_all_that_is_due_there(database: Database) -> None:
    follow(database)
    ask(database, topic="index.atom")
    tell(database, {"index.rss": 1}, hubs={"https://reader.example/hub": HER_HOST, HUB: HUB_HOST})
    assert due_hosts(database) == [HUB_HOST, HER_HOST]
    with database.write() as tx:
        leave_alone(tx, HER_HOST, now=NOW, until=NOW + timedelta(minutes=1))
    assert due_hosts(database) == [HUB_HOST]
    assert due_hosts(database, now=NOW + timedelta(minutes=1)) == [HUB_HOST, HER_HOST]


def test_an_operator_sees_a_dead_hub(database: Database) -> None:
    tell(database, {"index.rss": 1, "index.json": 1})
    told, untold = pings(database)
    with database.write() as tx:
        settle_ping(tx, told, status="HTTP 204", now=NOW)
        postpone_ping(tx, untold, status="timeout", retry_at=NOW + SECOND)
    later = NOW + timedelta(minutes=5)
    (again,) = pings(database, now=later)
    with database.write() as tx:
        postpone_ping(tx, again, status="HTTP 503", retry_at=later + SECOND)
        (state,) = load_hub_states(tx)
    assert (state.hub, state.topics, state.owed, state.status) == (HUB, 2, 1, "HTTP 503")
    assert (state.since, state.told_at, state.tried_at) == (NOW, NOW, later)


def test_an_operator_sees_the_followers_of_our_hub(database: Database) -> None:
    follow(database)
    follow(database, topic="index.json", lease=timedelta(hours=1))
    ask(database, topic="index.atom")
    tell(database, {"index.rss": 1}, hubs={})
    with database.read() as tx:
        now = load_following_state(tx, now=NOW)
        later = load_following_state(tx, now=NOW + timedelta(hours=2))
    assert (now.followers, now.hosts, now.owed, now.since, now.requests) == (2, 1, 1, NOW, 1)
    assert (later.followers, later.told_at) == (1, None)


def test_the_database_refuses_more_told_than_owed(database: Database) -> None:
    tell(database, {"index.rss": 1})
    with pytest.raises(sa.exc.IntegrityError), database.write() as tx:
        tx.execute(sa.update(schema.ping).values(told=9))
