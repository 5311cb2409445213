"""Connections are opened late, kept, changed and given back; TLS is what was asked for and nothing less."""

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import aiosmtplib
import pytest

from publisher.mail.relay import MESSAGES_A_CONNECTION
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.delivery import Deferred, Outcome, Phase, Sent, Uncertain
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import digest
from tests.mail.scripted_relay import USUAL, Fault, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"
MESSAGE = digest()
SMALL = replace(MESSAGE, payload=b"Subject: x\r\n\r\nx\r\n")


def settings(relay: ScriptedRelay, *, tls: Tls = Tls.NONE, lanes: int = 1) -> RelaySettings:
    return RelaySettings(
        host="127.0.0.1",
        port=relay.port,
        tls=tls,
        lanes=lanes,
        ca_file=CERTIFICATES / "ca.pem",
        ehlo_name="localhost",
        timeouts=Timeouts(connect=2, command=1, body=1, dot=1, quit=1),
    )


def certificate(name: str = "relay.pem") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / name)
    return context


async def deliver(how: RelaySettings) -> Outcome:
    relay = BareRelay(how)
    async with relay.lane() as lane:
        outcome = await lane.deliver(SMALL)
    await relay.close()
    return outcome


async def test_nothing_is_connected_before_there_is_something_to_send() -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane():
            pass
        await relay.close()
    assert served.connections == 0


async def test_a_connection_is_kept_over_lanes_and_ends_with_quit() -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served, lanes=3))
        for _ in range(5):
            async with relay.lane() as lane:
                assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
        assert served.connections == 1
        assert served.verbs()[-1] == "QUIT"
        async with relay.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
        assert served.connections == 2


async def test_a_connection_is_changed_after_its_hundred_messages() -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            for _ in range(MESSAGES_A_CONNECTION + 1):
                assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
    assert served.connections == 2
    assert served.verbs().count("QUIT") == 2


async def test_no_more_connections_than_lanes() -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served, lanes=3))

        async def one() -> Outcome:
            async with relay.lane() as lane:
                return await lane.deliver(SMALL)

        outcomes = await asyncio.gather(*(one() for _ in range(30)))
        await relay.close()
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert served.connections == relay.lanes == 3


async def test_a_connection_dropped_while_idle_costs_nobody_an_attempt() -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
            await served.stop()
            assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
    assert served.connections == 2


@pytest.mark.parametrize("answer", [b"421 4.4.2 idle too long\r\n", Fault.DROP, Fault.HANG_UP])
async def test_a_goodbye_to_the_next_mail_is_tried_on_a_fresh_connection(answer: bytes | Fault) -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
            served.once = {"mail": answer}
            outcome = await lane.deliver(SMALL)
        await relay.close()
    assert isinstance(outcome, Sent)
    assert served.connections == 2
    assert served.verbs().count("MAIL") == 3


async def test_a_doubt_is_never_tried_again_by_itself() -> None:
    async with scripted_relay({"dot": Fault.DROP}) as served:
        assert isinstance(await deliver(settings(served)), Uncertain)
    assert len(served.bodies) == 1


async def test_an_unasked_line_between_messages_ends_the_connection() -> None:
    """What came too late for its own command must not answer the next."""
    async with scripted_relay({"dot": b"250 2.0.0 Ok\r\n"}) as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
            served.script = {"dot": b"250 2.0.0 Ok\r\n250 2.0.0 again\r\n"}
            assert isinstance(await lane.deliver(SMALL), Uncertain)
            served.script = {}
            assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
    assert served.connections == 2


@pytest.mark.parametrize("words", [b"what was that\r\n", b"250 late\r\n", b"421 4.4.2 bye\r\n", b"25"])
async def test_a_relay_that_talks_while_idle_is_left_and_nobody_pays(words: bytes) -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            served.once = {"dot": USUAL["dot"]}
            served.afterwards = words
            assert isinstance(await lane.deliver(SMALL), Sent)
            await asyncio.sleep(0.2)
            served.afterwards = b""
            assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
    assert served.connections == 2
    assert served.verbs().count("MAIL") == 2


