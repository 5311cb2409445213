"""Push, end to end but for the clock: pings, verification, content, ends (checklist 43 G; docs/notes/push.md)."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from publisher.engine.rows_only import RowsOnly
from publisher.fetch.address import parse_web_address
from publisher.fetch.client import Answer, Failure, Fault, Request
from publisher.fetch.guard import FOR_STRANGERS
from publisher.jobs.announce_feeds import announce_feeds
from publisher.jobs.ask_hub import HubAnswer, HubAsk, HubLimits, ask_hub
from publisher.jobs.ingest import ingest
from publisher.jobs.outstanding import submit_outstanding
from publisher.jobs.perform import perform
from publisher.jobs.publish_feeds import Extent
from publisher.jobs.pushing import HostTurns, build_hub_guard
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.jobs.verified import NO_FEED, NO_ROOM
from publisher.model.push import Ask, PushSettings
from publisher.model.site import FeedSpec, Selection
from publisher.model.work import Work, WorkKind
from publisher.settings import load_settings
from publisher.store.announcements import Announced
from publisher.store.feed_slices import end_slices
from publisher.store.followers import count_followers
from publisher.store.hub_requests import count_requests
from publisher.store.push_hosts import load_hub_states
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import open_house
from tests.fetch.servers import SERVER, canary
from tests.jobs.pushed import SECRET, Program, is_signed, program, pushing
from tests.jobs.rooms import Scene

pytestmark = pytest.mark.anyio

TOPIC = "index.json"
TOPIC_URL = "https://mail.news.example/feeds/index.json"
HUB_URL = "https://mail.news.example/hub"
SETTINGS = '[site]\ntitle = "News"\nhome = "https://news.example"\n'


@pytest.fixture
async def reader() -> AsyncIterator[Program]:
    async with program() as one:
        yield one


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A newsroom with its own hub whose feeds are published, empty."""
    async with pushing(tmp_path) as scene:
        refresh_feeds(scene.room)
        scene.taken()
        yield scene


def publish(scene: Scene, name: str, **more: str) -> None:
    """An article is written and the feeds are brought up to it."""
    scene.time.pass_(seconds=1)
    scene.write(name, **more)
    ingest(scene.room)
    refresh_feeds(scene.room)


async def push(scene: Scene) -> int:
    """Do the pushing that was submitted, as the engine would; how many works there were."""
    works = list(dict.fromkeys(work for work in scene.taken() if work.kind is WorkKind.PUSH))
    for work in works:
        await perform(scene.room, work)
    return len(works)


def ask(scene: Scene, callback: str, kind: Ask = Ask.SUBSCRIBE, **more: Any) -> HubAnswer:
    values: dict[str, Any] = {"topic": TOPIC, "secret": SECRET, "network": "n", **more}
    assert scene.room.push is not None
    return ask_hub(
        scene.room.database,
        HubAsk(ask=kind, callback=parse_web_address(callback), **values),
        settings=scene.room.push.settings,
        limits=HubLimits(),
        submit=scene.dispatcher.submit,
        now=scene.time(),
    )


async def follow(scene: Scene, reader: Program, path: str = "/cb", **more: Any) -> None:
    assert ask(scene, reader.url(path), **more) is HubAnswer.TAKEN
    await push(scene)


def followers(scene: Scene) -> int:
    with scene.room.database.read() as tx:
        return count_followers(tx)


def requests(scene: Scene) -> int:
    with scene.room.database.read() as tx:
        return count_requests(tx)


