"""A scene for each test; the relay is the demonstration mailbox on a free port of loopback."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from publisher.mail.mailbox import Mailbox
from tests.jobs.rooms import Scene, open_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A newsroom whose relay nobody answers."""
    with open_scene(tmp_path) as scene:
        yield scene


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    """A mailbox that takes mail."""
    mailbox = Mailbox(tmp_path / "mailbox")
    await mailbox.start()
    yield mailbox
    await mailbox.close()


@pytest.fixture
async def mailing(tmp_path: Path, mailbox: Mailbox) -> AsyncIterator[Scene]:
    """A newsroom whose relay is the mailbox."""
    with open_scene(tmp_path, port=mailbox.port) as scene:
        yield scene
        await scene.room.relay.close()
