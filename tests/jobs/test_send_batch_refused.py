"""A database that refuses for a while (full, read-only, locked) costs time, never a batch."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from publisher.jobs import send_batch as sending
from publisher.jobs.send_batch import send_batch
from publisher.mail.mailbox import Mailbox
from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.store import deliveries
from tests.jobs.issues import counts, frozen, issue_of
from tests.jobs.rooms import Scene, open_scene

pytestmark = pytest.mark.anyio


def refusing(real: Callable[..., Any], times: int, refused: list[str]) -> Callable[..., Any]:
    """The function, after it has failed so often as a full disk makes it fail."""

    def call(*arguments: Any, **more: Any) -> Any:
        if len(refused) < times:
            refused.append("refused")
            raise OperationalError("UPDATE batch", {}, Exception("database or disk is full"))
        return real(*arguments, **more)

    return call


async def test_batch_is_given_back_once_the_database_writes_again(
    mailing: Scene, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left leased, it would lie idle until the lease ends: a quarter of an hour for nothing."""
    refused: list[str] = []
    monkeypatch.setattr(sending, "_PAUSE", timedelta())
    monkeypatch.setattr(sending, "close_batch", refusing(deliveries.close_batch, 3, refused))
    issue_id = frozen(mailing, readers=2)
    await send_batch(mailing.room, issue_id, 0)
    assert len(refused) == 3
    assert issue_of(mailing, issue_id).state is IssueState.SENT
    assert mailbox.count() == 2


async def test_asked_to_end_it_does_not_wait_for_the_database(
    mailing: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start ends every lease anyway."""
    refused: list[str] = []
    monkeypatch.setattr(sending, "close_batch", refusing(deliveries.close_batch, 99, refused))
    issue_id = frozen(mailing, readers=2)
    mailing.stopping.append(True)
    with pytest.raises(OperationalError):
        await send_batch(mailing.room, issue_id, 0)
    assert len(refused) == 1


async def test_refused_renewal_is_tried_again_and_ends_nothing(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease holds meanwhile, and the next renewal keeps it: nobody takes a batch that is being sent."""
    refused: list[str] = []
    renewed = asyncio.Event()
    real = deliveries.renew_lease

    def renew(*arguments: Any, **more: Any) -> bool:
        loop.call_soon_threadsafe(renewed.set)
        return real(*arguments, **more)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(sending, "renew_lease", refusing(renew, 1, refused))
    with open_scene(tmp_path, port=mailbox.port, lease=timedelta(seconds=0.15)) as scene:
        issue_id = frozen(scene, readers=100)
        await asyncio.wait_for(asyncio.gather(send_batch(scene.room, issue_id, 0), renewed.wait()), 20)
        assert refused
        assert counts(scene, issue_id) == {DeliveryState.SENT: 100}
        await scene.room.relay.close()