async def test_a_change_is_sent_whole_signed_and_named_to_a_follower_who_confirmed(
    scene: Scene, reader: Program
) -> None:
    """Checklist 43 G: the hub verifies intent and signs with sha256."""
    await follow(scene, reader, "/cb?id=7", lease_seconds=86400)
    assert reader.asked == [
        {
            "id": "7",
            "hub.mode": "subscribe",
            "hub.topic": TOPIC_URL,
            "hub.challenge": "c" * 43,
            "hub.lease_seconds": "86400",
        }
    ]
    assert (followers(scene), reader.sent) == (1, [])
    publish(scene, "a")
    await push(scene)
    document = (scene.room.feeds_folder / TOPIC).read_bytes()
    assert reader.sent == [document]
    assert b"One paragraph about Title" in document
    assert reader.paths[-1] == "POST /cb?id=7"
    assert reader.header("Content-Type") == "application/feed+json; charset=utf-8"
    assert reader.header("Link") == f'<{HUB_URL}>; rel="hub", <{TOPIC_URL}>; rel="self"'
    assert is_signed(document, reader.header("X-Hub-Signature"))
    assert not is_signed(document + b" ", reader.header("X-Hub-Signature"))


async def test_without_a_secret_nothing_is_signed(scene: Scene, reader: Program) -> None:
    await follow(scene, reader, secret=None)
    publish(scene, "a")
    await push(scene)
    assert len(reader.sent) == 1
    assert reader.header("X-Hub-Signature") is None


async def test_each_change_is_sent_once_and_an_unchanged_feed_never(scene: Scene, reader: Program) -> None:
    """Checklist 43 G: once per change."""
    await follow(scene, reader)
    for name in ("a", "b"):
        publish(scene, name)
        await push(scene)
        refresh_feeds(scene.room)
        announce_feeds(scene.room)
        submit_outstanding(scene.room)
        assert await push(scene) == 0
    assert len(reader.sent) == 2


@pytest.mark.parametrize("echoes", [False, None], ids=["wrong-challenge", "not-found"])
async def test_a_callback_that_does_not_confirm_is_never_sent_anything(
    scene: Scene, reader: Program, echoes: bool | None
) -> None:
    """Checklist 43 G: verification of intent."""
    reader.echoes = echoes
    await follow(scene, reader)
    publish(scene, "a")
    await push(scene)
    assert (len(reader.asked), reader.sent, followers(scene), requests(scene)) == (1, [], 0, 0)


async def test_an_end_is_asked_about_too_so_that_nobody_ends_it_for_others(
    scene: Scene, reader: Program
) -> None:
    """Checklist 43 G: abuse."""
    await follow(scene, reader)
    reader.echoes = None
    await follow(scene, reader, kind=Ask.UNSUBSCRIBE)
    assert reader.asked[-1]["hub.mode"] == "unsubscribe"
    assert "hub.lease_seconds" not in reader.asked[-1]
    assert followers(scene) == 1
    reader.echoes = True
    await follow(scene, reader, kind=Ask.UNSUBSCRIBE)
    assert followers(scene) == 0
    publish(scene, "a")
    await push(scene)
    assert reader.sent == []


async def test_an_end_of_what_never_began_asks_nobody(scene: Scene, reader: Program) -> None:
    assert ask(scene, reader.url(), Ask.UNSUBSCRIBE) is HubAnswer.TAKEN
    assert await push(scene) == 0
    assert reader.server.connections == 0


async def test_410_from_a_follower_ends_it(scene: Scene, reader: Program) -> None:
    await follow(scene, reader)
    reader.says = "410 Gone"
    publish(scene, "a")
    await push(scene)
    assert followers(scene) == 0


@pytest.mark.parametrize("says", ["500 Oops", "404 Not Found", "302 Found", "429 Too Many"])
async def test_a_follower_that_refuses_is_tried_again_with_what_the_feed_is_then(
    scene: Scene, reader: Program, says: str
) -> None:
    """Checklist 43 G: retries with back-off."""
    await follow(scene, reader)
    reader.says = says
    publish(scene, "a")
    await push(scene)
    publish(scene, "b")
    assert await push(scene) == 0, "not before its time, however much there is to tell"
    reader.says = "200 OK"
    scene.time.pass_(seconds=31)
    submit_outstanding(scene.room)
    await push(scene)
    assert reader.sent[1:] == [(scene.room.feeds_folder / TOPIC).read_bytes()]
    assert followers(scene) == 1


