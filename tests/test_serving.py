"""A running Nashra in this process: what it begins with, what it looks after, how it ends."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from publisher import serving
from publisher.jobs.ingest import ingest
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.refresh_feeds import refresh_feeds, submit_feeds
from publisher.mail.mailbox import Mailbox
from publisher.model.errors import NashraError
from publisher.model.work import Work, WorkKind
from publisher.page_server import build_address
from publisher.serving import Plan, Service, running
from publisher.settings import Settings, load_settings
from publisher.store.articles import load_live_articles
from publisher.wiring.folder import DataFolder, FolderInUseError
from tests.jobs.rooms import Scene, open_scene
from tests.store.rows import readers

pytestmark = pytest.mark.anyio

TEXT = """
[site]
title = "الجبال"
home = "https://news.example"
[[source]]
kind = "folder"
path = "articles"
slug = "desk"
[[newsletter]]
slug = "daily"
title = "نشرة المساء"
schedule = "every 1 minutes"
max_age_hours = 0
[mail]
host = "127.0.0.1"
tls = "none"
lanes = 2
[web]
base_url = "http://127.0.0.1:8000"
bind = "127.0.0.1:0"
"""
ARTICLE = "---\ntitle: {title}\ndate: 2026-11-20T09:00:00+03:00\nlanguage: en\n---\n\nAn invented sample.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """The settings of a newsroom with one article, with whatever the environment says over them."""
    (tmp_path / "nashra.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text(ARTICLE.format(title="Alpha"))
    return lambda **environ: load_settings(tmp_path / "nashra.toml", environ)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data", lock=True)


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    """The relay, not started yet."""
    mailbox = Mailbox(tmp_path / "mailbox")
    yield mailbox
    await mailbox.close()


def titles(room: Newsroom) -> set[str]:
    with room.database.read() as tx:
        return {article.parsed.title for article in load_live_articles(tx)}


async def until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.02)


async def test_pages_and_feeds_answer_before_the_clock_rings(
    settings: Callable[..., Settings], folder: DataFolder
) -> None:
    seen: list[object] = []

    async def look(service: Service) -> None:
        async with httpx2.AsyncClient(base_url=service.address) as client:
            seen.append((await client.get("/")).status_code)
            seen.append([item["title"] for item in (await client.get("/feeds/index.json")).json()["items"]])

    async with running(settings(), folder, Plan(before_clock=look)) as service:
        assert service.address.startswith("http://127.0.0.1:")
        assert not service.address.endswith(":0")
    assert seen == [200, ["Alpha"]]


async def test_a_slot_that_comes_due_is_mailed_and_a_new_article_is_found(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path, mailbox: Mailbox
) -> None:
    port = str(await mailbox.start())

    async def subscribe(service: Service) -> None:
        room = service.house.room
        with room.database.write() as tx:
            readers(tx, room.newsletter_ids["daily"], 2)

    plan = Plan(
        begun_at=datetime.now().astimezone() - timedelta(minutes=2),
        sweep_every=timedelta(seconds=0.1),
        before_clock=subscribe,
    )
    async with running(settings(NASHRA_MAIL__PORT=port), folder, plan) as service:
        room = service.house.room
        await until(lambda: mailbox.count() == 2)
        (tmp_path / "articles" / "b.md").write_text(ARTICLE.format(title="Beta"))
        await until(lambda: titles(room) == {"Alpha", "Beta"})
        await until(lambda: b"Beta" in (folder.feeds / "index.json").read_bytes())


@pytest.mark.parametrize("broken", ["ingest", "mend_feeds"])
async def test_a_first_reading_or_publication_that_fails_keeps_nobody_from_the_pages(
    settings: Callable[..., Settings],
    folder: DataFolder,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(room: Newsroom) -> None:
        raise OSError("the disk is away")

    seen: list[int] = []

    async def look(service: Service) -> None:
        async with httpx2.AsyncClient(base_url=service.address) as client:
            seen.append((await client.get("/")).status_code)

    monkeypatch.setattr(serving, broken, fail)
    async with running(settings(), folder, Plan(before_clock=look)):
        pass
    assert seen == [200]
    assert "serving goes on" in caplog.text


async def test_what_an_earlier_process_left_must_be_settled(
    settings: Callable[..., Settings], folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(room: Newsroom) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(serving, "recover", fail)
    with pytest.raises(OSError, match="away"):
        async with running(settings(), folder, Plan()):
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks_to_end_and_a_second_one_ends_at_once(
    settings: Callable[..., Settings],
    folder: DataFolder,
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    async with running(settings(), folder, Plan()) as service:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            await service.ending.wait()
        assert left == []
        os.kill(os.getpid(), number)
        await until(lambda: left == [1])


async def test_a_beginning_that_fails_ends_everything_it_began(
    settings: Callable[..., Settings], folder: DataFolder
) -> None:
    async def fail(service: Service) -> None:
        raise NashraError("no")

    before = asyncio.all_tasks()
    with pytest.raises(NashraError, match="no"):
        async with running(settings(), folder, Plan(before_clock=fail)):
            pass
    assert asyncio.all_tasks() == before
    folder.close()
    DataFolder(folder.path, lock=True).close()


async def test_a_held_folder_and_a_taken_port_are_refused(
    settings: Callable[..., Settings], folder: DataFolder
) -> None:
    with pytest.raises(FolderInUseError):
        DataFolder(folder.path, lock=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NashraError, match="Address already in use"):
            async with running(settings(NASHRA_WEB__BIND=bind), folder, Plan()):
                pass
    assert not folder.database.exists(), "nothing is made for a start that cannot be"


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert build_address("::1", 8000) == "http://[::1]:8000"
    assert build_address("127.0.0.1", 8000) == "http://127.0.0.1:8000"


class Reading:
    """Counts how often the sources are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
        self.count = 0
        self.fails = False
        self._sources = serving._Sources()
        self._room = scene.room
        monkeypatch.setattr(serving, "ingest", self._ingest)

    def _ingest(self, room: Newsroom) -> None:
        assert room is self._room
        self.count += 1
        if self.fails:
            raise OSError("the disk is away")

    def look(self) -> int:
        """Look for changes; how often the sources were read so far."""
        self._sources.read_changes(self._room)
        return self.count


