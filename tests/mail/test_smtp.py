"""Every row of the table of outcomes (docs/notes/mail.md): what is certain is said, what is not is `Uncertain`."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from publisher.mail.message import Message
from publisher.mail.relay import Relay
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.address import EmailAddress
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Sent, Uncertain
from tests.mail.builders import digest
from tests.mail.scripted_relay import Fault, Script, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
SHORT = Timeouts(connect=0.8, command=0.5, body=0.5, dot=0.5, quit=0.5)
MESSAGE = digest()


def settings(relay: ScriptedRelay, *, lanes: int = 1, timeouts: Timeouts = SHORT) -> RelaySettings:
    return RelaySettings(
        host="127.0.0.1", port=relay.port, tls=Tls.NONE, lanes=lanes, ehlo_name="localhost", timeouts=timeouts
    )


async def attempt(script: Script, message: Message = MESSAGE) -> tuple[Outcome, ScriptedRelay, bool]:
    """The outcome, the relay, and whether a second message then goes over the same connection."""
    async with scripted_relay(script) as served:
        relay = Relay(settings(served))
        async with relay.lane() as lane:
            outcome = await lane.deliver(message)
            before = served.connections
            served.script = {}
            again = await lane.deliver(MESSAGE)
        await relay.close()
    assert isinstance(again, Sent), again
    assert served.bodies[-1] == MESSAGE.payload
    return outcome, served, served.connections == before


async def attempts(
    scripts: Iterable[Script], message: Message = MESSAGE
) -> list[tuple[Outcome, ScriptedRelay, bool]]:
    """Several at a time, so that their timeouts pass together."""
    return await asyncio.gather(*(attempt(script, message) for script in scripts))


GARBAGE = b"what is this\r\n"
LONG_LINE = b"250 " + b"x" * 65_536 + b"\r\n"
ENDLESS = b"250-more\r\n" * 8_000
BREAKS: tuple[bytes | Fault, ...] = (
    Fault.DROP,
    Fault.HANG_UP,
    Fault.STALL,
    Fault.DRIP,
    GARBAGE,
    LONG_LINE,
    ENDLESS,
)


@pytest.mark.parametrize("step", ["banner", "ehlo"])
async def test_before_a_session_everything_is_the_relays_fault(step: str) -> None:
    answers: list[bytes | Fault] = [*BREAKS, b"421 4.3.2 busy\r\n"]
    if step == "banner":
        answers += [b"554 5.3.2 no\r\n", b"450 4.3.2 later\r\n"]
    for outcome, served, _ in await attempts({step: answer} for answer in answers):
        assert isinstance(outcome, Deferred), served.script
        assert outcome.phase is Phase.CONNECT
        assert "MAIL" not in served.verbs()[: served.verbs().index("EHLO")]


@pytest.mark.parametrize("answer", [b"500 5.5.1 what?\r\n", b"450 4.3.2 later\r\n"])
async def test_a_relay_that_knows_only_the_older_greeting_is_served(answer: bytes) -> None:
    """And is asked for nothing that only the newer one can announce."""
    outcome, served, _ = await attempt({"ehlo": answer})
    assert isinstance(outcome, Sent)
    assert served.commands[1:3] == ["HELO localhost", f"MAIL FROM:<{MESSAGE.envelope_from}>"]


async def test_a_relay_that_is_not_there_is_the_relays_fault() -> None:
    async with scripted_relay() as served:
        pass
    async with Relay(settings(served)).lane() as lane:
        outcome = await lane.deliver(MESSAGE)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.reply.code) == (Phase.CONNECT, 0)


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
@pytest.mark.parametrize("code", [450, 451, 452, 421])
async def test_a_4xx_before_the_message_defers(step: str, phase: Phase, code: int) -> None:
    outcome, served, kept = await attempt({step: b"%d 4.2.0 not now\r\n" % code})
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.reply.code, outcome.reply.enhanced) == (phase, code, "4.2.0")
    assert kept is (code != 421)
    assert ("RSET" in served.verbs()) is kept


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
@pytest.mark.parametrize("enhanced", ["5.1.1", "5.2.2", "5.7.1"])
async def test_a_5xx_before_the_message_refuses_and_the_connection_stays(
    step: str, phase: Phase, enhanced: str
) -> None:
    outcome, served, kept = await attempt({step: f"550 {enhanced} <reader@example.net> no\r\n".encode()})
    assert isinstance(outcome, Refused)
    assert (outcome.phase, outcome.reply.enhanced) == (phase, enhanced)
    assert outcome.reply.text == "<address> no"
    assert kept
    assert "RSET" in served.verbs()


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
async def test_a_break_before_the_message_defers_and_closes(step: str, phase: Phase) -> None:
    answers: list[bytes | Fault] = [*BREAKS, b"350 odd\r\n", b"250 a\r\n250 b\r\n"]
    for outcome, served, kept in await attempts({step: answer} for answer in answers):
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.reply.code) == (phase, 0)
        assert not kept
        assert len(served.bodies) == 1


async def test_data_answered_with_250_is_no_permission() -> None:
    outcome, _, kept = await attempt({"data": b"250 ok\r\n"})
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.DATA
    assert not kept


@pytest.mark.parametrize("answer", [b"354 go\r\n250 ok\r\n", b"354 go\r\n421 bye\r\n"])
async def test_a_relay_that_runs_ahead_of_the_message_is_not_believed(answer: bytes) -> None:
    """Its "250" would else be taken for the answer to the dot, and the message be lost."""
    outcome, _, kept = await attempt({"data": answer})
    assert isinstance(outcome, Deferred)
    assert not kept


HUGE = replace(MESSAGE, payload=MESSAGE.payload + (b"x" * 76 + b"\r\n") * 100_000)


async def test_a_break_within_the_message_is_certainly_not_accepted() -> None:
    """The body does not fit into the sockets' buffers, so its dot cannot have been written."""
    faults = (Fault.DROP, Fault.HANG_UP, Fault.STALL, b"552 5.3.4 too big\r\n")
    scripts = ({"ehlo": b"250 relay.example\r\n", "body": fault} for fault in faults)
    for outcome, served, kept in await attempts(scripts, HUGE):
        assert isinstance(outcome, Deferred)
        assert outcome.phase is Phase.BODY
        assert not kept
        assert len(served.bodies) == 1


