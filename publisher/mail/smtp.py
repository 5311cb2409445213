"""One SMTP session: aiosmtplib opens it, we speak the mail transactions.

Promise: every attempt ends in what is certain. Before the final dot was written the message was not accepted,
whatever broke; once it may have been written only the relay's own answer counts, and without one the outcome is
`Uncertain`, never `Sent` and never "not sent". The phase becomes DOT just before that write. aiosmtplib cannot tell the
two sides apart (its exceptions are the same), so it keeps connecting, EHLO, TLS and AUTH, and then hands over its
transport by asyncio's public `set_protocol`. Anything but a clean reply ends the connection; so does cancellation.
The envelope goes in one flight where the relay announces PIPELINING, else command by command.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

import aiosmtplib

from publisher.mail.conversation import Conversation, ConversationError
from publisher.mail.extensions import Extensions
from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.mail.reply import broken, build_reply
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Reply, Sent, Uncertain

CLOSING = 421
_ENVELOPE = (Phase.MAIL, Phase.RCPT, Phase.DATA)
_WRITE_OCTETS = 262_144
"""A message up to this size is written at once; a larger one in pieces, each when the one before has left."""


class UnreachableError(Exception):
    """No session could be opened; `reply` is what the relay or the network said. Never leaves the room."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


async def open_session(settings: RelaySettings) -> "Session":
    """Connect, greet, encrypt and log in as the settings say, never less. Raises UnreachableError."""
    try:
        async with asyncio.timeout(settings.timeouts.connect):
            client = await _connect(settings)
    except aiosmtplib.SMTPResponseException as error:
        raise UnreachableError(build_reply(max(error.code, 0), error.message)) from error
    except TimeoutError as error:
        raise UnreachableError(broken(f"no session within {settings.timeouts.connect:g} s")) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise UnreachableError(broken(f"no session: {error}")) from error
    return Session(client, settings.timeouts)


async def _connect(settings: RelaySettings) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.tls is Tls.TLS,
        start_tls=settings.tls is Tls.STARTTLS,
        tls_context=None if settings.tls is Tls.NONE else await asyncio.to_thread(_tls_context, settings),
        username=settings.username,
        password=settings.password,
        local_hostname=settings.ehlo_name,
        timeout=settings.timeouts.command,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
    except BaseException:
        client.close()
        raise
    return client


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()  # RFC 5321 section 3.2: a relay may know only the older greeting


def _tls_context(settings: RelaySettings) -> ssl.SSLContext:
    """Certificates and names are always verified; `ca_file` replaces the system's trust store. Reads files."""
    return ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))


