"""publisher.mail.lmtp_intake, spoken to by the standard library's LMTP client and by hand."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from publisher.mail.lmtp_intake import LmtpIntake
from tests.mail.taker import Taker

pytestmark = pytest.mark.anyio
MAIL = b"Subject: a bounce\r\n\r\nbody\r\n"


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
async def intake(taker: Taker) -> AsyncIterator[LmtpIntake]:
    intake = LmtpIntake(taker, listen=("127.0.0.1", 0))
    await intake.start()
    yield intake
    await intake.close()


async def deliver(
    where: LmtpIntake | Path, mail: bytes, *to: str, sender: str = ""
) -> dict[str, tuple[int, bytes]]:
    """The recipients refused, as smtplib reports them."""

    def send() -> dict[str, tuple[int, bytes]]:
        host, port = ("127.0.0.1", where.port) if isinstance(where, LmtpIntake) else (str(where), 0)
        with smtplib.LMTP(host, port) as client:
            return client.sendmail(sender, list(to), mail)

    return await asyncio.to_thread(send)


async def talk(port: int, said: bytes) -> bytes:
    """Everything the server answers to these octets."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_mail_is_taken_with_its_envelope_on_top(intake: LmtpIntake, taker: Taker) -> None:
    assert await deliver(intake, MAIL, "b+i1.s1.x@b.example.org") == {}
    assert taker.envelopes == [("b+i1.s1.x@b.example.org",)]
    assert taker.taken == [b"Return-Path: <>\r\nDelivered-To: b+i1.s1.x@b.example.org\r\n" + MAIL]


async def test_every_recipient_gets_its_own_answer(intake: LmtpIntake) -> None:
    """RFC 2033 section 4.2: one reply after the dot for each accepted RCPT."""
    said = (
        b"LHLO test\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n"
        b"Subject: bounce\r\n\r\nx\r\n.\r\nQUIT\r\n"
    )
    answer = await talk(intake.port, said)
    assert answer.count(b"250 2.0.0 taken\r\n") == 2
    assert answer.index(b"354") < answer.index(b"taken") < answer.index(b"221")


async def test_what_nobody_recognises_is_accepted_all_the_same(intake: LmtpIntake, taker: Taker) -> None:
    assert await deliver(intake, b"Subject: hello\r\n\r\nx\r\n", "news@example.org") == {}
    assert len(taker.taken) == 1


async def test_what_cannot_be_taken_must_come_again(intake: LmtpIntake, taker: Taker) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await deliver(intake, b"Subject: poison\r\n\r\nx\r\n", "a@b.example")
    assert refused.value.smtp_code == 451
    assert await deliver(intake, MAIL, "a@b.example") == {}
    assert len(taker.taken) == 1


async def test_too_large_a_mail_is_refused(
    intake: LmtpIntake, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.mail.lmtp_intake.MAX_MAIL_OCTETS", 1000)
    with pytest.raises(smtplib.SMTPException):
        await deliver(intake, b"Subject: bounce\r\n\r\n" + b"x\r\n" * 1000, "a@b.example")
    assert taker.taken == []


async def test_too_many_recipients_are_put_off(intake: LmtpIntake) -> None:
    said = b"LHLO test\r\nMAIL FROM:<>\r\n" + b"RCPT TO:<a@b.example>\r\n" * 101 + b"QUIT\r\n"
    assert (await talk(intake.port, said)).count(b"452 4.5.3") == 1


async def test_smtp_is_not_spoken_here(intake: LmtpIntake) -> None:
    answer = await talk(intake.port, b"EHLO test\r\nHELO test\r\nQUIT\r\n")
    assert answer.count(b"500 ") == 2


async def test_it_listens_on_a_unix_socket_and_replaces_one_that_was_left(
    tmp_path: Path, taker: Taker
) -> None:
    path = tmp_path / "run" / "lmtp"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    intake = LmtpIntake(taker, listen=path)
    await intake.start()
    assert path.stat().st_mode & 0o777 == 0o660
    with pytest.raises(OSError, match="in use"):
        await LmtpIntake(taker, listen=path).start()
    assert await deliver(path, MAIL, "a@b.example") == {}
    with pytest.raises(RuntimeError):
        _ = intake.port
    await intake.close()
    await intake.close()
    assert not path.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
def test_it_never_listens_to_strangers(taker: Taker, host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        LmtpIntake(taker, listen=(host, 0))


async def test_closing_hangs_up_on_who_is_connected(intake: LmtpIntake) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", intake.port)
    await reader.readline()
    await intake.close()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    writer.close()