@pytest.mark.parametrize("code", [250, 251, 252, 299])
async def test_any_2xx_to_the_dot_is_sent_and_the_connection_stays(code: int) -> None:
    outcome, served, kept = await attempt({"dot": b"%d 2.0.0 Ok\r\n" % code})
    assert isinstance(outcome, Sent)
    assert kept
    assert served.bodies[0] == MESSAGE.payload


@pytest.mark.parametrize(
    ("answer", "kind", "stays"),
    [
        (b"450 4.2.1 later\r\n", Deferred, True),
        (b"421 4.3.2 closing\r\n", Deferred, False),
        (b"554 5.7.1 policy\r\n", Refused, True),
        (b"550 no\n", Refused, True),
    ],
)
async def test_a_well_formed_no_to_the_dot_is_certain(
    answer: bytes, kind: type[Outcome], stays: bool
) -> None:
    outcome, _, kept = await attempt({"dot": answer})
    assert isinstance(outcome, Deferred | Refused)
    assert isinstance(outcome, kind)
    assert outcome.phase is Phase.DOT
    assert kept is stays


async def test_no_clear_answer_to_the_dot_is_uncertain_and_closes() -> None:
    answers: list[bytes | Fault] = [
        *BREAKS,
        b"354 go on\r\n",
        b"250 a\r\n550 b\r\n",
        b"250 a\r\nwhat\r\n",
        b"199 x\r\n",
        b"250",
    ]
    for outcome, served, kept in await attempts({"dot": answer} for answer in answers):
        assert isinstance(outcome, Uncertain)
        assert not kept
        assert len(served.bodies) == 2


async def test_a_relay_that_says_goodbye_with_its_answer_is_believed() -> None:
    outcome, _, kept = await attempt({"dot": b"250 2.0.0 Ok\r\n421 4.4.2 enough for today\r\n"})
    assert isinstance(outcome, Sent)
    assert not kept


