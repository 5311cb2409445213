"""An issue signed beside the sender: what becomes of a signing process costs no reader anything."""

import asyncio
import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.jobs.send_batch import send_batch
from publisher.mail import signers as module
from publisher.mail.dkim import DkimSigner
from publisher.mail.mailbox import Mailbox
from publisher.mail.signers import Signers
from publisher.model.delivery import DeliveryState
from publisher.store.schema import delivery
from tests.jobs.issues import counts, frozen
from tests.jobs.rooms import open_scene
from tests.mail.dkim_oracle import records, verdicts
from tests.mail.test_signers import KEYS, made_ready

pytestmark = pytest.mark.anyio

DOMAIN = "news.example"
READERS = 40


async def test_signing_processes_killed_in_mid_issue_lose_and_double_nothing(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE_S", 0.0)
    killed: set[int] = set()
    with closing(Signers(KEYS, most=1)) as signers:
        dkim = DkimSigner(domain=DOMAIN, keys=KEYS, beside=signers.sign)
        with open_scene(tmp_path, port=mailbox.port, dkim=dkim) as scene:
            issue_id = frozen(scene, readers=READERS)
            await made_ready(signers)
            killing = asyncio.create_task(_kill_in_turn(signers, killed))
            await send_batch(scene.room, issue_id, 0)
            killing.cancel()
            assert counts(scene, issue_id) == {DeliveryState.SENT: READERS}
            with scene.room.database.read() as tx:
                assert tx.scalar(sa.select(sa.func.max(delivery.c.attempt))) == 1
            await scene.room.relay.close()
    assert killed
    messages = [mailbox.read(entry.id) for entry in mailbox.list_messages()]
    assert sorted(m.to for m in messages if m) == sorted(f"reader{n}@reader.example" for n in range(READERS))
    dns = records(*KEYS, domain=DOMAIN)
    for message in messages[::10]:
        assert message is not None
        sent_at = scene.time.now
        assert verdicts(message.raw, dns, at=sent_at) == [True, True]


async def _kill_in_turn(signers: Signers, killed: set[int]) -> None:
    """Each as soon as it signs; the first is stopped before, so that it dies with requests in hand."""
    while True:
        if signers.ready:
            (pid,) = signers.pids
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(0.02)
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        await asyncio.sleep(0.002)
