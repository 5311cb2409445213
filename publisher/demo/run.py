"""The demonstration: the main job on one machine, from sample articles to mails in a mailbox.

Promise: a second start continues where the first stopped. The readers are subscribed once, nothing is sent twice; a
second one on the same folder while the first runs is refused.
"""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import publisher
from publisher.demo.readers import SAMPLE_READERS, SampleReader, subscribe_readers
from publisher.demo.summary import Summary, load_summary
from publisher.jobs.newsroom import Newsroom
from publisher.mail.address import parse_address
from publisher.mail.mailbox import Mailbox
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionStatus
from publisher.serving import Plan, Service, running
from publisher.settings import Settings, load_settings
from publisher.store.audience import load_statuses
from publisher.store.issues import load_issues
from publisher.wiring import bundled
from publisher.wiring.folder import DataFolder

_HEAD_START = timedelta(minutes=1)
"""The newsletters begin one beat ago, so that the first slot is due at once."""

_OPEN = (IssueState.DUE, IssueState.COMPOSING, IssueState.DRAFT, IssueState.APPROVED, IssueState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What to run: in which folder, on which port (the settings' own where None), and whether to end after the first
    issue went out. `watch` is called with the running service about twice a second; `told` when the pages answer.
    """

    folder: Path
    port: int | None = None
    once: bool = False
    told: Callable[[str], None] = field(default=lambda _: None)
    watch: Callable[[Service], None] = field(default=lambda _: None)


async def run_demonstration(demo: Demonstration) -> Summary:
    """Run until the first issue went out (`once`) or until asked to end; returns what was done."""
    with DataFolder(demo.folder, lock=True) as folder:
        _prepare(folder)
        mailbox = Mailbox(folder.mailbox)
        mail_port = await mailbox.start()
        try:
            settings = load_settings(demo.folder / "nashra.toml", _environment(demo, mail_port))
            return await _run(demo, folder, settings, mailbox)
        finally:
            await mailbox.close()


async def _run(demo: Demonstration, folder: DataFolder, settings: Settings, mailbox: Mailbox) -> Summary:
    async def before_clock(service: Service) -> None:
        demo.told(service.address)
        room = service.house.room
        newsletter = room.newsletters[0].slug
        missing = await asyncio.to_thread(_missing_readers, room, newsletter)
        await asyncio.to_thread(
            subscribe_readers, service.address, mailbox, newsletter=newsletter, readers=missing
        )

    plan = Plan(
        mailbox=mailbox,
        begun_at=datetime.now(UTC) - _HEAD_START,
        sweep_every=timedelta(seconds=5),
        before_clock=before_clock,
    )
    async with running(settings, folder, plan) as service:
        while not service.ending.is_set():
            demo.watch(service)
            if demo.once and await asyncio.to_thread(_is_over, service.house.room):
                break
            await _pause(service.ending)
        return await asyncio.to_thread(load_summary, service.house.room, folder.mailbox)


async def _pause(ending: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(0.4):
            await ending.wait()
    except TimeoutError:
        return


def _prepare(folder: DataFolder) -> None:
    """Put settings and sample articles into a new folder; what is there stays as its owner left it."""
    settings = folder.path / "nashra.toml"
    if not settings.exists():
        shutil.copyfile(Path(publisher.__file__).parent / "demo" / "nashra.toml", settings)
    articles = folder.path / "articles"
    if not articles.exists():
        shutil.copytree(bundled("seeds"), articles)


def _environment(demo: Demonstration, mail_port: int) -> dict[str, str]:
    """The process's environment with what only a running demonstration knows."""
    known = {**os.environ, "NASHRA_MAIL__PORT": str(mail_port)}
    if demo.port is not None:
        known["NASHRA_WEB__BIND"] = f"127.0.0.1:{demo.port}"
        known["NASHRA_WEB__BASE_URL"] = f"http://127.0.0.1:{demo.port}"
    return known


def _missing_readers(room: Newsroom, newsletter: str) -> tuple[SampleReader, ...]:
    """The sample readers who never got through the opt-in; one who left since is left alone."""
    with room.database.read() as tx:
        found = {
            reader: load_statuses(tx, parse_address(reader.address)).get(newsletter)
            for reader in SAMPLE_READERS
        }
    return tuple(reader for reader, status in found.items() if status in (None, SubscriptionStatus.PENDING))


def _is_over(room: Newsroom) -> bool:
    """Whether an issue went out and nothing of any issue is left to do."""
    with room.database.read() as tx:
        states = {issue.state for issue in load_issues(tx)}
    return IssueState.SENT in states and states.isdisjoint(_OPEN)
