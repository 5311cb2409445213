"""Sending a batch over real SMTP: every reader once, nobody after she left, nothing lost when the relay is."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.jobs.lane import describe, describe_outcome
from publisher.jobs.send_batch import send_batch
from publisher.jobs.unsubscribe import unsubscribe
from publisher.mail.dkim import DkimSigner
from publisher.mail.leave_address import read_leave_address
from publisher.mail.mailbox import Mailbox
from publisher.mail.token import Purpose, TokenContent
from publisher.model.delivery import DeliveryState, Phase, Refused, Reply
from publisher.model.issue import IssueState
from publisher.model.subscriber import ConsentKind
from publisher.store.deliveries import lease_batch, release_leases
from publisher.store.schema import delivery
from tests.jobs.issues import counts, frozen, issue_of, subscribe
from tests.jobs.rooms import Scene, open_scene, site
from tests.mail.dkim_oracle import RSA, records, verdicts

pytestmark = pytest.mark.anyio


async def test_every_reader_gets_the_issue_once_with_her_own_way_out(
    mailing: Scene, mailbox: Mailbox
) -> None:
    issue_id = frozen(mailing, readers=5)
    await send_batch(mailing.room, issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.SENT: 5}
    assert issue_of(mailing, issue_id).state is IssueState.SENT
    messages = [mailbox.read(entry.id) for entry in mailbox.list_messages()]
    assert sorted(m.to for m in messages if m) == [f"reader{n}@reader.example" for n in range(5)]
    readers = set()
    for message in messages:
        assert message is not None
        (link,) = {word for word in (message.text or "").split() if "/u/" in word}
        token = mailing.room.signer.read(link.rpartition("/")[2], Purpose.UNSUBSCRIBE, mailing.time.now)
        assert isinstance(token, TokenContent)
        assert token.subject == mailing.room.newsletter_ids["daily"]
        readers.add(token.subscriber)
        assert link in message.headers.replace("\r\n ", " ")
    assert len(readers) == 5


async def test_where_mail_comes_in_she_may_leave_by_mail_and_complaints_name_the_delivery(
    mailing: Scene, mailbox: Mailbox
) -> None:
    sender = replace(mailing.room.sender, bounce_domain="b.news.example", takes_mail=True)
    signing = DkimSigner(domain="news.example", keys=(RSA,))
    issue_id = frozen(mailing, readers=3)
    await send_batch(replace(mailing.room, sender=sender, dkim=signing), issue_id, 0)
    leaving = set()
    dns = records(RSA, domain="news.example")
    for entry in mailbox.list_messages():
        message = mailbox.read(entry.id)
        assert message is not None
        fields = message_from_string(message.headers, policy=policy.default)
        https, mailto = str(fields["List-Unsubscribe"]).split(", ")
        assert https.startswith("<https://")
        local = mailto.removeprefix("<mailto:").removesuffix("@b.news.example?subject=unsubscribe>")
        named = read_leave_address(mailing.room.signer, local)
        assert named is not None
        leaving.add(named)
        assert fields["CFBL-Address"] == "fbl@b.news.example; report=arf"
        assert fields["CFBL-Feedback-ID"] == message.envelope_from.partition("@")[0][2:].replace(".", ":")
        listed = "".join(str(fields["DKIM-Signature"]).split()).partition("h=")[2].split(";")[0].split(":")
        assert {"CFBL-Address", "CFBL-Feedback-ID", "List-Unsubscribe", "List-Unsubscribe-Post"} <= set(
            listed
        )
        assert verdicts(message.raw, dns, at=mailing.time.now) == [True]
    assert len(leaving) == 3
    assert {newsletter for newsletter, _ in leaving} == {mailing.room.newsletter_ids["daily"]}


async def test_sending_again_sends_nothing(mailing: Scene, mailbox: Mailbox) -> None:
    """A doubled work, a stale one, one of an issue that never was."""
    issue_id = frozen(mailing)
    for _ in range(2):
        await send_batch(mailing.room, issue_id, 0)
    await send_batch(mailing.room, issue_id, 7)
    await send_batch(mailing.room, 99, 0)
    assert mailbox.count() == 3


async def test_two_workers_on_one_batch_send_it_once(mailing: Scene, mailbox: Mailbox) -> None:
    issue_id = frozen(mailing, readers=20)
    await asyncio.gather(*(send_batch(mailing.room, issue_id, 0) for _ in range(3)))
    assert mailbox.count() == 20
    assert counts(mailing, issue_id) == {DeliveryState.SENT: 20}


async def test_reader_who_left_after_freezing_gets_nothing(mailing: Scene, mailbox: Mailbox) -> None:
    issue_id = frozen(mailing, readers=2)
    with mailing.room.database.read() as tx:
        reader = tx.scalar(sa.select(sa.func.min(delivery.c.subscriber)))
    assert reader is not None
    unsubscribe(
        mailing.room.database, subscriber=reader, newsletter=None, how=ConsentKind.ONE_CLICK,
        network=None, evidence="test", now=mailing.time.now,
    )  # fmt: skip
    await send_batch(mailing.room, issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.SUPPRESSED: 1, DeliveryState.SENT: 1}
    assert [entry.to for entry in mailbox.list_messages()] == ["reader1@reader.example"]
    assert issue_of(mailing, issue_id).state is IssueState.SENT


async def test_relay_that_is_away_costs_nobody_and_is_tried_again_later(scene: Scene) -> None:
    issue_id = frozen(scene, readers=10)
    await send_batch(scene.room, issue_id, 0)
    waiting = counts(scene, issue_id)
    assert set(waiting) <= {DeliveryState.PENDING, DeliveryState.DEFERRED}
    assert waiting[DeliveryState.PENDING] >= 8
    assert issue_of(scene, issue_id).state is IssueState.SENDING
    with scene.room.database.write() as tx:
        soon, later = scene.time.now + timedelta(minutes=4), scene.time.now + timedelta(minutes=6)
        assert lease_batch(tx, issue_id, 0, now=soon, until=soon, hold=False) is None
        assert lease_batch(tx, issue_id, 0, now=later, until=later, hold=False) is not None


async def test_what_cannot_be_begun_in_time_expires(mailing: Scene, mailbox: Mailbox) -> None:
    """Nobody wants yesterday's news."""
    issue_id = frozen(mailing)
    mailing.time.pass_(hours=25)
    await send_batch(mailing.room, issue_id, 0)
    assert counts(mailing, issue_id) == {DeliveryState.EXPIRED: 3}
    assert issue_of(mailing, issue_id).state is IssueState.SENT
    assert mailbox.count() == 0


