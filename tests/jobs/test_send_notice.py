"""Single mails: once, in the reader's language, with a link that works."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from publisher.jobs import send_notice as module
from publisher.jobs.confirm import confirm
from publisher.jobs.outstanding import submit_outstanding
from publisher.jobs.send_notice import send_notice
from publisher.jobs.subscribe import Limits, Request, subscribe
from publisher.mail.address import parse_address
from publisher.mail.mailbox import Mailbox
from publisher.mail.return_path import read_notice_path
from publisher.mail.token import Purpose, TokenContent
from publisher.model.delivery import DeliveryState
from publisher.model.work import Work, WorkKind
from publisher.store.notices import LEASE, record_notice
from publisher.store.schema import notice
from tests.jobs.rooms import Scene

pytestmark = pytest.mark.anyio


def ask(scene: Scene, address: str = "layla@reader.example", language: str = "en") -> int:
    """Post the form; the id of the notice it queued."""
    request = Request(
        address=parse_address(address),
        newsletters=("daily",),
        language=language,
        network=None,
        evidence="test",
    )
    subscribe(
        scene.room.database,
        request,
        now=scene.time.now,
        submit=scene.room.dispatcher.submit,
        hash_key=b"k" * 32,
        limits=Limits(),
    )
    (work,) = scene.taken()
    assert work.kind is WorkKind.NOTICE
    return int(work.key)


def state(scene: Scene, notice_id: int) -> tuple[str, int]:
    with scene.room.database.read() as tx:
        row = tx.execute(sa.select(notice).where(notice.c.id == notice_id)).one()
    return row.state, row.attempt


async def test_confirmation_and_welcome_go_out_once_each(mailing: Scene, mailbox: Mailbox) -> None:
    room, notice_id = mailing.room, ask(mailing)
    for _ in range(2):
        await send_notice(room, notice_id)
    (entry,) = mailbox.list_messages()
    message = mailbox.read(entry.id)
    assert message is not None
    assert state(mailing, notice_id) == (DeliveryState.SENT, 1)
    found = re.search(r"https://mail\.news\.example/confirm/(\S+)", message.text or "")
    assert found is not None
    token = room.signer.read(found.group(1), Purpose.CONFIRM, mailing.time.now)
    assert isinstance(token, TokenContent)
    assert token.subject == notice_id
    assert "List-Unsubscribe" not in message.headers
    confirm(
        room.database, subscriber=token.subscriber, notice=notice_id, shown=["daily"], network=None,
        evidence="test", now=mailing.time.now, submit=room.dispatcher.submit,
    )  # fmt: skip
    (work,) = mailing.taken()
    await send_notice(room, int(work.key))
    welcome = mailbox.read(mailbox.list_messages()[0].id)
    assert welcome is not None
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in welcome.headers


@pytest.mark.parametrize("domain", ["b.news.example", None])
async def test_a_notice_that_bounces_comes_back_under_a_sender_of_its_own(
    mailing: Scene, mailbox: Mailbox, domain: str | None
) -> None:
    room, notice_id = mailing.room, ask(mailing)
    room = replace(room, sender=replace(room.sender, bounce_domain=domain))
    await send_notice(room, notice_id)
    (entry,) = mailbox.list_messages()
    message = mailbox.read(entry.id)
    assert message is not None
    local, _, where = message.envelope_from.partition("@")
    if domain is None:
        assert message.envelope_from == str(room.sender.address)
    else:
        assert (read_notice_path(room.signer, local), where) == ((notice_id, 1), domain)


async def test_relay_that_is_away_defers_the_notice(scene: Scene) -> None:
    notice_id = ask(scene)
    await send_notice(scene.room, notice_id)
    assert state(scene, notice_id) == (DeliveryState.DEFERRED, 1)
    await send_notice(scene.room, notice_id)
    assert state(scene, notice_id) == (DeliveryState.DEFERRED, 1), "not before its retry time"
    scene.time.pass_(minutes=2)
    await send_notice(scene.room, notice_id)
    assert state(scene, notice_id) == (DeliveryState.DEFERRED, 2)


async def test_what_cannot_be_built_is_deferred_with_its_reason_and_sent_once_mended(
    mailing: Scene, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As with a template that was spoiled: the reader is neither lost nor named in the row."""

    def fail(*_: object, **__: object) -> None:
        raise KeyError("layla@reader.example")

    notice_id = ask(mailing)
    with monkeypatch.context() as spoiled:
        spoiled.setattr(module, "build_notice", fail)
        await send_notice(mailing.room, notice_id)
    assert state(mailing, notice_id) == (DeliveryState.DEFERRED, 1)
    assert "could not be built" in caplog.text
    with mailing.room.database.read() as tx:
        assert tx.scalar(sa.select(notice.c.reply)) == "0 not built: KeyError"
    mailing.time.pass_(minutes=2)
    await send_notice(mailing.room, notice_id)
    assert state(mailing, notice_id) == (DeliveryState.SENT, 2)
    assert len(mailbox.list_messages()) == 1


async def test_a_record_that_fails_leaves_a_doubt_that_the_sweep_finds_without_a_restart(
    mailing: Scene, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    notice_id = ask(mailing)
    monkeypatch.setattr(module, "record_notice", fail)
    monkeypatch.setattr(module, "_PATIENCE", timedelta())
    for attempt in (1, 2):
        with pytest.raises(OSError, match="full"):
            await send_notice(mailing.room, notice_id)
        assert state(mailing, notice_id) == (DeliveryState.SENDING, attempt)
        submit_outstanding(mailing.room)
        assert mailing.taken() == [], "while it is leased"
        mailing.time.pass_(seconds=LEASE.total_seconds())
        submit_outstanding(mailing.room)
        assert mailing.taken() == [Work(WorkKind.NOTICE, str(notice_id))]
    await send_notice(mailing.room, notice_id)
    assert state(mailing, notice_id) == (DeliveryState.UNCERTAIN, 2)
    assert len(mailbox.list_messages()) == 2, "one copy more, never a third"


async def test_a_database_that_refuses_for_a_while_makes_no_copy(
    mailing: Scene, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [OSError("the database is locked"), OSError("and still")]

    def refuse_first(*arguments: Any, **more: Any) -> bool:
        if refused:
            raise refused.pop()
        return record_notice(*arguments, **more)

    notice_id = ask(mailing)
    monkeypatch.setattr(module, "_PAUSE", timedelta())
    monkeypatch.setattr(module, "record_notice", refuse_first)
    await send_notice(mailing.room, notice_id)
    assert state(mailing, notice_id) == (DeliveryState.SENT, 1)
    assert len(mailbox.list_messages()) == 1


async def test_language_the_site_no_longer_speaks_falls_back_to_its_own(
    mailing: Scene, mailbox: Mailbox
) -> None:
    await send_notice(mailing.room, ask(mailing, language="ckb"))
    message = mailbox.read(mailbox.list_messages()[0].id)
    assert message is not None
    assert "Content-Language: ar" in message.headers
