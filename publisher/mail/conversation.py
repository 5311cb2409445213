"""The talk on one open connection: a command out, its reply in, strictly in turn.

Promise: a reply is never taken for the answer to another command. A relay that speaks before it was asked, says
two things at once or says something that is no reply has lost the thread; then the talk is over and nothing more
is read from it, because the next "250" could belong to anything (Postfix `smtp_chat.c` lost mail in just that way).
"""

import asyncio

from publisher.mail.reply import GarbledReplyError, broken, read_reply
from publisher.model.delivery import Reply

_CLOSING = 421
"""The relay is about to hang up (RFC 5321 section 3.8); the only thing it may say unasked."""


class ConversationError(Exception):
    """No answer will come. `reply` names what happened, or is the 421 the relay said instead. Never leaves the room."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Conversation(asyncio.Protocol):
    """Takes over a transport whose greeting, EHLO, TLS and AUTH are done. Its write buffer is made tiny, so that a
    finished `send` has left the process.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._transport = transport
        self._answer: asyncio.Future[Reply] | None = None
        self._lost: Reply | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)
        transport.set_write_buffer_limits(high=1, low=0)

    @property
    def is_open(self) -> bool:
        """Whether the next command may be given: connected, and nothing was said out of turn."""
        return self._lost is None and not self._buffer

    async def ask(self, command: bytes, *, wait: float) -> Reply:
        """Give a command (without CRLF) and return its reply. Raises ConversationError after `wait` seconds."""
        self.require_turn()
        self._answer = self._loop.create_future()
        self._transport.write(command + b"\r\n")
        try:
            async with asyncio.timeout(wait):
                return await self._answer
        except TimeoutError:
            self._lose(broken(f"no answer within {wait:g} s"))
            raise ConversationError(self._why()) from None
        finally:
            self._answer = None

    async def send(self, octets: bytes, *, wait: float) -> None:
        """Write octets that ask for no reply, and wait until they have left. Raises ConversationError."""
        self.require_turn()
        self._transport.write(octets)
        try:
            async with asyncio.timeout(wait):
                await self._writable.wait()
        except TimeoutError:
            self._lose(broken(f"nothing taken for {wait:g} s"))
        self.require_turn()

    def require_turn(self) -> None:
        """Raises ConversationError if the relay hung up, or said something nobody had asked for."""
        if self._lost is None and self._buffer:
            self._lose(self._unasked())
        if self._lost is not None:
            raise ConversationError(self._why())

    def abort(self) -> None:
        """Hang up at once, without a word. The relay drops what it has not acknowledged."""
        self._lose(broken("we hung up"))

    def data_received(self, data: bytes) -> None:
        """From the transport."""
        self._buffer += data
        if self._answer is None or self._answer.done():
            return  # kept: whoever asks next finds it and stops
        try:
            found = read_reply(bytes(self._buffer))
        except GarbledReplyError as error:
            self._lose(broken(f"the relay answered with {error}"))
            return
        if found is not None:
            reply, taken = found
            del self._buffer[:taken]
            self._settle(self._answer, reply)

    def eof_received(self) -> bool:
        """From the transport: the relay will say no more. False closes our side too."""
        self._lose(broken("the relay hung up"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """From the transport."""
        self._lose(broken(f"the connection broke: {type(exc).__name__}" if exc else "the relay hung up"))

    def pause_writing(self) -> None:
        """From the transport: octets wait to leave."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """From the transport: all have left."""
        self._writable.set()

    def _settle(self, answer: asyncio.Future[Reply], reply: Reply) -> None:
        """Two replies at once: the first may be late and the second the true answer, so neither is believed,
        unless the second only says that the relay is closing.
        """
        if self._buffer and self._unasked().code != _CLOSING:
            self._lose(broken("the relay gave two answers at once"))
        else:
            answer.set_result(reply)

    def _unasked(self) -> Reply:
        try:
            found = read_reply(bytes(self._buffer))
        except GarbledReplyError:
            found = None
        is_closing = found is not None and found[0].code == _CLOSING
        return found[0] if found is not None and is_closing else broken("the relay spoke out of turn")

    def _lose(self, reply: Reply) -> None:
        """The end, for the first reason given; whoever waits learns it."""
        if self._lost is None:
            self._lost = reply
            self._transport.abort()
        self._writable.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConversationError(self._lost))
            self._answer.exception()  # marked as seen: the asker may have been cancelled

    def _why(self) -> Reply:
        return self._lost or broken("the connection is closed")
