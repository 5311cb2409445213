"""The envelope in one flight: attributed in order, nothing behind the dot, and never believed more than is certain."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import cast

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.mail.smtp import Session
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Sent, Uncertain
from publisher.wiring.loop import run
from tests.loops import BOTH
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import digest
from tests.mail.scripted_relay import EHLO, Fault, Script, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.anyio
TIMEOUTS = Timeouts(connect=5, command=1.5, body=1.5, dot=1.5, quit=0.5)
MESSAGE = digest()
SMALL = replace(MESSAGE, payload=b"Subject: x\r\n\r\nx\r\n")
PIPELINING: Script = {"ehlo": EHLO["pipelining"]}


@pytest.fixture(params=BOTH)
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """On each loop: what is held back, and when, is the transport's to say."""
    return request.param


def settings(port: int) -> RelaySettings:
    return RelaySettings(
        host="127.0.0.1", port=port, tls=Tls.NONE, lanes=1, ehlo_name="localhost", timeouts=TIMEOUTS
    )


async def two(served: ScriptedRelay) -> tuple[Outcome, Outcome]:
    """What became of a message, and of one behind it that nothing happens to."""
    relay = BareRelay(settings(served.port))
    async with relay.lane() as lane:
        first = await lane.deliver(SMALL)
        served.script = PIPELINING
        second = await lane.deliver(SMALL)
    await relay.close()
    return first, second


async def test_the_whole_envelope_is_out_before_its_first_answer() -> None:
    """This relay answers MAIL and RCPT only once it has read DATA."""
    async with scripted_relay(PIPELINING) as served:
        served.in_one_go = True
        outcomes = await two(served)
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert served.connections == 1


async def test_without_the_announcement_each_command_waits_for_its_answer() -> None:
    async with scripted_relay({"ehlo": EHLO["usual"]}) as served:
        served.in_one_go = True
        outcome, _ = await two(served)
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.MAIL


@pytest.mark.parametrize("answer", [b"554 5.5.1 nobody\r\n", b"250 2.0.0 Ok\r\n", b"451 4.3.0 hm\r\n"])
async def test_a_refused_recipient_and_354_get_a_lone_dot_whose_answer_means_nothing(answer: bytes) -> None:
    """RFC 2920 section 3.1. The next reader's mail goes over the same connection."""
    script: Script = {
        **PIPELINING, "rcpt": b"550 5.1.1 nobody here\r\n", "data": b"354 go\r\n", "dot": answer,
    }  # fmt: skip
    async with scripted_relay(script) as served:
        first, second = await two(served)
    assert isinstance(first, Refused)
    assert (first.phase, first.reply.enhanced) == (Phase.RCPT, "5.1.1")
    assert isinstance(second, Sent)
    assert served.bodies == [b"", SMALL.payload]
    assert served.connections == 1
    assert "RSET" not in served.verbs()


@pytest.mark.parametrize("answer", [Fault.DROP, Fault.STALL, b"421 4.3.2 bye\r\n", b"what\r\n"])
async def test_a_relay_that_fails_at_the_lone_dot_is_left(answer: "bytes | Fault") -> None:
    script: Script = {**PIPELINING, "rcpt": b"450 4.2.1 later\r\n", "data": b"354 go\r\n", "dot": answer}
    async with scripted_relay(script) as served:
        first, second = await two(served)
    assert isinstance(first, Deferred)
    assert (first.phase, first.reply.code) == (Phase.RCPT, 450)
    assert isinstance(second, Sent)
    assert served.connections == 2


async def test_a_recipient_taken_after_a_refused_sender_gets_no_empty_mail() -> None:
    """A lone dot would end a message that the relay means to deliver."""
    script: Script = {
        **PIPELINING, "mail": b"550 5.7.1 no\r\n", "rcpt": b"250 Ok\r\n", "data": b"354 go\r\n",
    }  # fmt: skip
    async with scripted_relay(script) as served:
        first, second = await two(served)
    assert isinstance(first, Refused)
    assert first.phase is Phase.MAIL
    assert isinstance(second, Sent)
    assert served.bodies == [SMALL.payload]
    assert served.connections == 2


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.HANG_UP, Fault.STALL, b"421 4.3.2 bye\r\n"])
async def test_a_refusal_counts_although_the_relay_goes_away_behind_it(fault: "bytes | Fault") -> None:
    """Else a relay that hangs up on unknown readers would be asked about them for ever."""
    script: Script = {**PIPELINING, "rcpt": b"550 5.1.1 nobody here\r\n", "data": fault}
    async with scripted_relay(script) as served:
        first, second = await two(served)
    assert isinstance(first, Refused)
    assert (first.phase, first.reply.code) == (Phase.RCPT, 550)
    assert isinstance(second, Sent)
    assert served.connections == 2