async def test_starttls_encrypts_and_verifies() -> None:
    ehlo = {"ehlo": b"250-relay.example\r\n250 STARTTLS\r\n"}
    async with scripted_relay(ehlo, tls=certificate()) as served:
        assert isinstance(await deliver(settings(served, tls=Tls.STARTTLS)), Sent)
    assert served.verbs() == ["EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_implicit_tls_encrypts_and_verifies() -> None:
    async with scripted_relay(tls=certificate(), implicit_tls=True) as served:
        assert isinstance(await deliver(settings(served, tls=Tls.TLS)), Sent)


async def test_a_relay_that_does_not_offer_starttls_gets_no_mail() -> None:
    async with scripted_relay() as served:
        outcome = await deliver(settings(served, tls=Tls.STARTTLS))
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.CONNECT
    assert "STARTTLS" in outcome.reply.text
    assert "MAIL" not in served.verbs()


async def test_a_relay_that_refuses_starttls_gets_no_mail() -> None:
    script = {"ehlo": b"250-relay.example\r\n250 STARTTLS\r\n", "starttls": b"454 4.7.0 not now\r\n"}
    async with scripted_relay(script) as served:
        outcome = await deliver(settings(served, tls=Tls.STARTTLS))
    assert isinstance(outcome, Deferred)
    assert outcome.reply.code == 454
    assert "MAIL" not in served.verbs()


async def test_plaintext_sent_ahead_of_the_handshake_is_not_read_as_encrypted() -> None:
    """GHSA-vxj7-4xrp-5vr4: what a stranger put behind the 220 must not become an answer."""
    script = {
        "ehlo": b"250-relay.example\r\n250 STARTTLS\r\n",
        "starttls": USUAL["starttls"] + b"250-relay.example\r\n250 SIZE 1\r\n",
    }
    async with scripted_relay(script, tls=certificate()) as served:
        outcome = await deliver(settings(served, tls=Tls.STARTTLS))
    assert isinstance(outcome, Sent)
    assert served.verbs().count("EHLO") == 2


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
@pytest.mark.parametrize(
    ("name", "ca_file"), [("other_name.pem", CERTIFICATES / "ca.pem"), ("relay.pem", None)]
)
async def test_a_certificate_that_does_not_hold_gets_no_mail(
    tls: Tls, name: str, ca_file: Path | None
) -> None:
    """Wrong name; unknown authority."""
    ehlo = {"ehlo": b"250-relay.example\r\n250 STARTTLS\r\n"}
    async with scripted_relay(ehlo, tls=certificate(name), implicit_tls=tls is Tls.TLS) as served:
        outcome = await deliver(replace(settings(served, tls=tls), ca_file=ca_file))
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.CONNECT
    assert "certificate" in outcome.reply.text.lower()
    assert "MAIL" not in served.verbs()


async def test_logging_in() -> None:
    async with scripted_relay({"ehlo": b"250-relay.example\r\n250 AUTH PLAIN\r\n"}) as served:
        how = replace(settings(served), username="nashra", password="correct horse")
        assert isinstance(await deliver(how), Sent)
        assert served.verbs()[:2] == ["EHLO", "AUTH"]
        assert "correct horse" not in repr(how)
        served.script = {**served.script, "auth": b"535 5.7.8 no\r\n"}
        outcome = await deliver(how)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.reply.code) == (Phase.CONNECT, 535)


async def test_a_defect_of_ours_closes_the_connection_and_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with scripted_relay() as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            monkeypatch.setattr("publisher.mail.smtp._dot_stuffed", lambda _payload: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await lane.deliver(SMALL)
            monkeypatch.undo()
            assert isinstance(await lane.deliver(SMALL), Sent)
        await relay.close()
    assert served.connections == 2
    assert len(served.bodies) == 1


class Listener(asyncio.Protocol):
    """Takes what comes next."""

    def __init__(self) -> None:
        self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.heard.set_result(data)


async def test_aiosmtplib_still_hands_over_its_transport() -> None:
    """The contract we build on: after `connect` its public `transport` takes another protocol, and `close` frees it."""
    async with scripted_relay() as served:
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=served.port, start_tls=False, local_hostname="localhost"
        )
        await client.connect()
        assert isinstance(client.transport, asyncio.Transport)
        assert client.is_ehlo_or_helo_needed
        await client.ehlo()
        assert client.esmtp_extensions["size"] == "1000000"
        listener = Listener()
        client.transport.set_protocol(listener)
        client.transport.write(b"NOOP\r\n")
        assert await asyncio.wait_for(listener.heard, 1) == USUAL["noop"]
        client.close()
        assert not client.is_connected
