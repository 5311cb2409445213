"""`nashra serve`: a newsroom in earnest: pages, feeds, schedule and sending in one process."""

import asyncio
import logging
import sys

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, SettingsOption
from publisher.cli.output import say
from publisher.jobs.examine import Health, examine_relay
from publisher.mail.relay_settings import RelaySettings
from publisher.serving import Plan, running
from publisher.settings import Settings
from publisher.wiring.folder import DataFolder
from publisher.wiring.logs import start_logging
from publisher.wiring.loop import run

log = logging.getLogger(__name__)


def serve(*, settings: SettingsOption = SETTINGS) -> None:
    """Serve pages and feeds, read the sources, keep the schedule and send. Ctrl-C or SIGTERM ends it cleanly.

    Writes its log to stderr, one JSON object a line. A second one on the same data folder is refused.
    """
    loaded = load(settings)
    start_logging(logging.INFO)
    with DataFolder(loaded.data, lock=True) as folder:
        run(_serve(loaded, folder))


async def _serve(settings: Settings, folder: DataFolder) -> None:
    async with running(settings, folder, Plan()) as service:
        _announce(f"pages {service.address}/   feeds {service.address}/feeds   (Ctrl-C ends)")
        looking = asyncio.create_task(_look_for_relay(settings.mail))
        await service.ending.wait()
        looking.cancel()
        _announce("ending: messages in hand are finished first")


async def _look_for_relay(relay: RelaySettings) -> None:
    """Say so in the log where no mail can be handed over now: it waits, and the operator should know before readers."""
    found = await examine_relay(relay)
    if found.health is Health.BAD:
        log.warning("%s: mail waits until it answers", found.subject, extra={"error": found.seen})


def _announce(text: str) -> None:
    """Talk to a person at a terminal; elsewhere a line of the log, so that whoever collects it finds only such."""
    if sys.stderr.isatty():
        say(text)
    else:
        log.info(text)
