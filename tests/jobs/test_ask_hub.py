"""Requests to our hub, and their bounds (checklist 43 G; docs/notes/push.md).

What becomes of a request that was taken is in `test_push_to_host.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.fetch.address import parse_web_address
from publisher.jobs.ask_hub import HubAnswer, HubAsk, HubLimits, ask_hub
from publisher.model.push import Ask, HubRequest, PushSettings
from publisher.store.announcements import announce
from publisher.store.followers import save_follower
from tests.jobs.rooms import Scene, open_scene

SERVICE = "https://push.service.example"
TOPIC = "index.json"
TAKEN, LATER, UNKNOWN = HubAnswer.TAKEN, HubAnswer.LATER, HubAnswer.UNKNOWN


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A newsroom with one published feed."""
    with open_scene(tmp_path) as scene:
        with scene.room.database.write() as tx:
            announce(tx, {TOPIC: 1}, hubs={}, now=scene.time())
        yield scene


def ask(
    scene: Scene,
    network: str,
    path: str = "/cb",
    *,
    kind: Ask = Ask.SUBSCRIBE,
    topic: str = TOPIC,
    limits: HubLimits | None = None,
) -> HubAnswer:
    callback = parse_web_address(f"{SERVICE}{path}")
    return ask_hub(
        scene.room.database,
        HubAsk(ask=kind, topic=topic, callback=callback, network=network),
        settings=PushSettings(own_hub=True),
        limits=limits or HubLimits(),
        submit=scene.dispatcher.submit,
        now=scene.time(),
    )


def follow(scene: Scene, path: str) -> None:
    """The callback follows: it was asked and has confirmed."""
    asked = HubRequest(
        id=1, ask=Ask.SUBSCRIBE, topic=TOPIC, callback=f"{SERVICE}{path}", asked_at=scene.time()
    )
    with scene.room.database.write() as tx:
        save_follower(tx, asked, host=SERVICE, now=scene.time())


def test_no_network_has_more_than_a_twentieth_of_a_hosts_turns() -> None:
    usual = HubLimits()
    assert usual.per_network_and_host * 20 <= usual.per_host
    assert usual.per_network_and_host * 4 <= usual.per_network, "a network that serves several services"


@pytest.mark.parametrize("kind", [Ask.SUBSCRIBE, Ask.UNSUBSCRIBE])
def test_no_network_locks_a_reader_service_out(scene: Scene, kind: Ask) -> None:
    """Checklist 43 G: abuse. With the usual bounds: a stranger asks as often as one network may, of each kind."""
    usual = HubLimits()
    said = [ask(scene, "stranger", f"/{n}", kind=kind) for n in range(usual.per_network)]
    asked = usual.per_network_and_host if kind is Ask.SUBSCRIBE else usual.per_network
    assert said == [TAKEN] * asked + [LATER] * (usual.per_network - asked)
    assert ask(scene, "stranger", "/more", kind=kind) is LATER
    assert ask(scene, "service") is TAKEN


def test_what_asks_nobody_takes_nothing_of_a_hosts_turns(scene: Scene) -> None:
    """Checklist 43 G: abuse. An end of what never began, and a feed that is none."""
    limits = HubLimits(per_network=100, per_network_and_host=1, per_host=1)
    for n in range(10):
        assert ask(scene, "a", f"/{n}", kind=Ask.UNSUBSCRIBE, limits=limits) is TAKEN
        assert ask(scene, "a", f"/{n}", topic="none.rss", limits=limits) is UNKNOWN
    assert scene.taken() == []
    assert ask(scene, "a", limits=limits) is TAKEN
    assert ask(scene, "b", "/2", limits=limits) is LATER


def test_bounds_on_one_network_on_one_host_and_on_both_hold(scene: Scene) -> None:
    """Checklist 43 G: abuse: nobody turns the hub on somebody else."""
    limits = HubLimits(per_network=3, per_network_and_host=2, per_host=3)
    said = [ask(scene, network, f"/{n}", limits=limits) for n, network in enumerate("aaaabbb")]
    assert said == [TAKEN, TAKEN, LATER, LATER, TAKEN, LATER, LATER]
    assert ask(scene, "c", limits=limits) is LATER
    scene.time.pass_(hours=1)
    assert ask(scene, "c", limits=limits) is TAKEN


def test_who_follows_goes_on_and_leaves_whatever_strangers_ask_about_its_host(scene: Scene) -> None:
    """Checklist 43 G: abuse, from many networks: they keep newcomers out, for an hour, and nobody else."""
    limits = HubLimits(per_network=10, per_network_and_host=2, per_host=4)
    for path in ("/1", "/2"):
        follow(scene, path)
    for n in range(20):
        ask(scene, f"network {n}", f"/stranger/{n}", limits=limits)
    assert ask(scene, "service", "/new", limits=limits) is LATER
    assert ask(scene, "service", "/1", limits=limits) is TAKEN
    assert ask(scene, "service", "/2", kind=Ask.UNSUBSCRIBE, limits=limits) is TAKEN
    scene.time.pass_(hours=1)
    assert ask(scene, "service", "/new", limits=limits) is TAKEN


def test_followers_are_asked_about_within_bounds_too(scene: Scene) -> None:
    """Checklist 43 G: abuse. Somebody who knows a callback repeats its request."""
    limits = HubLimits(per_network=10, per_network_and_host=2, per_host=3)
    follow(scene, "/1")
    said = [ask(scene, network, "/1", limits=limits) for network in "aaabb"]
    assert said == [TAKEN, TAKEN, LATER, TAKEN, LATER]
    scene.time.pass_(hours=1)
    assert ask(scene, "a", "/1", limits=limits) is TAKEN
