"""What comes back, through the doors of a running Nashra: real reports in by sockets, folders and calls."""

import asyncio
import logging
import signal
import smtplib
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import anyio
import httpx2
import pytest
import sqlalchemy as sa

from publisher.cli.app import run
from publisher.mail.mailbox import Mailbox
from publisher.mail.return_path import build_return_path
from publisher.model.errors import NashraError
from publisher.model.feedback import FeedbackKind, FeedbackSource, Proof, Verdict
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionStatus
from publisher.serving import Plan, Service, running
from publisher.settings import Settings, load_settings
from publisher.store.deliveries import freeze_issue
from publisher.store.feedback import StoredFeedback, load_feedback
from publisher.store.issues import move_issue, open_slot, save_composed
from publisher.store.schema import consent, delivery
from publisher.store.subscriptions import load_subscriptions
from publisher.wiring.folder import DataFolder
from publisher.wiring.intake import build_intake
from tests.mail import imap_server
from tests.mail.bounce.reports import arf, mail
from tests.mail.builders import rendition
from tests.mail.dkim_oracle import RSA
from tests.mail.hooks import calls
from tests.store import rows

pytestmark = pytest.mark.anyio

DOMAIN = "b.news.example"
TEXT = f"""
[site]
title = "الجبال"
home = "https://news.example"
[[newsletter]]
slug = "daily"
title = "نشرة المساء"
[mail]
bounce_domain = "{DOMAIN}"
[bounces]
look_every_seconds = 1
[web]
base_url = "https://news.example"
bind = "127.0.0.1:0"
"""
POSTFIX = Path(__file__).parent / "data/bounces/postfix/postfix_unknown.eml"
ISSUE, READER, OTHER = 1, 1, 2


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """A newsroom's settings, with whatever the environment says over them."""
    (tmp_path / "nashra.toml").write_text(TEXT, encoding="utf-8")
    return lambda **environ: load_settings(
        tmp_path / "nashra.toml", {f"NASHRA_{name}": str(value) for name, value in environ.items()}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with DataFolder(tmp_path / "data", lock=True) as folder:
        yield folder


async def send_issue(service: Service) -> None:
    """An issue was begun to two readers."""
    room = service.house.room
    with room.database.write() as tx:
        newsletter = room.newsletter_ids["daily"]
        assert rows.readers(tx, newsletter, 2) == [READER, OTHER]
        assert rows.approved_issue(tx, newsletter) == ISSUE
        freeze_issue(tx, ISSUE, fallback="ar", batch_size=10, now=rows.NOW)
        tx.execute(sa.update(delivery).values(attempt=1))


async def write_to_readers(service: Service) -> None:
    """An issue of this hour is frozen for two readers, and about to be sent."""
    room, now = service.house.room, service.house.room.now()
    with room.database.write() as tx:
        newsletter = room.newsletter_ids["daily"]
        rows.readers(tx, newsletter, 2)
        late = now + timedelta(hours=1)
        slot = open_slot(tx, newsletter, slot="2026-11-01T18:00", due_at=now, not_after=late, skipped=None)
        assert slot == ISSUE
        assert move_issue(tx, ISSUE, IssueState.DUE, IssueState.COMPOSING)
        save_composed(tx, ISSUE, number=1, renditions=[rendition()], now=now)
        assert move_issue(tx, ISSUE, IssueState.COMPOSING, IssueState.DRAFT)
        assert move_issue(tx, ISSUE, IssueState.DRAFT, IssueState.APPROVED)
        freeze_issue(tx, ISSUE, fallback="ar", batch_size=10, now=now)


SENT = Plan(before_clock=send_issue)


def verp(service: Service, reader: int = READER) -> str:
    return str(build_return_path(service.house.room.signer, issue=ISSUE, subscriber=reader, domain=DOMAIN))


def dsn(sender: str) -> bytes:
    """What a real Postfix wrote of a dead address, about this envelope sender; its envelope is not yet on top."""
    raw = POSTFIX.read_bytes().replace(b"b+i42.s1.bzfkqiarkwt25i27@b.news.example.org", sender.encode())
    raw = raw.replace(b"i42.s1", b"i%d.s%d" % (ISSUE, READER)).partition(b"\n")[2].partition(b"\n")[2]
    head, end, rest = raw.partition(b"List-Unsubscribe:")
    assert end, "her own link would name her too"
    return (head + rest.partition(b"\n")[2]).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def hand_over(where: Path | int, raw: bytes, *to: str, sender: str = "") -> None:
    """By LMTP, as the mail server of this machine does it. Raises SMTPException where it is not taken."""

    def send() -> None:
        host, port = ("127.0.0.1", where) if isinstance(where, int) else (str(where), 0)
        with smtplib.LMTP(host, port) as client:
            assert client.sendmail(sender, list(to), raw) == {}

    await asyncio.to_thread(send)


def noted(service: Service) -> tuple[StoredFeedback, ...]:
    with service.house.room.database.read() as tx:
        return load_feedback(tx)


def statuses(service: Service, reader: int = READER) -> set[SubscriptionStatus]:
    with service.house.room.database.read() as tx:
        return {item.status for item in load_subscriptions(tx, reader)}


def kept(service: Service) -> list[str]:
    return [item.subject for item in build_intake(service.house).shelf.list_mails()]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for does not know that it is watched
            await asyncio.sleep(0.02)


def evidence(service: Service, reader: int) -> list[str]:
    """What the record of consent says of her leaving, up to the first comma."""
    with service.house.room.database.read() as tx:
        query = sa.select(consent.c.evidence).filter_by(subscriber=reader, kind="unsubscribed")
        return [text.partition(",")[0] for text in tx.execute(query).scalars()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_same_report_by_lmtp_and_maildir_counts_once(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path
) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    loaded = settings(BOUNCES__LMTP="unix:lmtp", BOUNCES__MAILDIR="bounces")
    async with running(loaded, folder, SENT) as service:
        raw = dsn(verp(service))
        await hand_over(tmp_path / "lmtp", raw, verp(service))
        (first,) = noted(service)
        assert (first.subscriber, first.feedback.issue, first.verdict) == (READER, ISSUE, Verdict.COUNTED)
        assert first.feedback.proof is Proof.VERP
        assert (first.feedback.finding.kind, first.feedback.finding.status) == (FeedbackKind.HARD, "5.1.1")
        (tmp_path / "bounces/new/1.again").write_bytes(b"Delivered-To: whoever\r\n" + raw)
        (tmp_path / "bounces/new/2.letter").write_bytes(mail("A word to the desk.", subject="A letter"))
        await until(lambda: not list((tmp_path / "bounces/new").iterdir()))
        assert sorted(path.name for path in (tmp_path / "bounces/cur").iterdir()) == [
            "1.again:2,S",
            "2.letter:2,FS",
        ]
        assert noted(service) == (first,)
        assert kept(service) == ["A letter"]
    assert not (tmp_path / "lmtp").exists()


async def test_a_report_by_maildir_alone(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "bounces/new").mkdir(parents=True)
    async with running(settings(BOUNCES__MAILDIR="bounces"), folder, SENT) as service:
        (tmp_path / "bounces/new/1.x").write_bytes(dsn(verp(service)))
        await until(lambda: noted(service))
        assert [(row.subscriber, row.verdict) for row in noted(service)] == [(READER, Verdict.COUNTED)]
    opened = [vars(record)["door"] for record in caplog.records if record.message == "bounces.door_open"]
    assert opened == [f"maildir {tmp_path / 'bounces'}"]


async def test_a_complaint_by_lmtp_ends_everything_and_a_forged_one_nothing(
    settings: Callable[..., Settings], folder: DataFolder
) -> None:
    port = free_port()
    async with running(settings(BOUNCES__LMTP=f"127.0.0.1:{port}"), folder, SENT) as service:
        bent = verp(service, OTHER).replace(f".s{OTHER}.", f".s{READER}.")
        await hand_over(port, dsn(bent), bent)
        await hand_over(port, arf(fields=f"Original-Mail-From: <{bent}>\n"), f"fbl@{DOMAIN}")
        assert {(row.subscriber, row.verdict) for row in noted(service)} == {(None, Verdict.REVIEW)}
        assert statuses(service) == {SubscriptionStatus.CONFIRMED}
        assert len(kept(service)) == 2
        complaint = arf(fields=f"Original-Mail-From: <{verp(service)}>\n").replace(b"<arf-1@", b"<arf-2@")
        await hand_over(port, complaint, f"fbl@{DOMAIN}")
        (row, *_) = noted(service)
        assert (row.subscriber, row.verdict, row.feedback.finding.source) == (
            READER,
            Verdict.LEAVE,
            FeedbackSource.ARF,
        )
        assert statuses(service) == {SubscriptionStatus.UNSUBSCRIBED}
        assert statuses(service, OTHER) == {SubscriptionStatus.CONFIRMED}


def delivered(mailbox: Mailbox, reader: int) -> EmailMessage:
    """Her mail, as a stranger reads it."""
    for entry in mailbox.list_messages():
        message = mailbox.read(entry.id)
        if message is not None and message.to == f"reader{reader - 1}@reader.example":
            return message_from_bytes(message.raw, policy=policy.default)
    raise AssertionError(f"reader {reader} got nothing")


async def test_what_a_delivered_mail_offers_leaves_for_her_and_complains_for_her(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path
) -> None:
    """From the mail's own header back in through the doors, as mail programs and mailbox providers do it."""
    mailbox = Mailbox(tmp_path / "mailbox")
    mail_port, port = await mailbox.start(), free_port()
    (tmp_path / "dkim.pem").write_bytes(RSA.render_pem())
    environ = {"MAIL__DKIM_SELECTOR": "n2026a", "MAIL__DKIM_KEY_FILE": "dkim.pem", "MAIL__PORT": mail_port}
    loaded = settings(**environ, BOUNCES__LMTP=f"127.0.0.1:{port}")
    plan = Plan(sweep_every=timedelta(seconds=0.1), before_clock=write_to_readers)
    try:
        async with running(loaded, folder, plan) as service:
            await until(lambda: mailbox.count() == 2)
            hers, others = delivered(mailbox, READER), delivered(mailbox, OTHER)
            mailto = str(hers["List-Unsubscribe"]).partition("<mailto:")[2].partition("?")[0]
            forged = mailto.replace(f".s{READER}.", f".s{OTHER}.")
            leave = mail("", subject="unsubscribe", to=mailto.upper())
            await hand_over(port, mail("", subject="forged", to=forged), forged, sender="x@a.example")
            await hand_over(port, dsn(mailto), mailto)
            away = mail("", subject="away", fields="Auto-Submitted: auto-replied\n")
            await hand_over(port, away, mailto, sender="x@a.example")
            assert statuses(service) == statuses(service, OTHER) == {SubscriptionStatus.CONFIRMED}
            for _ in range(2):
                await hand_over(port, leave, mailto.upper(), sender="reader0@reader.example")
            assert statuses(service) == {SubscriptionStatus.UNSUBSCRIBED}
            assert statuses(service, OTHER) == {SubscriptionStatus.CONFIRMED}
            assert evidence(service, READER) == ["by mail to her unsubscribe address"]
            fbl, _, report = str(others["CFBL-Address"]).partition("; ")
            assert (fbl, report) == (f"fbl@{DOMAIN}", "report=arf")
            complaint = arf(to=fbl, returned=f"CFBL-Feedback-ID: {others['CFBL-Feedback-ID']}")
            await hand_over(port, complaint, fbl)
            assert statuses(service, OTHER) == {SubscriptionStatus.UNSUBSCRIBED}
            assert {"forged", "away"} <= set(kept(service))
            assert "leave" not in kept(service)
    finally:
        await mailbox.close()


async def test_what_nobody_recognises_is_kept_and_listed_by_the_command(
    settings: Callable[..., Settings],
    folder: DataFolder,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with running(settings(BOUNCES__LMTP="unix:lmtp"), folder, Plan()):
        await hand_over(tmp_path / "lmtp", mail("ما هذا؟", subject="A letter"), f"news@{DOMAIN}")
        (tmp_path / "nashra.toml").write_text(f'{TEXT}\n[data]\nfolder = "data"\n', encoding="utf-8")
        listing = ["bounces", "unrecognised", "--settings", str(tmp_path / "nashra.toml")]
        assert await asyncio.to_thread(run, listing) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "A letter" in out
    assert "sara@example.net" not in out


async def test_a_signed_webhook_call_is_taken_over_http_and_an_unsigned_one_is_not(
    settings: Callable[..., Settings], folder: DataFolder
) -> None:
    key = calls.MAILGUN_KEY.decode()
    async with running(settings(HOOKS__MAILGUN__SIGNING_KEY=key), folder, SENT) as service:
        event = calls.mailgun_failure(recipient="reader0@reader.example", padding="x" * 200_000)
        event["message"] = {"headers": {"message-id": f"i{ISSUE}.s{READER}@news.example"}}
        call = calls.encode(calls.mailgun(event, at=datetime.now(UTC)))
        async with httpx2.AsyncClient(base_url=service.address) as client:

            async def post(path: str, content: bytes) -> int:
                return (await client.post(path, content=content)).status_code

            forged = call.replace(b'"token": "t', b'"token": "u')
            assert [await post("/hooks/mailgun", body) for body in (forged, call, call)] == [403, 200, 200]
            assert await post("/hooks/postmark", call) == 404
        (row,) = noted(service)
        assert (row.subscriber, row.feedback.issue, row.feedback.proof) == (READER, ISSUE, Proof.PROVIDER)


async def test_a_mailbox_by_imap_is_looked_into_and_one_that_is_away_slows_nothing(
    settings: Callable[..., Settings],
    folder: DataFolder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("publisher.mail.watch._PATIENCE_SECONDS", 0.1)
    with imap_server.serving({}) as server:
        imap = {"HOST": "127.0.0.1", "USERNAME": "bounces", "PASSWORD": "hunter2", "TLS": "none"}
        environ = {f"BOUNCES__IMAP__{key}": value for key, value in imap.items()}
        async with running(settings(**environ, BOUNCES__IMAP__PORT=server.port), folder, SENT) as service:
            server.mails[1] = dsn(verp(service))
            await until(lambda: noted(service))
            await until(lambda: server.flags == {1: {"NashraTaken"}})  # after the note, not with it
    caplog.clear()
    with socket.socket() as silent:  # takes connections and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        before = anyio.current_time()
        async with (
            running(settings(**environ, BOUNCES__IMAP__PORT=port), folder, Plan()) as service,
            httpx2.AsyncClient(base_url=service.address) as client,
        ):
            assert (await client.get("/")).status_code == 200
    assert anyio.current_time() - before < 10
    async with running(settings(**environ, BOUNCES__IMAP__PORT=free_port()), folder, Plan()):
        await until(lambda: [r for r in caplog.records if r.message == "bounces.door_away"])
    assert "hunter2" not in caplog.text
    assert [r.levelno for r in caplog.records if r.message == "bounces.door_away"] == [logging.ERROR]


async def test_a_door_that_cannot_be_opened_stops_the_start(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path
) -> None:
    before = asyncio.all_tasks()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NashraError, match=f"bounces on 127.0.0.1 port {port}: .*in use"):
            async with running(settings(BOUNCES__LMTP=f"127.0.0.1:{port}"), folder, Plan()):
                pass
    (tmp_path / "file").write_text("")
    with pytest.raises(NashraError, match="lmtp"):
        async with running(settings(BOUNCES__LMTP="unix:file/lmtp"), folder, Plan()):
            pass
    with pytest.raises(NashraError, match="is no Maildir") as told:
        async with running(settings(BOUNCES__MAILDIR="nowhere"), folder, Plan()):
            pass
    assert "correct maildir" in told.value.next_step
    assert asyncio.all_tasks() == before


async def test_sigterm_closes_the_doors_and_a_mail_in_hand_comes_again(
    settings: Callable[..., Settings], folder: DataFolder, tmp_path: Path
) -> None:
    async with running(settings(BOUNCES__LMTP="unix:lmtp"), folder, SENT) as service:
        reader, writer = await asyncio.open_unix_connection(tmp_path / "lmtp")
        assert (await reader.readline()).startswith(b"220 ")
        writer.write(b"LHLO mx\r\nMAIL FROM:<>\r\n")
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            await service.ending.wait()
    async with asyncio.timeout(20):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readuntil(b"never said")
    writer.close()
    with pytest.raises(FileNotFoundError):
        await hand_over(tmp_path / "lmtp", b"x", "a@b.example")