async def test_ambiguous_delivery_is_sent_once_more_with_the_same_message_id(
    mailing: Scene, mailbox: Mailbox
) -> None:
    """As after a crash between the final dot and the commit: the row says `sending`."""
    issue_id = frozen(mailing, readers=1)
    await send_batch(mailing.room, issue_id, 0)
    subscribe(mailing, 1, prefix="other")
    with mailing.room.database.write() as tx:
        # What a crash leaves behind; the trigger would not let a sent row go back, so a fresh issue is made of it.
        tx.exec_driver_sql("DROP TRIGGER delivery_arrow")
        tx.exec_driver_sql("DROP TRIGGER issue_arrow")
        tx.exec_driver_sql("UPDATE delivery SET state = 'sending'")
        tx.exec_driver_sql("UPDATE issue SET state = 'sending'")
        tx.exec_driver_sql("UPDATE batch SET state = 'leased', lease_until = 0")
        release_leases(tx, now=mailing.time.now)
    await send_batch(mailing.room, issue_id, 0)
    first, second = (mailbox.read(entry.id) for entry in mailbox.list_messages())
    assert first is not None
    assert second is not None
    assert first.raw == second.raw
    with mailing.room.database.read() as tx:
        row = tx.execute(sa.select(delivery).where(delivery.c.issue == issue_id)).one()
    assert (row.state, row.ambiguous, row.attempt) == (DeliveryState.SENT, 1, 2)


