"""`nashra serve`: a newsroom in earnest: pages, feeds, schedule and sending in one process."""

import asyncio
import logging

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, SettingsOption
from publisher.cli.output import say
from publisher.serving import Plan, running
from publisher.settings import Settings
from publisher.wiring.folder import DataFolder
from publisher.wiring.logs import start_logging


def serve(*, settings: SettingsOption = SETTINGS) -> None:
    """Serve pages and feeds, read the sources, keep the schedule and send. Ctrl-C or SIGTERM ends it cleanly."""
    loaded = load(settings)
    start_logging(logging.INFO)
    with DataFolder(loaded.data, lock=True) as folder:
        asyncio.run(_serve(loaded, folder))


async def _serve(settings: Settings, folder: DataFolder) -> None:
    async with running(settings, folder, Plan()) as service:
        say(f"pages {service.address}/   feeds {service.address}/feeds   (Ctrl-C ends)")
        await service.ending.wait()
        say("ending: messages in hand are finished first")