@pytest.mark.parametrize("answer", [b"what\r\n", b"250 Ok\r\n", b"503 5.5.1 no\r\n250 Ok\r\n"])
async def test_a_refusal_does_not_count_where_the_rest_makes_no_sense(answer: bytes) -> None:
    """The 550 may have been the second answer to MAIL: nobody fails by somebody else's refusal."""
    script: Script = {**PIPELINING, "rcpt": b"550 5.1.1 nobody here\r\n", "data": answer}
    async with scripted_relay(script) as served:
        first, second = await two(served)
    assert isinstance(first, Deferred)
    assert first.reply.code == 0
    assert isinstance(second, Sent)
    assert served.connections == 2


async def test_nothing_is_written_behind_a_message_before_its_answer() -> None:
    """Although the next message waits already (Postfix `smtp_chat.c` is why)."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example\r\n")
        await reader.readline()
        writer.write(EHLO["pipelining"])
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 Ok\r\n250 Ok\r\n354 go\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        try:
            heard.append(await asyncio.wait_for(reader.read(100), 0.15))
        except TimeoutError:
            heard.append(b"")
        writer.write(b"250 Ok\r\n")
        heard.append(await reader.readline())
        writer.transport.abort()

    async with listening(serve) as port:
        relay = BareRelay(settings(port))
        async with relay.lane() as lane:
            assert isinstance(await lane.deliver(SMALL), Sent)
            await lane.deliver(SMALL)
    assert heard[0] == b""
    assert heard[1].startswith(b"MAIL FROM:")


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, *, window_octets: int | None = None) -> AsyncIterator[int]:
    """A port where `serve` answers. `window_octets` bounds what is taken before it reads."""
    tasks: set[asyncio.Task[None]] = set()

    async def hosted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.transport.abort()

    listener = socket.create_server(("127.0.0.1", 0))
    if window_octets is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window_octets)
    server = await asyncio.start_server(hosted, sock=listener, limit=window_octets or 65_536)
    try:
        yield listener.getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class Connected:
    """As much of aiosmtplib's client as a session uses, over a socket of ours."""

    transport: asyncio.Transport
    esmtp_extensions: dict[str, str] = field(default_factory=lambda: {"pipelining": ""})

    def close(self) -> None:
        self.transport.abort()


@pytest.mark.parametrize("fault", ["drop", "stall", "552 5.3.4 too big", "250 2.0.0 Ok"])
async def test_what_never_left_whole_was_certainly_not_accepted(fault: str) -> None:
    """A message goes in one write; while its end still waits in this process the relay cannot have seen the dot, so
    an answer then is none to it.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 Ok\r\n250 Ok\r\n354 go\r\n")
        await asyncio.sleep(0.1)
        if fault == "drop":
            writer.transport.abort()
        elif fault != "stall":
            writer.write(fault.encode() + b"\r\n")
        await asyncio.sleep(5)

    outcome = await over_a_narrow_socket(serve)
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.BODY


async def test_a_slow_relay_has_the_whole_time_for_its_answer_once_the_message_left() -> None:
    """Leaving took longer than an answer may; and what is lost after it left is in doubt."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 Ok\r\n250 Ok\r\n354 go\r\n")
        await asyncio.sleep(0.9)
        octets = b""
        while not octets.endswith(b"\r\n.\r\n"):
            octets += await reader.read(65_536)
        await asyncio.sleep(0.9)
        writer.write(b"250 Ok\r\n")
        await asyncio.sleep(5)

    assert isinstance(await over_a_narrow_socket(serve), Sent)


async def over_a_narrow_socket(serve: Serve) -> Outcome:
    """One message of 240 KB over a connection whose kernel buffers hold only a little of it."""
    message = replace(SMALL, payload=SMALL.payload + (b"x" * 76 + b"\r\n") * 3_000)
    async with listening(serve, window_octets=4_096) as port:
        ours = socket.socket()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        ours.connect(("127.0.0.1", port))
        ours.setblocking(False)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
        session = Session(cast("aiosmtplib.SMTP", Connected(transport)), TIMEOUTS)
        try:
            return await session.deliver(message)
        finally:
            session.abort()


