"""One SMTP session: aiosmtplib opens it, we speak the mail transactions.

Promise: every attempt ends in what is certain. Before the final dot was written the message was not accepted,
whatever broke; once it may have been written only the relay's own answer counts, and without one the outcome is
`Uncertain`, never `Sent` and never "not sent". The phase becomes DOT just before that write. aiosmtplib cannot tell the
two sides apart (its exceptions are the same), so it keeps connecting, EHLO, TLS and AUTH, and then hands over its
transport by asyncio's public `set_protocol`. Anything but a clean reply ends the connection; so does cancellation.
"""

import asyncio
import ssl
from contextlib import suppress
from typing import cast

import aiosmtplib

from publisher.mail.conversation import Conversation, ConversationError
from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.mail.reply import broken, build_reply
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Reply, Sent, Uncertain

CLOSING = 421


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
        self._size_limit = _announced_size(client)
        self._smtputf8 = client.supports_extension("smtputf8")
        self._announces_size = client.supports_extension("size")
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
        unfit = self._unfit(message)
        if unfit is not None:
            return unfit
        self.begun += 1
        self._phase = Phase.MAIL
        try:
            return await self._transact(message)
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

    def _unfit(self, message: Message) -> Refused | None:
        """What this relay said it cannot take, by its EHLO: a reasoned skip, no bounce."""
        if message.needs_smtputf8 and not self._smtputf8:
            text = "the relay does not offer SMTPUTF8, which this address needs"
            return Refused(phase=Phase.RCPT, reply=Reply(code=0, enhanced="5.6.7", text=text))
        if self._size_limit and len(message.payload) > self._size_limit:
            text = f"the relay takes at most {self._size_limit} octets"
            return Refused(phase=Phase.MAIL, reply=Reply(code=0, enhanced="5.3.4", text=text))
        return None

    async def _transact(self, message: Message) -> Outcome:
        """RFC 5321 section 3.3. One recipient, so a refusal anywhere ends the transaction."""
        envelope = (
            (Phase.MAIL, self._mail_command(message)),
            (Phase.RCPT, b"RCPT TO:<" + str(message.envelope_to).encode() + b">"),
            (Phase.DATA, b"DATA"),
        )
        for phase, command in envelope:
            self._phase = phase
            reply = await self._talk.ask(command, wait=self._timeouts.command)
            if reply.code != 354 if phase is Phase.DATA else reply.code // 100 != 2:
                return await self._turned_away(phase, reply)
        self._phase = Phase.BODY
        await self._talk.send(_dot_stuffed(message.payload), wait=self._timeouts.body)
        self._phase = Phase.DOT  # before the write: from here on only the answer tells
        return self._judge_dot(await self._talk.ask(b".", wait=self._timeouts.dot))

    def _mail_command(self, message: Message) -> bytes:
        command = b"MAIL FROM:<" + str(message.envelope_from).encode() + b">"
        if self._announces_size:
            command += b" SIZE=%d" % len(message.payload)  # RFC 1870 section 6: before dot-stuffing
        if message.needs_smtputf8:
            command += b" BODY=8BITMIME SMTPUTF8"
        return command

    async def _turned_away(self, phase: Phase, reply: Reply) -> Deferred | Refused:
        """A refusal before the message: clear the relay's envelope, or hang up where that fails."""
        kind = reply.code // 100
        if kind not in (4, 5):
            raise ConversationError(broken(f"the relay answered {reply.code} to {phase}"))
        if reply.code == CLOSING:
            self.abort()
        else:
            await self._reset()
        return Deferred(phase=phase, reply=reply) if kind == 4 else Refused(phase=phase, reply=reply)

    async def _reset(self) -> None:
        """RSET; a relay that does not even do that is left. The verdict on the message stands either way."""
        try:
            answer = await self._talk.ask(b"RSET", wait=self._timeouts.command)
        except ConversationError:
            answer = None
        if answer is None or answer.code // 100 != 2:
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
        return (
            Uncertain(reply=reply) if self._phase is Phase.DOT else Deferred(phase=self._phase, reply=reply)
        )


def _announced_size(client: aiosmtplib.SMTP) -> int:
    """The fixed limit of RFC 1870; 0 where there is none."""
    announced = client.esmtp_extensions.get("size", "").strip()
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _dot_stuffed(payload: bytes) -> bytes:
    """RFC 5321 section 4.5.2. The payload is CRLF only and ends in one: the gate saw to it."""
    return (b"." if payload.startswith(b".") else b"") + payload.replace(b"\r\n.", b"\r\n..")