async def test_message_that_fails_the_gate_never_leaves(tmp_path: Path, mailbox: Mailbox) -> None:
    """One-click needs https: a public address without it is refused, and the row says why."""
    with open_scene(tmp_path, port=mailbox.port, site=site(base_url="http://plain.example")) as scene:
        issue_id = frozen(scene, readers=1)
        await send_batch(scene.room, issue_id, 0)
        with scene.room.database.read() as tx:
            row = tx.execute(sa.select(delivery)).one()
        assert row.state == DeliveryState.FAILED
        assert "not sent" in row.reply
        assert "reader0" not in row.reply
        assert mailbox.count() == 0
        await scene.room.relay.close()


async def test_message_in_doubt_that_fails_the_gate_is_uncertain(tmp_path: Path, mailbox: Mailbox) -> None:
    """It left once already, before the settings were broken: nobody knows whether it arrived."""
    with open_scene(tmp_path, port=mailbox.port, site=site(base_url="http://plain.example")) as scene:
        issue_id = frozen(scene, readers=1)
        with scene.room.database.write() as tx:
            tx.execute(sa.update(delivery).values(ambiguous=1))
        await send_batch(scene.room, issue_id, 0)
        with scene.room.database.read() as tx:
            row = tx.execute(sa.select(delivery)).one()
        assert (row.state, row.ambiguous) == (DeliveryState.UNCERTAIN, 1)
        assert row.reply.startswith("nobody knows whether it arrived; then not sent again: ")
        assert mailbox.count() == 0
        await scene.room.relay.close()


async def test_asked_to_end_it_gives_the_batch_back_at_once(mailing: Scene, mailbox: Mailbox) -> None:
    issue_id = frozen(mailing, readers=4)
    mailing.stopping.append(True)
    await send_batch(mailing.room, issue_id, 0)
    assert mailbox.count() == 0
    assert counts(mailing, issue_id) == {DeliveryState.PENDING: 4}
    mailing.stopping.clear()
    await send_batch(mailing.room, issue_id, 0)
    assert mailbox.count() == 4


async def test_worker_that_lost_its_lease_stops(tmp_path: Path, mailbox: Mailbox) -> None:
    """A machine that slept past its lease: another took the batch; the first must not go on."""
    with open_scene(tmp_path, port=mailbox.port, lease=timedelta(seconds=0.15)) as scene:
        issue_id = frozen(scene, readers=400)
        sending = asyncio.create_task(send_batch(scene.room, issue_id, 0))
        while not counts(scene, issue_id).get(DeliveryState.SENT):  # noqa: ASYNC110 - rows change, no event
            await asyncio.sleep(0.01)
        later = scene.time.now + timedelta(minutes=1)
        with scene.room.database.write() as tx:
            assert lease_batch(tx, issue_id, 0, now=later, until=later, hold=False) is not None
        await asyncio.wait_for(sending, 10)
        assert counts(scene, issue_id)[DeliveryState.PENDING] > 0
        assert mailbox.count() < 400
        await scene.room.relay.close()


def test_refusal_of_a_delivery_in_doubt_is_kept_with_the_doubt() -> None:
    refused = Refused(phase=Phase.RCPT, reply=Reply(code=550, enhanced="5.1.1", text="unknown"))
    assert describe_outcome(refused, DeliveryState.FAILED) == "550 5.1.1 unknown"
    told = "nobody knows whether it arrived; then refused: 550 5.1.1 unknown"
    assert describe_outcome(refused, DeliveryState.UNCERTAIN) == told


def test_reply_is_kept_as_code_enhanced_code_and_text() -> None:
    assert describe(Reply(code=250, enhanced="2.0.0", text="queued")) == "250 2.0.0 queued"
    assert describe(Reply(code=0, text="")) == "0"
