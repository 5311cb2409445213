"""Every row of the table of outcomes (docs/notes/mail.md): what is certain is said, what is not is `Uncertain`.

Each against a relay that takes the envelope command by command, and one that takes it in one flight.
"""

import asyncio
from dataclasses import dataclass, replace

import pytest

from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.address import EmailAddress
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Sent, Uncertain
from tests.loops import BOTH
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import digest
from tests.mail.scripted_relay import EHLO, Fault, Script, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
SHORT = Timeouts(connect=3, command=2, body=2, dot=2, quit=1)
MESSAGE = digest()


@pytest.fixture(params=BOTH)
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """On each loop: what is held back, and when, is the transport's to say."""
    return request.param


def settings(relay: ScriptedRelay, *, lanes: int = 1, timeouts: Timeouts = SHORT) -> RelaySettings:
    return RelaySettings(
        host="127.0.0.1", port=relay.port, tls=Tls.NONE, lanes=lanes, ehlo_name="localhost", timeouts=timeouts
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome, the relay, and whether a second message then went over the same connection."""

    outcome: Outcome
    served: ScriptedRelay
    kept: bool
    in_flight: bool
    """Whether the envelope went in one flight."""


async def attempt(script: Script, message: Message = MESSAGE) -> Tried:
    async with scripted_relay(script) as served:
        relay = BareRelay(settings(served))
        async with relay.lane() as lane:
            outcome = await lane.deliver(message)
            before = served.connections
            served.script = {}
            again = await lane.deliver(MESSAGE)
        await relay.close()
    assert isinstance(again, Sent), again
    assert served.bodies[-1] == MESSAGE.payload
    ehlo = script.get("ehlo", b"")
    in_flight = isinstance(ehlo, bytes) and b"PIPELINING" in ehlo
    return Tried(outcome, served, served.connections == before, in_flight)


async def attempts(*scripts: Script, message: Message = MESSAGE) -> list[Tried]:
    """Each script in both ways of giving the envelope; all at a time, so that their timeouts pass together."""
    both = [{"ehlo": EHLO[way], **script} for script in scripts for way in ("usual", "pipelining")]
    return await asyncio.gather(*(attempt(script, message) for script in both))


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
    for tried in await attempts(*({step: answer} for answer in answers)):
        assert isinstance(tried.outcome, Deferred)
        assert tried.outcome.phase is Phase.CONNECT
        assert "MAIL" not in tried.served.verbs()[: tried.served.verbs().index("EHLO")]


@pytest.mark.parametrize("answer", [b"500 5.5.1 what?\r\n", b"450 4.3.2 later\r\n"])
async def test_a_relay_that_knows_only_the_older_greeting_is_served(answer: bytes) -> None:
    """And is asked for nothing that only the newer one can announce."""
    tried = await attempt({"ehlo": answer})
    assert isinstance(tried.outcome, Sent)
    assert tried.served.commands[1:3] == ["HELO localhost", f"MAIL FROM:<{MESSAGE.envelope_from}>"]


async def test_a_relay_that_is_not_there_is_the_relays_fault() -> None:
    async with scripted_relay() as served:
        pass
    async with BareRelay(settings(served)).lane() as lane:
        outcome = await lane.deliver(MESSAGE)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.reply.code) == (Phase.CONNECT, 0)


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
@pytest.mark.parametrize("code", [450, 451, 452, 421])
async def test_a_4xx_before_the_message_defers(step: str, phase: Phase, code: int) -> None:
    for tried in await attempts({step: b"%d 4.2.0 not now\r\n" % code}):
        outcome = tried.outcome
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.reply.code, outcome.reply.enhanced) == (phase, code, "4.2.0")
        assert tried.kept is (code != 421)
        assert ("RSET" in tried.served.verbs()) is tried.kept


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
@pytest.mark.parametrize("enhanced", ["5.1.1", "5.2.2", "5.7.1"])
async def test_a_5xx_before_the_message_refuses_and_the_connection_stays(
    step: str, phase: Phase, enhanced: str
) -> None:
    for tried in await attempts({step: f"550 {enhanced} <reader@example.net> no\r\n".encode()}):
        assert isinstance(tried.outcome, Refused)
        assert (tried.outcome.phase, tried.outcome.reply.enhanced) == (phase, enhanced)
        assert tried.outcome.reply.text == "<address> no"
        assert tried.kept
        assert "RSET" in tried.served.verbs()


@pytest.mark.parametrize(
    ("step", "phase"), [("mail", Phase.MAIL), ("rcpt", Phase.RCPT), ("data", Phase.DATA)]
)
async def test_a_break_before_the_message_defers_and_closes(step: str, phase: Phase) -> None:
    """In a flight an answer too many shows only at its end, where 250 answers DATA."""
    answers: list[bytes | Fault] = [*BREAKS, b"350 odd\r\n", b"250 a\r\n250 b\r\n"]
    for tried in await attempts(*({step: answer} for answer in answers)):
        assert isinstance(tried.outcome, Deferred)
        assert tried.outcome.reply.code == 0
        assert tried.outcome.phase is phase or (tried.in_flight and tried.outcome.phase is Phase.DATA)
        assert not tried.kept
        assert len(tried.served.bodies) == 1


async def test_data_answered_with_250_is_no_permission() -> None:
    for tried in await attempts({"data": b"250 ok\r\n"}):
        assert isinstance(tried.outcome, Deferred)
        assert tried.outcome.phase is Phase.DATA
        assert not tried.kept


@pytest.mark.parametrize("answer", [b"354 go\r\n250 ok\r\n", b"354 go\r\n421 bye\r\n"])
async def test_a_relay_that_runs_ahead_of_the_message_is_not_believed(answer: bytes) -> None:
    """Its "250" would else be taken for the answer to the dot, and the message be lost."""
    for tried in await attempts({"data": answer}):
        assert isinstance(tried.outcome, Deferred)
        assert not tried.kept


HUGE = replace(MESSAGE, payload=MESSAGE.payload + (b"x" * 76 + b"\r\n") * 100_000)


async def test_a_break_within_the_message_is_certainly_not_accepted() -> None:
    """The body does not fit into the sockets' buffers, so its dot cannot have been written."""
    faults = (Fault.DROP, Fault.HANG_UP, Fault.STALL, b"552 5.3.4 too big\r\n")
    ehlos = (EHLO["plain"], EHLO["plain"].replace(b"250 ", b"250-") + b"250 PIPELINING\r\n")
    scripts = [{"ehlo": ehlo, "body": fault} for fault in faults for ehlo in ehlos]
    for tried in await asyncio.gather(*(attempt(script, HUGE) for script in scripts)):
        assert isinstance(tried.outcome, Deferred)
        assert tried.outcome.phase is Phase.BODY
        assert not tried.kept
        assert len(tried.served.bodies) == 1


@pytest.mark.parametrize("code", [250, 251, 252, 299])
async def test_any_2xx_to_the_dot_is_sent_and_the_connection_stays(code: int) -> None:
    for tried in await attempts({"dot": b"%d 2.0.0 Ok\r\n" % code}):
        assert isinstance(tried.outcome, Sent)
        assert tried.kept
        assert tried.served.bodies[0] == MESSAGE.payload


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
    for tried in await attempts({"dot": answer}):
        assert isinstance(tried.outcome, Deferred | Refused)
        assert isinstance(tried.outcome, kind)
        assert tried.outcome.phase is Phase.DOT
        assert tried.kept is stays


async def test_no_clear_answer_to_the_dot_is_uncertain_and_closes() -> None:
    answers: list[bytes | Fault] = [
        *BREAKS,
        b"354 go on\r\n",
        b"250 a\r\n550 b\r\n",
        b"250 a\r\nwhat\r\n",
        b"199 x\r\n",
        b"250",
    ]
    for tried in await attempts(*({"dot": answer} for answer in answers)):
        assert isinstance(tried.outcome, Uncertain)
        assert not tried.kept
        assert len(tried.served.bodies) == 2


async def test_a_relay_that_says_goodbye_with_its_answer_is_believed() -> None:
    for tried in await attempts({"dot": b"250 2.0.0 Ok\r\n421 4.4.2 enough for today\r\n"}):
        assert isinstance(tried.outcome, Sent)
        assert not tried.kept


async def test_a_relay_that_fails_at_rset_is_left() -> None:
    refused = {"rcpt": b"550 5.1.1 no\r\n"}
    for tried in await attempts({**refused, "rset": b"500 what\r\n"}, {**refused, "rset": Fault.STALL}):
        assert isinstance(tried.outcome, Refused)
        assert not tried.kept


async def test_the_envelope_is_one_mail_one_rcpt_one_data() -> None:
    for tried in await attempts({}):
        assert isinstance(tried.outcome, Sent)
        assert tried.served.commands[1:4] == [
            f"MAIL FROM:<{MESSAGE.envelope_from}> SIZE={len(MESSAGE.payload)}",
            "RCPT TO:<reader@example.net>",
            "DATA",
        ]


async def test_lines_that_begin_with_a_dot_arrive_as_they_are() -> None:
    dotted = replace(MESSAGE, payload=b".first: x\r\n\r\n.\r\n..\r\n. \r\nend.\r\n")
    async with scripted_relay() as served, BareRelay(settings(served)).lane() as lane:
        assert isinstance(await lane.deliver(dotted), Sent)
        await lane.close()
    assert served.bodies == [dotted.payload]


INTERNATIONAL = digest(EmailAddress("خالد", "xn--mgbh0fb.xn--mgberp4a5d4ar"))


async def test_an_address_beyond_ascii_is_skipped_without_smtputf8() -> None:
    """A reasoned skip, no bounce; and the next reader is not disturbed."""
    tried = await attempt({"ehlo": EHLO["plain"]}, INTERNATIONAL)
    assert isinstance(tried.outcome, Refused)
    assert tried.outcome.phase is Phase.RCPT
    assert (tried.outcome.reply.code, tried.outcome.reply.enhanced) == (0, "5.6.7")
    assert "SMTPUTF8" in tried.outcome.reply.text
    assert tried.kept
    assert tried.served.verbs().count("MAIL") == 1


async def test_an_address_beyond_ascii_goes_out_with_smtputf8() -> None:
    for tried in await attempts({}, message=INTERNATIONAL):
        assert isinstance(tried.outcome, Sent)
        assert tried.served.commands[1].endswith(" BODY=8BITMIME SMTPUTF8")
        assert tried.served.commands[2] == "RCPT TO:<خالد@xn--mgbh0fb.xn--mgberp4a5d4ar>"
        assert "\r\nTo: خالد@xn--mgbh0fb.xn--mgberp4a5d4ar\r\n".encode() in tried.served.bodies[0]


async def test_a_message_larger_than_the_relay_takes_is_not_begun() -> None:
    for tried in await attempts({}, message=HUGE):
        assert isinstance(tried.outcome, Refused)
        assert tried.outcome.reply.enhanced == "5.3.4"
        assert tried.kept
        assert tried.served.verbs().count("MAIL") == 1


@pytest.mark.parametrize("size", [b"SIZE", b"SIZE 0", b"SIZE lots"])
async def test_a_size_without_a_limit_is_none(size: bytes) -> None:
    tried = await attempt({"ehlo": b"250-relay.example\r\n250 " + size + b"\r\n"})
    assert isinstance(tried.outcome, Sent)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
async def test_cancelling_closes_the_connection_and_the_next_reader_is_safe(step: str) -> None:
    """aiosmtplib alone would call the connection good and hand the next reader this one's answer."""
    for way in ("usual", "pipelining"):
        async with scripted_relay({"ehlo": EHLO[way], step: Fault.STALL}) as served:
            relay = BareRelay(settings(served, timeouts=Timeouts()))
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
