"""The relay's side of one connection: plain RFC 5321, one fault at a time, nothing shared with the sender's code.

Promise: what it decided about a message stands in the journal before the sender hears of it.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random

from tests.faultbench.answers import LATE, LATER_S, USUAL, Flow, play
from tests.faultbench.audience import Role, read_role
from tests.faultbench.cells import TAKEN, Kind, Stage
from tests.faultbench.fault_plans import FaultPlan
from tests.faultbench.journal import TRUSTED, Entry, JournalWriter, Verdict
from tests.faultbench.samples import SampleWriter

INJECTED = b"250-sink.example\r\n250 SIZE 1\r\n"
"""What somebody in between adds behind the 220: a sender that takes it for the answer to its EHLO under TLS finds every
message too large, and fails it though the relay never refused it.
"""

_PATH = re.compile(rb"<([^<>]*)>")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_BODY_HASH = re.compile(
    rb"^DKIM-Signature:(?:[^\r\n]|\r\n[ \t])*?\bbh=([A-Za-z0-9+/=]+)", re.IGNORECASE | re.MULTILINE
)
_END = b"\r\n.\r\n"


@dataclass(slots=True, kw_only=True)
class Sink:
    """What all connections share. `rcpts` and `dots` count, by reader and by message, how often they came."""

    plan: FaultPlan
    journal: JournalWriter
    samples: SampleWriter
    chance: Random
    delay_s: float
    greylist: bool
    pipelining: bool
    tls: ssl.SSLContext
    bad_tls: dict[Kind, ssl.SSLContext]
    connections: int = 0
    rcpts: dict[str, int] = field(default_factory=dict)
    dots: dict[str, int] = field(default_factory=dict)
    senders: set[str] = field(default_factory=set)


class Visit(asyncio.Protocol):
    """One connection. `secure`: this port offers STARTTLS, and AUTH after it."""

    def __init__(self, sink: Sink, *, secure: bool) -> None:
        sink.connections += 1
        self._sink = sink
        self._number = sink.connections
        self._secure = secure
        self._buffer = bytearray()
        self._seen = 0
        self._messages = 0
        self._recipient = ""
        self._in_body = False
        self._refused = False
        self._tainted = False
        self._silent = False
        self._waits = False
        self._posing: Kind | None = None
        self._late: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From the transport; a second time once TLS is up."""
        upgraded = hasattr(self, "_transport")
        self._transport = transport  # type: ignore[assignment]
        if not upgraded:
            self._answer(Stage.BANNER)

    def data_received(self, data: bytes) -> None:
        """From the transport."""
        if self._silent:
            return
        self._say_late()
        self._buffer += data
        self._go_on()

    def eof_received(self) -> bool:
        """From the transport."""
        return False

    def _go_on(self) -> None:
        """Take all that is complete; while an answer is being delayed, nothing."""
        while self._buffer and not self._silent and not self._waits:
            if not (self._take_body() if self._in_body else self._take_line()):
                return

    def _take_line(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            return False
        line = bytes(self._buffer[: end + 1]).strip()
        del self._buffer[: end + 1]
        self._note_trust(line)
        match line[:4].upper():
            case b"EHLO" | b"HELO":
                self._ehlo()
            case b"MAIL":
                self._mail(line)
            case b"RCPT":
                self._rcpt(line)
            case b"DATA":
                self._data()
            case b"RSET":
                self._recipient = ""
                self._answer(Stage.RSET)
            case b"QUIT":
                if self._answer(Stage.QUIT) is not Flow.MUTE:
                    self._transport.close()
                    self._silent = True
            case b"STAR":
                self._starttls()
            case b"AUTH":
                self._answer(Stage.AUTH)
            case _:
                self._transport.write(b"502 5.5.2 what?\r\n")
        return True

    def _note_trust(self, line: bytes) -> None:
        """Where it is no relay to be trusted, whatever else the sender says is journalled: nothing but these. With
        replies slipped in behind the 220 it is, once TLS is up: the certificate is good.
        """
        if self._posing is Kind.PLAINTEXT and self._encrypted:
            return
        if self._posing is not None and line[:4].upper() not in (b"EHLO", b"HELO", b"STAR", b"QUIT"):
            self._write(Verdict.NOTHING, Stage.TLS, self._posing, message_id=TRUSTED)

    @property
    def _encrypted(self) -> bool:
        return self._transport.get_extra_info("ssl_object") is not None

    def _ehlo(self) -> None:
        """Whether it is one to be trusted is decided just before it says that it can encrypt."""
        kind = self._pick(Stage.EHLO)
        if kind is None and self._secure and not self._encrypted:
            self._posing = self._pick(Stage.TLS)
            if self._posing is not None:
                self._write(Verdict.NOTHING, Stage.TLS, self._posing)
        self._say(Stage.EHLO, kind, self._extensions())

    def _extensions(self) -> bytes:
        names = [b"sink.example", b"SIZE 10000000", b"8BITMIME", b"ENHANCEDSTATUSCODES"]
        names += [b"PIPELINING"] if self._sink.pipelining else []
        names += (
            [b"STARTTLS"]
            if self._secure and not self._encrypted and self._posing is not Kind.STRIPPED
            else []
        )
        names += [b"AUTH PLAIN"] if self._secure and self._encrypted else []
        return b"\r\n".join([b"250-" + name for name in names] + [b"250 SMTPUTF8"])

    def _mail(self, line: bytes) -> None:
        self._messages += 1
        self._recipient, self._refused, self._tainted = "", False, False
        found = _PATH.search(line)
        sender = found[1].decode() if found else "?"
        if sender not in self._sink.senders:
            self._sink.senders.add(sender)
            self._write(Verdict.NOTHING, Stage.MAIL, None, recipient=sender)
        self._refused = self._answer(Stage.MAIL) is not Flow.ON

    def _rcpt(self, line: bytes) -> None:
        if self._refused:
            self._transport.write(b"503 5.5.1 MAIL first\r\n")
            return
        found = _PATH.search(line)
        recipient = found[1].decode() if found else "?"
        came = self._sink.rcpts[recipient] = self._sink.rcpts.get(recipient, 0) + 1
        role = read_role(recipient.partition("@")[0])
        put_off = came == 1 and (role is Role.SOFT_RCPT or self._sink.greylist)
        if role is Role.HARD_RCPT or put_off:
            verdict = Verdict.TEMPORARY if put_off else Verdict.PERMANENT
            self._write(verdict, Stage.RCPT, None, recipient=recipient)
            said = b"450 4.2.0 come back later" if put_off else b"550 5.1.1 nobody of that name"
            self._transport.write(said + b"\r\n")
            self._refused = True
            return
        self._recipient = recipient
        self._refused = self._answer(Stage.RCPT) is not Flow.ON

    def _data(self) -> None:
        if self._refused or not self._recipient:
            self._transport.write(b"554 5.5.1 no valid recipients\r\n")
            return
        self._in_body = self._answer(Stage.DATA) is Flow.ON
        self._seen = 0

    def _take_body(self) -> bool:
        if self._seen == 0 and self._messages and self._play_in_body():
            return False
        end = self._buffer.find(_END, max(0, self._seen - len(_END)))
        self._seen = len(self._buffer)
        if end < 0:
            return False
        message = bytes(self._buffer[: end + 2])
        del self._buffer[: end + len(_END)]
        self._in_body = False
        self._take_dot(message)
        return True

    def _play_in_body(self) -> bool:
        """A fault before the dot: what follows of the message is thrown away and never answered."""
        kind = self._pick(Stage.BODY)
        if kind is None:
            return False
        self._write(_verdict_of(Stage.BODY, kind), Stage.BODY, kind)
        play(self._transport, Stage.BODY, kind, USUAL[Stage.BODY])
        self._silent = True
        return True

    def _take_dot(self, message: bytes) -> None:
        found = _MESSAGE_ID.search(message)
        message_id = found[1].decode() if found else "?"
        attempt = self._sink.dots[message_id] = self._sink.dots.get(message_id, 0) + 1
        message = message.replace(b"\r\n..", b"\r\n.")
        digest = sha256(message).hexdigest()
        signed = _BODY_HASH.search(message)
        body_hash = signed[1].decode() if signed else ""
        role = read_role(self._recipient.partition("@")[0])
        if role is Role.HARD_DOT or self._tainted or (role is Role.SOFT_DOT and attempt == 1):
            kind = None
            verdict = Verdict.PERMANENT if role is Role.HARD_DOT else Verdict.TEMPORARY
        else:
            kind = self._pick(Stage.DOT)
            verdict = Verdict.ACCEPTED if kind is None else _verdict_of(Stage.DOT, kind)
        if verdict is Verdict.ACCEPTED:
            self._sink.samples.write(message_id, message)
        self._write(
            verdict,
            Stage.DOT,
            kind,
            message_id=message_id,
            attempt=attempt,
            digest=digest,
            body_hash=body_hash,
        )
        self._after_a_while(lambda: self._answer_dot(verdict, kind))

    def _answer_dot(self, verdict: Verdict, kind: Kind | None) -> None:
        if kind is not None:
            self._perform(Stage.DOT, kind, USUAL[Stage.DOT])
            return
        said = {
            Verdict.ACCEPTED: USUAL[Stage.DOT],
            Verdict.TEMPORARY: b"451 4.3.0 not now",
            Verdict.PERMANENT: b"550 5.1.1 nobody of that name after all",
        }[verdict]
        self._transport.write(said + b"\r\n")

    def _starttls(self) -> None:
        if self._posing is None:
            if self._answer(Stage.STARTTLS) is not Flow.ON:
                return
        else:
            more = INJECTED if self._posing is Kind.PLAINTEXT else b""
            self._transport.write(USUAL[Stage.STARTTLS] + b"\r\n" + more)
            self._silent = self._posing is Kind.HANDSHAKE_STALL
            if self._silent:
                return
        self._waits = True
        self._buffer.clear()  # what came in the clear behind STARTTLS is not taken for what comes under TLS
        task = asyncio.ensure_future(self._encrypt())
        task.add_done_callback(lambda done: done.exception())

    async def _encrypt(self) -> None:
        context = (
            self._sink.tls if self._posing is None else self._sink.bad_tls.get(self._posing, self._sink.tls)
        )
        try:
            loop = asyncio.get_running_loop()
            upgraded = await loop.start_tls(
                self._transport, self, context, server_side=True, ssl_handshake_timeout=5
            )
        except (OSError, ConnectionError):
            self._transport.abort()
            return
        if upgraded is None:
            self._transport.abort()
            return
        self._transport = upgraded
        self._waits = False
        self._go_on()  # what came under TLS before we were told that it is up

    def _answer(self, stage: Stage) -> Flow:
        """Say the usual, or what the plan has for this moment; every fault is journalled first."""
        return self._say(stage, self._pick(stage), USUAL[stage])

    def _say(self, stage: Stage, kind: Kind | None, usual: bytes) -> Flow:
        if kind is None:
            self._transport.write(usual + b"\r\n")
            return Flow.ON
        self._tainted = self._tainted or (stage is Stage.DATA and kind is Kind.TWO_REPLIES)
        self._write(_verdict_of(stage, kind), stage, kind)
        return self._perform(stage, kind, usual)

    def _perform(self, stage: Stage, kind: Kind, usual: bytes) -> Flow:
        if kind is Kind.UNSOLICITED:
            self._transport.write(usual + b"\r\n")
            self._late = asyncio.get_running_loop().call_later(LATER_S, self._say_late)
            return Flow.ON
        flow = play(self._transport, stage, kind, usual)
        self._silent = self._silent or flow is Flow.MUTE
        return flow

    def _say_late(self) -> None:
        """The line that nobody asked for: on a busy machine its time may come late, and other answers must not come
        before it.
        """
        late, self._late = self._late, None
        if late is not None:
            late.cancel()
            if not self._transport.is_closing():
                self._transport.write(LATE)

    def _pick(self, stage: Stage) -> Kind | None:
        """On the port with STARTTLS the first stages go well: the other port plays theirs, and all that only this one
        can play comes after them.
        """
        if self._secure and stage in (Stage.BANNER, Stage.EHLO):
            return None
        return self._sink.plan.pick(stage, connection=self._number, message=self._messages)

    def _after_a_while(self, act: Callable[[], None]) -> None:
        """The relay's own work on a message takes time, exponentially distributed: kills land in it."""
        if not self._sink.delay_s:
            act()
            return
        self._waits = True

        def go_on() -> None:
            self._waits = False
            if not self._transport.is_closing():
                act()
                self._go_on()

        loop = asyncio.get_running_loop()
        loop.call_later(self._sink.chance.expovariate(1 / self._sink.delay_s), go_on)

    def _write(
        self,
        verdict: Verdict,
        stage: Stage,
        kind: Kind | None,
        *,
        recipient: str = "",
        message_id: str = "",
        attempt: int = 0,
        digest: str = "",
        body_hash: str = "",
    ) -> None:
        self._sink.journal.write(
            Entry(
                at_ns=time.monotonic_ns(),
                connection=self._number,
                verdict=verdict,
                stage=stage,
                kind=kind,
                recipient=recipient or self._recipient,
                message_id=message_id,
                attempt=attempt,
                digest=digest,
                body_hash=body_hash,
            )
        )


def _verdict_of(stage: Stage, kind: Kind) -> Verdict:
    """What a fault means for the message. Only at the dot can one be taken."""
    match kind:
        case Kind.TEMPORARY | Kind.CLOSING | Kind.CLOSING_OPEN:
            return Verdict.TEMPORARY
        case Kind.PERMANENT:
            return Verdict.PERMANENT
    return Verdict.ACCEPTED if stage is Stage.DOT and kind in TAKEN else Verdict.NOTHING
