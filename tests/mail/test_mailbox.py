"""The demonstration mailbox keeps what it gets, byte for byte, on this machine only."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.mail.mailbox import MAX_MESSAGE_OCTETS, Mailbox
from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.mail.stored import load_entry
from publisher.model.address import EmailAddress
from publisher.model.delivery import Outcome, Refused, Sent
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import SENDER, STAMP, digest, rendition

pytestmark = pytest.mark.anyio
MESSAGE = digest()


async def deliver(port: int, *messages: Message, lanes: int = 4) -> list[Outcome]:
    relay = BareRelay(
        RelaySettings(host="127.0.0.1", port=port, tls=Tls.NONE, lanes=lanes, ehlo_name="localhost")
    )

    async def one(message: Message) -> Outcome:
        async with relay.lane() as lane:
            return await lane.deliver(message)

    outcomes = await asyncio.gather(*(one(message) for message in messages))
    await relay.close()
    return outcomes


async def test_a_message_is_kept_exactly_as_delivered(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail")
    port = await mailbox.start()
    dotted = replace(MESSAGE, payload=MESSAGE.payload + b".\r\n..dots\r\n")
    (outcome,) = await deliver(port, dotted)
    assert isinstance(outcome, Sent)
    (entry,) = mailbox.list_messages()
    stored = mailbox.read(entry.id)
    await mailbox.close()
    assert stored is not None
    assert stored.raw == stored.path.read_bytes() == dotted.payload
    assert stored.envelope_from == str(MESSAGE.envelope_from)
    assert stored.envelope_to == ("reader@example.net",)
    assert stored.subject == entry.subject == rendition().subject
    assert stored.to == entry.to == "reader@example.net"
    assert stored.sender == entry.sender == f"{SENDER.name} <{SENDER.address}>"
    assert stored.date == STAMP.date
    assert stored.headers.startswith("From: =?utf-8?B?")
    assert stored.text is not None
    assert stored.html is not None
    assert "إلغاء" in stored.text
    assert stored.html.startswith('<html dir="rtl">')
    assert stored.at == entry.at
    assert abs(stored.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert entry.size_bytes == len(dotted.payload)


async def test_the_newest_message_is_listed_first(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    port = await mailbox.start()
    for number in range(5):
        await deliver(port, digest(EmailAddress(f"reader{number}", "example.net")))
    assert [entry.to for entry in mailbox.list_messages(2)] == ["reader4@example.net", "reader3@example.net"]
    assert len(mailbox.list_messages()) == mailbox.count() == 5
    await mailbox.close()


async def test_many_messages_over_many_lanes_are_all_kept(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    port = await mailbox.start()
    small = replace(MESSAGE, payload=b"Subject: x\r\n\r\nx\r\n")
    outcomes = await deliver(port, *[small] * 300, lanes=8)
    await mailbox.close()
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert mailbox.count() == 300


async def test_a_second_start_goes_on_in_the_same_folder(tmp_path: Path) -> None:
    for _ in range(2):
        mailbox = Mailbox(tmp_path)
        await deliver(await mailbox.start(), MESSAGE)
        await mailbox.close()
    assert mailbox.count() == 2


async def test_an_address_beyond_ascii_is_taken(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    message = digest(EmailAddress("خالد", "example.net"))
    (outcome,) = await deliver(await mailbox.start(), message)
    assert isinstance(outcome, Sent)
    stored = mailbox.read(mailbox.list_messages()[0].id)
    await mailbox.close()
    assert stored is not None
    assert stored.raw == message.payload
    assert stored.envelope_to == ("خالد@example.net",)


async def test_a_message_too_large_is_refused_and_not_begun(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    large = replace(MESSAGE, payload=MESSAGE.payload + b"x\r\n" * (MAX_MESSAGE_OCTETS // 3))
    (outcome,) = await deliver(await mailbox.start(), large)
    await mailbox.close()
    assert isinstance(outcome, Refused)
    assert mailbox.count() == 0


async def test_a_full_disk_is_said_and_nothing_half_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    mailbox = Mailbox(tmp_path)
    port = await mailbox.start()
    monkeypatch.setattr("publisher.mail.mailbox.os.fsync", fail)
    (outcome,) = await deliver(port, MESSAGE)
    monkeypatch.undo()
    await mailbox.close()
    assert not isinstance(outcome, Sent)
    assert outcome.reply.code == 452
    assert mailbox.list_messages() == ()


async def test_closing_hangs_up_on_whoever_is_connected(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    reader, writer = await asyncio.open_connection("127.0.0.1", await mailbox.start())
    await reader.readline()
    await asyncio.wait_for(mailbox.close(), 2)
    await mailbox.close()
    assert await reader.read() == b""
    writer.close()


async def test_a_smuggled_end_makes_no_second_message(tmp_path: Path) -> None:
    """aiosmtpd CVE-2024-27305: an end of data with bare line feeds must not end the data."""
    mailbox = Mailbox(tmp_path)
    smuggling = b"Subject: x\r\n\r\nx\n.\r\nMAIL FROM:<a@b.c>\nRCPT TO:<d@e.f>\nDATA\nhello\n.\nx\r\n"
    (outcome,) = await deliver(await mailbox.start(), replace(MESSAGE, payload=smuggling))
    await mailbox.close()
    assert isinstance(outcome, Sent)
    assert mailbox.count() == 1


@pytest.mark.parametrize("name", ["", "x", "../secret", "20261122T000000.000000Z-0000001-0000001", "\x00"])
async def test_what_is_not_there_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret.eml").write_bytes(b"secret")
    assert Mailbox(tmp_path).read(name) is None


async def test_an_entry_needs_a_name_of_ours(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(b"Subject: x\r\n\r\n")
    with pytest.raises(ValueError):
        load_entry(tmp_path, "x")


async def test_a_mail_without_parts_is_read_too(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    await deliver(await mailbox.start(), replace(MESSAGE, payload=b"Subject: x\r\n\r\nwords\r\n"))
    stored = mailbox.read(mailbox.list_messages()[0].id)
    await mailbox.close()
    assert stored is not None
    assert (stored.text, stored.html, stored.date, stored.to) == ("words\r\n", None, None, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - refused
async def test_it_listens_on_loopback_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(ValueError):
        Mailbox(tmp_path, host=host)


async def test_the_port_is_known_once_started(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        _ = Mailbox(tmp_path).port