async def test_a_dead_follower_is_given_up_after_a_day_and_told_the_next_change(
    scene: Scene, reader: Program
) -> None:
    await follow(scene, reader)
    reader.says = "500 Oops"
    publish(scene, "a")
    await push(scene)
    for _ in range(30):
        scene.time.pass_(hours=1)
        submit_outstanding(scene.room)
        await push(scene)
    tried = len(reader.sent)
    assert 8 < tried < 30
    reader.says = "200 OK"
    publish(scene, "b")
    await push(scene)
    assert len(reader.sent) == tried + 1


async def test_a_crash_after_claiming_costs_a_wait_and_nothing_else(scene: Scene, reader: Program) -> None:
    """Checklist 43 G: crash-safe, harmless if doubled. A worker that dies here has claimed and told nobody."""
    await follow(scene, reader)
    publish(scene, "a")
    works = scene.taken()
    scene.stopping.append(True)
    for work in works:
        await perform(scene.room, work)
    scene.stopping.clear()
    submit_outstanding(scene.room)
    await push(scene)
    assert len(reader.sent) == 1
    for work in works:
        await perform(scene.room, work)
    assert len(reader.sent) == 1, "a doubled work tells nothing twice"


async def test_a_crash_between_the_files_and_the_outbox_is_found_by_the_next_look(
    scene: Scene, reader: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checklist 34 and 43: the files are there, and nobody was told."""

    def crash(_room: object) -> None:
        raise KeyboardInterrupt

    await follow(scene, reader)
    with monkeypatch.context() as broken:
        broken.setattr("publisher.jobs.refresh_feeds.announce_feeds", crash)
        with pytest.raises(KeyboardInterrupt):
            publish(scene, "a")
    scene.taken()
    submit_outstanding(scene.room)
    assert await push(scene) == 0
    announce_feeds(scene.room)
    announce_feeds(scene.room)
    await push(scene)
    assert reader.sent == [(scene.room.feeds_folder / TOPIC).read_bytes()]


async def test_a_feed_that_is_no_more_is_denied_to_its_followers(tmp_path: Path, reader: Program) -> None:
    """Checklist 43 G: denial (WebSub section 5.2)."""
    async with pushing(tmp_path) as scene:
        asked = FeedSpec(slug="oil", title="Oil", selection=Selection(sections=("Oil",)))
        refresh_feeds(replace(scene.room, feed_specs=(asked,)))
        scene.taken()
        await follow(scene, reader, topic="oil.json")
        assert followers(scene) == 1
        refresh_feeds(scene.room)
        await push(scene)
        assert reader.asked[-1] == {
            "hub.mode": "denied",
            "hub.topic": "https://mail.news.example/feeds/oil.json",
            "hub.reason": "this feed is published no more",
        }
        assert (followers(scene), requests(scene)) == (0, 0)


@pytest.mark.parametrize("missing", ["folder", ".manifest.json", TOPIC])
async def test_what_is_missing_in_the_feeds_folder_ends_no_follower(
    scene: Scene, reader: Program, missing: str
) -> None:
    """Checklist 43 G: denial, of feeds alone that have ended. The sweep looks while the files are being written again,
    as they are when somebody has emptied the folder of a running Nashra.
    """
    await follow(scene, reader)
    publish(scene, "a")
    await push(scene)
    if missing == "folder":
        shutil.rmtree(scene.room.feeds_folder)
    else:
        (scene.room.feeds_folder / missing).unlink()
    assert announce_feeds(scene.room) is None
    assert (await push(scene), followers(scene), requests(scene)) == (0, 1, 0)
    assert ask(scene, reader.url("/2")) is HubAnswer.TAKEN, "it is a topic all the while"
    scene.taken()
    refresh_feeds(scene.room, extent=Extent.DAMAGED)
    publish(scene, "b")
    await push(scene)
    assert reader.sent[-1] == (scene.room.feeds_folder / TOPIC).read_bytes()
    assert b"One paragraph about Title" in reader.sent[-1]
    assert "denied" not in [asked["hub.mode"] for asked in reader.asked]


async def test_a_feed_that_has_ended_is_not_announced_by_the_files_it_leaves(
    scene: Scene, reader: Program
) -> None:
    """The rows end before the files: the sweep may look between the two."""
    asked = FeedSpec(slug="oil", title="Oil", selection=Selection())
    refresh_feeds(replace(scene.room, feed_specs=(asked,)))
    scene.taken()
    await follow(scene, reader, topic="oil.json")
    with scene.room.database.write() as tx:
        end_slices(tx, {"oil"})
    assert announce_feeds(scene.room) == Announced(changed=(), gone=("oil.atom", "oil.json", "oil.rss"))
    assert announce_feeds(scene.room) is None
    assert ask(scene, reader.url(), topic="oil.json") is HubAnswer.UNKNOWN
    await push(scene)
    assert [asked["hub.mode"] for asked in reader.asked] == ["subscribe", "denied"]


async def test_what_became_impossible_before_it_was_confirmed_is_denied(
    tmp_path: Path, reader: Program
) -> None:
    """Checklist 43 G: denial. Two ask for the last place; the hub fills up while the second is being asked."""
    async with pushing(tmp_path, max_followers=2) as scene:
        refresh_feeds(scene.room)
        scene.taken()
        await follow(scene, reader, "/1")
        for path in ("/2", "/3"):
            assert ask(scene, reader.url(path)) is HubAnswer.TAKEN
        await push(scene)
        assert followers(scene) == 2
        denied = [asked for asked in reader.asked if asked["hub.mode"] == "denied"]
        assert [asked["hub.reason"] for asked in denied] == [NO_ROOM]
        assert ask(scene, reader.url("/4")) is HubAnswer.FULL
        assert ask(scene, reader.url("/1")) is HubAnswer.TAKEN, "who follows may go on"
        await push(scene)
        assert (followers(scene), requests(scene)) == (2, 0)


async def test_a_feed_that_ended_before_it_was_confirmed_is_denied(scene: Scene, reader: Program) -> None:
    asked = FeedSpec(slug="oil", title="Oil", selection=Selection())
    refresh_feeds(replace(scene.room, feed_specs=(asked,)))
    assert ask(scene, reader.url(), topic="oil.rss") is HubAnswer.TAKEN
    refresh_feeds(scene.room)
    await push(scene)
    assert [(asked["hub.mode"], asked.get("hub.reason")) for asked in reader.asked] == [
        ("subscribe", None),
        ("denied", NO_FEED),
    ]
    assert (followers(scene), requests(scene)) == (0, 0)


async def test_a_callback_in_our_own_network_is_never_reached(scene: Scene) -> None:
    """Checklist 43 G: SSRF-safe. The hub's answer does not tell it from any other."""
    async with canary() as bird:
        for host in ("127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"):
            assert ask(scene, f"http://{host}:{bird.port}/") is HubAnswer.TAKEN
            await push(scene)
        assert (bird.connections, followers(scene), requests(scene)) == (0, 0, 0)


async def test_a_callback_is_asked_later_where_too_many_names_are_looked_up(
    scene: Scene, reader: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checklist 43 G: retries with back-off. Nobody was asked, so there is no word yet."""
    push_ = scene.room.push
    assert push_ is not None
    busy = Failure(fault=Fault.BUSY, detail="too many")

    async def refuse(_request: Request) -> Failure:
        return busy

    with monkeypatch.context() as full:
        full.setattr(push_.to_followers, "fetch", refuse)
        await follow(scene, reader)
    assert (requests(scene), followers(scene)) == (1, 0)
    assert await push(scene) == 0
    scene.time.pass_(minutes=2)
    submit_outstanding(scene.room)
    await push(scene)
    assert (requests(scene), followers(scene)) == (0, 1)


async def test_what_opens_our_own_network_to_hubs_opens_it_to_no_callback(
    tmp_path: Path, reader: Program
) -> None:
    """Checklist 43 G: SSRF-safe. Hub and callback are at the same place of the operator's own network."""
    text = (
        SETTINGS + f'[push]\nown_hub = true\nhubs = ["{reader.url("/hub")}"]\nown_networks = ["{SERVER}"]\n'
    )
    (tmp_path / "nashra.toml").write_text(text, encoding="utf-8")
    folder = DataFolder(tmp_path / "data", lock=True)
    with open_house(
        load_settings(tmp_path / "nashra.toml", {}), folder=folder, dispatcher=RowsOnly()
    ) as house:
        push_ = house.room.push
        assert push_ is not None
        asked = Request(address=parse_web_address(reader.url("/cb")), method="POST", body=b"")
        refused = await push_.to_followers.fetch(asked)
        assert isinstance(refused, Failure)
        assert (refused.fault, reader.server.connections) == (Fault.DENIED, 0)
        assert isinstance(await push_.to_hubs.fetch(asked), Answer)
        await push_.close()


def test_a_hub_of_the_settings_may_have_a_port_of_its_own() -> None:
    """She who runs Nashra named it; a callback at such a port is refused as ever."""
    hub = build_hub_guard(PushSettings(hubs=("https://hub.example:8443/",)), ())
    public = ip_address("93.184.215.14")
    assert hub.may_connect(public, 8443)
    assert hub.may_connect(public, 443)
    assert not hub.may_connect(public, 8080)
    assert not hub.may_connect(ip_address("10.0.0.1"), 8443)
    assert not FOR_STRANGERS.may_connect(public, 8443)


async def test_a_callback_that_is_not_there_is_asked_for_half_an_hour(scene: Scene, reader: Program) -> None:
    gone = reader.url()
    port = gone.rsplit(":", 1)[1].split("/")[0]
    assert ask(scene, gone.replace(port, "9")) is HubAnswer.TAKEN
    for _ in range(40):
        await push(scene)
        scene.time.pass_(minutes=1)
        submit_outstanding(scene.room)
    assert requests(scene) == 0
    assert followers(scene) == 0


async def test_a_slow_follower_keeps_no_other_waiting(scene: Scene, reader: Program) -> None:
    async with program() as slow:
        await follow(scene, slow, "/slow")
        await follow(scene, reader)
        slow.stalls = True
        publish(scene, "a")
        works = [work for work in scene.taken() if work.kind is WorkKind.PUSH]
        assert {work.key for work in works} == {slow.host, reader.host}
        await perform(scene.room, Work(WorkKind.PUSH, reader.host))
        assert len(reader.sent) == 1
        await perform(scene.room, Work(WorkKind.PUSH, slow.host))
        submit_outstanding(scene.room)
        assert await push(scene) == 0, "left alone for a minute"


async def test_hubs_of_others_are_pinged_once_for_each_changed_feed(tmp_path: Path) -> None:
    """Checklist 43 G: ping once per change; a dead hub slows nothing."""
    async with program() as hub, pushing(tmp_path, own_hub=False, hubs=(hub.url("/hub"),)) as scene:
        refresh_feeds(scene.room)
        await push(scene)
        count = len(hub.sent)
        assert count == len(set(hub.sent)), "each topic once"
        assert b"hub.mode=publish&hub.url=https%3A%2F%2Fmail.news.example%2Ffeeds%2Findex.atom" in hub.sent
        refresh_feeds(scene.room)
        assert await push(scene) == 0
        hub.says = "503 Busy"
        publish(scene, "a", language="en")
        await push(scene)
        assert len(hub.sent) > count
        with scene.room.database.read() as tx:
            (state,) = load_hub_states(tx)
        assert (state.hub, state.status) == (hub.url("/hub"), "HTTP 503")
        assert state.owed > 0
        hub.says = "202 Accepted"
        scene.time.pass_(minutes=2)
        submit_outstanding(scene.room)
        await push(scene)
        with scene.room.database.read() as tx:
            (state,) = load_hub_states(tx)
        assert (state.owed, state.status) == (0, "HTTP 202")


async def test_a_dead_hub_slows_no_publication(tmp_path: Path) -> None:
    """Checklist 43 G: a dead hub slows nothing: publishing writes rows and talks to nobody."""
    async with pushing(tmp_path, own_hub=False, hubs=("http://127.0.0.2:9/",)) as scene:
        publish(scene, "a")
        assert [work.kind for work in scene.taken()].count(WorkKind.PUSH) == 1
        publish(scene, "b")
        assert b"/b" in (scene.room.feeds_folder / TOPIC).read_bytes()
        for _ in range(3):
            await push(scene)
            scene.time.pass_(minutes=5)
            submit_outstanding(scene.room)
        with scene.room.database.read() as tx:
            (state,) = load_hub_states(tx)
        assert state.status is not None
        assert state.status.startswith("unreachable")
        assert state.told_at is None


async def test_with_push_off_nothing_is_written_and_nobody_is_told(tmp_path: Path) -> None:
    async with pushing(tmp_path) as scene:
        silent = replace(scene.room, push=None)
        assert announce_feeds(silent) is None
        refresh_feeds(silent)
        submit_outstanding(silent)
        await perform(silent, Work(WorkKind.PUSH, "https://hub.example"))
        assert [work for work in scene.taken() if work.kind is WorkKind.PUSH] == []


async def test_a_topic_that_is_not_ours_is_unknown(scene: Scene, reader: Program) -> None:
    for topic in ("nothing.rss", "../nashra.db", "index.rss.gz", ".manifest.json", ""):
        assert ask(scene, reader.url(), topic=topic) is HubAnswer.UNKNOWN
    assert await push(scene) == 0


async def test_a_replayed_request_asks_the_callback_and_changes_nothing_without_its_word(
    scene: Scene, reader: Program
) -> None:
    """Checklist 43 G: replay. Somebody repeats an old request with a secret of her own."""
    await follow(scene, reader)
    reader.echoes = None
    await follow(scene, reader, secret="the attacker's")
    publish(scene, "a")
    await push(scene)
    assert is_signed(reader.sent[0], reader.header("X-Hub-Signature"))


async def test_a_host_has_one_at_work_and_who_comes_meanwhile_makes_it_go_round_once_more() -> None:
    turns, rounds = HostTurns(), []

    async def work() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            await turns.take("a", work)
            await turns.take("a", work)

    await turns.take("a", work)
    assert len(rounds) == 2
    await turns.take("a", work)
    assert len(rounds) == 3


async def test_no_secret_and_no_callback_is_logged(
    scene: Scene, reader: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="publisher")
    await follow(scene, reader, "/cb?token=opensesame")
    reader.says = "500 Oops"
    publish(scene, "a")
    await push(scene)
    said = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("publisher"))
    assert "push.share_failed" in said
    assert SECRET not in said
    assert "opensesame" not in said


async def test_a_lease_that_has_ended_is_swept(scene: Scene, reader: Program) -> None:
    """Checklist 43 G: lease."""
    await follow(scene, reader, lease_seconds=3600)
    scene.time.pass_(hours=1)
    submit_outstanding(scene.room)
    assert followers(scene) == 0
    assert timedelta(hours=1) <= timedelta(seconds=int(reader.asked[0]["hub.lease_seconds"]))


async def test_feeds_name_every_hub_and_themselves_once(tmp_path: Path) -> None:
    """Checklist 43 G: hub and exactly one self, in RSS, Atom and JSON Feed."""
    other = "https://hub.example/"
    async with pushing(tmp_path, hubs=(other,)) as scene:
        refresh_feeds(scene.room)
        for ending in (".rss", ".atom"):
            root = etree.fromstring((scene.room.feeds_folder / f"index{ending}").read_bytes())
            links = [
                (link.get("rel"), link.get("href")) for link in root.iter("{http://www.w3.org/2005/Atom}link")
            ]
            assert [href for rel, href in links if rel == "hub"] == [HUB_URL, other]
            assert [href for rel, href in links if rel == "self"] == [
                f"https://mail.news.example/feeds/index{ending}"
            ]
        document = json.loads((scene.room.feeds_folder / TOPIC).read_bytes())
        assert document["hubs"] == [{"type": "WebSub", "url": HUB_URL}, {"type": "WebSub", "url": other}]
        assert document["feed_url"] == TOPIC_URL