class Session:
    """An open connection, used for one message at a time."""

    def __init__(self, client: aiosmtplib.SMTP, timeouts: Timeouts) -> None:
        self._client = client
        self._timeouts = timeouts
        self._extensions = Extensions.parse(client.esmtp_extensions)
        self._phase = Phase.MAIL
        self._talk = Conversation(cast("asyncio.Transport", client.transport))
        self.begun = 0
        """Messages begun on this connection."""

    @property
    def is_open(self) -> bool:
        """Whether another message may be begun."""
        return self._talk.is_open

    async def deliver(self, message: Message) -> Outcome:
        """Try one message. Leaves the session open only after clean replies."""
        unfit = self._extensions.decide_unfit(message)
        if unfit is not None:
            return unfit
        self.begun += 1
        self._phase = Phase.MAIL
        try:
            return await self._offer(message) or await self._hand_over(message)
        except ConversationError as lost:
            self.abort()
            return self._judge_break(lost.reply)
        except BaseException:  # cancelled, or a defect of ours: the relay must not go on with half a message
            self.abort()
            raise

    async def quit(self) -> None:
        """Say goodbye and close. What the relay answers changes nothing any more."""
        with suppress(ConversationError):
            await self._talk.ask(b"QUIT", wait=self._timeouts.quit)
        self.abort()

    def abort(self) -> None:
        """Close at once."""
        self._talk.abort()
        self._client.close()

    async def _offer(self, message: Message) -> Deferred | Refused | None:
        """The envelope (RFC 5321 section 3.3); None where the relay awaits the message. One recipient, so a refusal
        anywhere ends the transaction.
        """
        commands = (self._extensions.build_mail(message), self._extensions.build_rcpt(message), b"DATA")
        if self._extensions.pipelining:
            return await self._offer_at_once(commands)
        for phase, command in zip(_ENVELOPE, commands, strict=True):
            self._phase = phase
            reply = await self._talk.ask(command, wait=self._timeouts.command)
            if not _is_welcome(phase, reply):
                _require_sense(phase, reply)
                await self._clear(reply)
                return _turned_away(phase, reply)
        return None

    async def _offer_at_once(self, commands: Sequence[bytes]) -> Deferred | Refused | None:
        """The same in one flight (RFC 2920). The first refusal counts. It also counts where the relay went away behind
        it, but not where the rest of the flight makes no sense: then it may have been the answer to something else.
        """
        try:
            replies = await self._talk.ask_all(commands, wait=self._timeouts.command)
        except ConversationError as lost:
            replies = lost.answered
            if lost.is_confused or all(map(_is_welcome, _ENVELOPE, replies)):
                self._phase = _ENVELOPE[min(len(replies), 2)]
                raise
            self.abort()
        for self._phase, reply in zip(_ENVELOPE, replies, strict=False):
            _require_sense(self._phase, reply)
        for phase, reply in zip(_ENVELOPE, replies, strict=False):
            if not _is_welcome(phase, reply):
                await self._clear_flight(replies)
                return _turned_away(phase, reply)
        return None

    async def _hand_over(self, message: Message) -> Outcome:
        """The message in its wire form, in one write unless it is large; nothing behind it before its answer."""
        wire = (message.payload if message.is_dotless else _dot_stuffed(message.payload)) + b".\r\n"
        self._phase = Phase.BODY
        start = 0
        while len(wire) - start > _WRITE_OCTETS:
            await self._talk.send(wire[start : start + _WRITE_OCTETS], wait=self._timeouts.body)
            start += _WRITE_OCTETS
        self._talk.require_turn()
        self._phase = Phase.DOT  # before the write: from here on only the answer tells, but see _judge_break
        reply = await self._talk.finish(
            wire[start:] if start else wire, wait_body=self._timeouts.body, wait_dot=self._timeouts.dot
        )
        return self._judge_dot(reply)

    async def _clear_flight(self, replies: Sequence[Reply]) -> None:
        """After a refusal in a flight. A relay that says 354 all the same waits for a message: it gets a lone dot,
        whose answer means nothing (RFC 2920 section 3.1); but if it took the recipient, that would be an empty mail.
        """
        if not self._talk.is_open or len(replies) < len(_ENVELOPE):
            self.abort()
        elif not _is_welcome(Phase.DATA, replies[2]):
            await self._clear(replies[2])
        elif _is_welcome(Phase.RCPT, replies[1]):
            self.abort()
        else:
            await self._ask_or_leave(b".")

    async def _clear(self, reply: Reply) -> None:
        """After a refusal: make the relay forget its envelope, or hang up where it is closing anyway."""
        if reply.code == CLOSING:
            self.abort()
        else:
            await self._ask_or_leave(b"RSET")

    async def _ask_or_leave(self, command: bytes) -> None:
        """A relay that fails at this is left. The verdict on the message stands either way."""
        try:
            answer = await self._talk.ask(command, wait=self._timeouts.command)
        except ConversationError:
            answer = None
        if answer is None or answer.code == CLOSING or (command == b"RSET" and answer.code // 100 != 2):
            self.abort()

    def _judge_dot(self, reply: Reply) -> Outcome:
        """A well-formed 2xx, 4xx or 5xx settles it; any other answer leaves it open."""
        if reply.code == CLOSING:
            self.abort()
        match reply.code // 100:
            case 2:
                return Sent(reply=reply)
            case 4:
                return Deferred(phase=Phase.DOT, reply=reply)
            case 5:
                return Refused(phase=Phase.DOT, reply=reply)
        self.abort()
        return Uncertain(reply=reply)

    def _judge_break(self, reply: Reply) -> Deferred | Uncertain:
        """Octets that were held back to the end never left, and the dot was the last of them."""
        if self._phase is Phase.DOT and not self._talk.is_held_back:
            return Uncertain(reply=reply)
        return Deferred(phase=Phase.BODY if self._phase is Phase.DOT else self._phase, reply=reply)


def _is_welcome(phase: Phase, reply: Reply) -> bool:
    return reply.code == 354 if phase is Phase.DATA else reply.code // 100 == 2


def _require_sense(phase: Phase, reply: Reply) -> None:
    """Raises ConversationError for an answer that nobody gives to this command."""
    if not _is_welcome(phase, reply) and reply.code // 100 not in (4, 5):
        raise ConversationError(broken(f"the relay answered {reply.code} to {phase}"), is_confused=True)


def _turned_away(phase: Phase, reply: Reply) -> Deferred | Refused:
    kind = Deferred if reply.code // 100 == 4 else Refused
    return kind(phase=phase, reply=reply)


def _dot_stuffed(payload: bytes) -> bytes:
    """RFC 5321 section 4.5.2. The payload is CRLF only and ends in one: the gate saw to it."""
    return (b"." if payload.startswith(b".") else b"") + payload.replace(b"\r\n.", b"\r\n..")
