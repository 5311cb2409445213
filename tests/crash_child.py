"""A Nashra to be killed: `python -m tests.crash_child SETTINGS`. Its relay is whatever NASHRA_MAIL__PORT names."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from publisher.serving import Plan, running
from publisher.settings import load_settings
from publisher.wiring.folder import DataFolder
from publisher.wiring.loop import run


async def main(file: Path) -> None:
    """Run until asked to end."""
    settings = load_settings(file, os.environ)
    with DataFolder(settings.data, lock=True) as folder:
        async with running(settings, folder, Plan(sweep_every=timedelta(seconds=1))) as service:
            await service.ending.wait()


if __name__ == "__main__":
    run(main(Path(sys.argv[1])))