# --- A property: whatever a relay answers, the outcome is what a reader of its transcript would say ------------

ANSWERS: dict[str, Sequence[bytes]] = {
    "ok": (b"250 2.0.0 Ok\r\n", b"251 Ok\r\n", b"250-a\r\n250 b\r\n"),
    "go": (b"354 go\r\n",),
    "later": (b"451 4.3.0 later\r\n", b"450-a\r\n450 b\r\n"),
    "no": (b"550 5.1.1 no\r\n", b"554 5.7.1 no\r\n"),
    "closing": (b"421 4.3.2 bye\r\n",),
    "odd": (b"350 odd\r\n", b"299x\r\n", b"\r\n"),
    "gone": (b"",),
    "twice": (b"250 a\r\n250 b\r\n", b"550 a\r\n550 b\r\n"),
}


@st.composite
def scripts(draw: st.DrawFn) -> dict[str, tuple[str, bytes]]:
    """For each step a kind of answer and its octets; good ones are common, so that some scripts come to the end."""
    script = {}
    for step, good in (("mail", "ok"), ("rcpt", "ok"), ("data", "go"), ("dot", "ok")):
        kind = draw(st.one_of(st.just(good), st.just(good), st.sampled_from(sorted(ANSWERS))))
        script[step] = (kind, draw(st.sampled_from(ANSWERS[kind])))
    return script


def model(script: dict[str, tuple[str, bytes]], *, in_flight: bool) -> type[Outcome]:
    """Written from the table, not from the code."""
    kinds = [script[step][0] for step in ("mail", "rcpt", "data")]
    welcome = ("ok", "ok", "go")
    refusals: dict[str, type[Outcome]] = {"later": Deferred, "no": Refused, "closing": Deferred}
    if in_flight:
        kinds = kinds[: kinds.index("closing") + 1] if "closing" in kinds else kinds
        kinds = kinds[: kinds.index("gone")] if "gone" in kinds else kinds
        senses = [kind == good or kind in refusals for kind, good in zip(kinds, welcome, strict=False)]
        if not all(senses):
            return Deferred
    for kind, good in zip(kinds, welcome, strict=False):
        if kind != good:
            return refusals.get(kind, Deferred)
    if len(kinds) < len(welcome):
        return Deferred
    return {"ok": Sent, "later": Deferred, "closing": Deferred, "no": Refused}.get(
        script["dot"][0], Uncertain
    )


async def play(script: dict[str, tuple[str, bytes]], *, in_flight: bool) -> Outcome:
    """Against a machine that answers each line as it is told, all it has read at once."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example\r\n")
        await reader.readline()
        writer.write(EHLO["pipelining" if in_flight else "usual"])
        said = b""
        for step in ("mail", "rcpt", "data"):
            line = await reader.readline()
            if not line.lower().startswith(step.encode()):
                writer.write(b"250 Ok\r\n" if line.startswith(b"RSET") else b"221 Bye\r\n")
                return writer.close()
            kind, answer = script[step]
            said += answer
            if not in_flight or step == "data" or kind in ("gone", "closing"):
                writer.write(said)
                said = b""
            if kind in ("gone", "closing"):
                return writer.close()
        if script["data"][0] != "go":
            if (await reader.readline()).startswith(b"RSET"):
                writer.write(b"250 Ok\r\n")
            return writer.close()
        octets = b""
        while not octets.endswith(b"\r\n.\r\n") and octets != b".\r\n":
            if not (line := await reader.readline()):
                return writer.close()
            octets += line
        writer.write(script["dot"][1])
        if script["dot"][0] not in ("gone", "closing"):
            await reader.readline()
        return writer.close()

    async with listening(serve) as port:
        relay = BareRelay(settings(port))
        async with relay.lane() as lane:
            outcome = await lane.deliver(SMALL)
        await relay.close()
    return outcome


@example_settings(max_examples=80, deadline=None)
@given(scripts(), st.booleans())
def test_the_outcome_is_what_the_transcript_says(
    script: dict[str, tuple[str, bytes]], in_flight: bool
) -> None:
    outcome = run(play(script, in_flight=in_flight))
    assert type(outcome) is model(script, in_flight=in_flight), outcome