async def test_a_relay_that_fails_at_rset_is_left() -> None:
    outcome, _, kept = await attempt({"rcpt": b"550 5.1.1 no\r\n", "rset": b"500 what\r\n"})
    assert isinstance(outcome, Refused)
    assert not kept
    outcome, _, kept = await attempt({"rcpt": b"550 5.1.1 no\r\n", "rset": Fault.STALL})
    assert isinstance(outcome, Refused)
    assert not kept


async def test_the_envelope_is_one_mail_one_rcpt_one_data() -> None:
    outcome, served, _ = await attempt({})
    assert isinstance(outcome, Sent)
    assert served.commands[1:4] == [
        f"MAIL FROM:<{MESSAGE.envelope_from}> SIZE={len(MESSAGE.payload)}",
        "RCPT TO:<reader@example.net>",
        "DATA",
    ]


async def test_lines_that_begin_with_a_dot_arrive_as_they_are() -> None:
    dotted = replace(MESSAGE, payload=b".first: x\r\n\r\n.\r\n..\r\n. \r\nend.\r\n")
    async with scripted_relay() as served, Relay(settings(served)).lane() as lane:
        assert isinstance(await lane.deliver(dotted), Sent)
        await lane.close()
    assert served.bodies == [
        dotted.payload.replace(b".first", b"..first", 1)
    ]  # the witness unstuffs lines 2 on


INTERNATIONAL = digest(EmailAddress("خالد", "xn--mgbh0fb.xn--mgberp4a5d4ar"))


async def test_an_address_beyond_ascii_is_skipped_without_smtputf8() -> None:
    """A reasoned skip, no bounce; and the next reader is not disturbed."""
    outcome, served, kept = await attempt({"ehlo": b"250 relay.example\r\n"}, INTERNATIONAL)
    assert isinstance(outcome, Refused)
    assert outcome.phase is Phase.RCPT
    assert (outcome.reply.code, outcome.reply.enhanced) == (0, "5.6.7")
    assert "SMTPUTF8" in outcome.reply.text
    assert kept
    assert served.verbs().count("MAIL") == 1


async def test_an_address_beyond_ascii_goes_out_with_smtputf8() -> None:
    outcome, served, _ = await attempt({}, INTERNATIONAL)
    assert isinstance(outcome, Sent)
    assert served.commands[1].endswith(" BODY=8BITMIME SMTPUTF8")
    assert served.commands[2] == "RCPT TO:<خالد@xn--mgbh0fb.xn--mgberp4a5d4ar>"
    assert "\r\nTo: خالد@xn--mgbh0fb.xn--mgberp4a5d4ar\r\n".encode() in served.bodies[0]


async def test_a_message_larger_than_the_relay_takes_is_not_begun() -> None:
    outcome, served, kept = await attempt({"ehlo": b"250-relay.example\r\n250 SIZE 1000000\r\n"}, HUGE)
    assert isinstance(outcome, Refused)
    assert outcome.reply.enhanced == "5.3.4"
    assert kept
    assert served.verbs().count("MAIL") == 1


@pytest.mark.parametrize("size", [b"SIZE", b"SIZE 0", b"SIZE lots"])
async def test_a_size_without_a_limit_is_none(size: bytes) -> None:
    outcome, _, _ = await attempt({"ehlo": b"250-relay.example\r\n250 " + size + b"\r\n"})
    assert isinstance(outcome, Sent)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
async def test_cancelling_closes_the_connection_and_the_next_reader_is_safe(step: str) -> None:
    """aiosmtplib alone would call the connection good and hand the next reader this one's answer."""
    async with scripted_relay({step: Fault.STALL}) as served:
        relay = Relay(settings(served, timeouts=Timeouts()))
        async with relay.lane() as lane:
            task = asyncio.create_task(lane.deliver(MESSAGE))
            await served.stalled.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            served.script = {}
            assert isinstance(await lane.deliver(MESSAGE), Sent)
        await relay.close()
    assert served.connections == 2