async def test_sources_are_read_when_a_file_changed_or_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_scene(tmp_path) as scene:
        reading = Reading(monkeypatch, scene)
        assert [reading.look(), reading.look()] == [1, 1]
        scene.write("a")
        assert [reading.look(), reading.look()] == [2, 2]
        scene.time.pass_(minutes=9)
        assert reading.look() == 2
        scene.time.pass_(minutes=1)
        assert [reading.look(), reading.look()] == [3, 3], "a date that was in the future may have come"


async def test_a_reading_that_failed_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_scene(tmp_path) as scene:
        reading = Reading(monkeypatch, scene)
        reading.fails = True
        with pytest.raises(OSError, match="away"):
            reading.look()
        reading.fails = False
        assert [reading.look(), reading.look()] == [2, 2]


async def test_an_article_dated_ahead_reaches_the_feeds_when_its_date_comes(tmp_path: Path) -> None:
    """No file changes then; the sweep asks for the feeds once, and not again."""
    with open_scene(tmp_path) as scene:
        scene.write("ahead", date="2025-11-01T17:03:00+03:00")
        ingest(scene.room)
        scene.taken()

        def look(**later: float) -> list[Work]:
            scene.time.pass_(**later)
            submit_feeds(scene.room)
            return scene.taken()

        refresh_feeds(scene.room)
        assert [look(), look(minutes=2), look(seconds=59)] == [[], [], []]
        assert look(seconds=30) == [Work(WorkKind.PUBLISH_FEEDS)]
        refresh_feeds(scene.room)
        assert look(seconds=30) == []
