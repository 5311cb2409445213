"""The talk on one open connection: commands out, their replies in, strictly in order.

Promise: a reply is never taken for the answer to another command. A relay that speaks before it was asked, says more
than was asked or says something that is no reply has lost the thread; then the talk is over and nothing more is read
from it, because the next "250" could belong to anything (Postfix `smtp_chat.c` lost mail in just that way). Several
commands may be in flight (RFC 2920), but nothing is ever written behind a message before its answer.
"""

import asyncio
from collections.abc import Sequence

from publisher.mail.reply import GarbledReplyError, broken, read_reply
from publisher.model.delivery import Reply

_CLOSING = 421
"""The relay is about to hang up (RFC 5321 section 3.8); the only thing it may say unasked."""
_INCOMING_OCTETS = 4_096


class ConversationError(Exception):
    """No answer will come. `reply` names what happened, or is the 421 the relay said instead; `answered` are the
    replies that came before, in order; `is_confused` says that the relay lost the thread, so that even those
    may belong to something else. Never leaves the room.
    """

    def __init__(self, reply: Reply, *, answered: Sequence[Reply] = (), is_confused: bool = False) -> None:
        super().__init__(reply.text)
        self.reply = reply
        self.answered = tuple(answered)
        self.is_confused = is_confused


class Conversation(asyncio.BufferedProtocol):
    """Takes over a transport whose greeting, EHLO, TLS and AUTH are done. Its write buffer is made tiny, so that
    what is not held back has left the process.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._incoming = bytearray(_INCOMING_OCTETS)
        self._transport = transport
        self._answers: asyncio.Future[tuple[Reply, ...]] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._asked = 0
        self._replies: list[Reply] = []
        self._in_message = False
        self._wait_dot = 0.0
        self._lost: Reply | None = None
        self._is_confused = False
        self.is_held_back = False
        """Whether octets of the last write never left the process: true for good once the connection is lost."""
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._too_late = ("", 0.0)
        transport.set_protocol(self)
        transport.set_write_buffer_limits(high=1, low=0)

    @property
    def is_open(self) -> bool:
        """Whether the next command may be given: connected, and nothing was said out of turn."""
        return self._lost is None and not self._buffer

    async def ask(self, command: bytes, *, wait: float) -> Reply:
        """Give a command (without CRLF) and return its reply. Raises ConversationError after `wait` seconds."""
        (reply,) = await self.ask_all((command,), wait=wait)
        return reply

    async def ask_all(self, commands: Sequence[bytes], *, wait: float) -> tuple[Reply, ...]:
        """Give commands in one flight and return their replies, in order: as many, or fewer of which the last is a
        421. Raises ConversationError where they have not all come within `wait` seconds.
        """
        self.require_turn()
        return await self._exchange(b"\r\n".join((*commands, b"")), len(commands), wait=wait)

    async def send(self, octets: bytes, *, wait: float) -> None:
        """Write octets that ask for no reply, and wait until they have left. Raises ConversationError."""
        self.require_turn()
        self._in_message = True
        self._transport.write(octets)
        if self.is_held_back:
            self._watch(wait, "nothing taken for {:g} s")
            self._drained = self._loop.create_future()
            try:
                await self._drained
            finally:
                self._drained = None
        self.require_turn()

    async def finish(self, octets: bytes, *, wait_body: float, wait_dot: float) -> Reply:
        """Write the last octets of a message, its final dot among them, and return the answer to that. They have
        `wait_body` seconds to leave, and the answer `wait_dot` from then on. Raises ConversationError; the dot
        was certainly not written where `is_held_back` is true then.
        """
        self.require_turn()
        self._in_message = True
        self._wait_dot = wait_dot
        try:
            (reply,) = await self._exchange(octets, 1, wait=wait_dot, wait_body=wait_body)
        finally:
            self._in_message = False
        return reply

    def require_turn(self) -> None:
        """Raises ConversationError if the relay hung up, or said something nobody had asked for."""
        if self._lost is None and self._buffer:
            self._lose(self._unasked(), is_confused=True)
        if self._lost is not None:
            raise self._error()

    def abort(self) -> None:
        """Hang up at once, without a word. The relay drops what it has not acknowledged."""
        self._lose(broken("we hung up"))

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002
        """From the transport: where to put what comes. One small place for all; asyncio would take 256 KB each time."""
        return self._incoming

    def buffer_updated(self, nbytes: int) -> None:
        """From the transport."""
        self._buffer += self._incoming[:nbytes]
        if self._in_message and self.is_held_back:
            self._lose(self._unasked(), is_confused=True)  # an answer to a message that is not all there yet
        if self._answers is None or self._answers.done():
            return  # kept: whoever asks next finds it and stops
        try:
            self._read_answers(self._answers)
        except GarbledReplyError as error:
            self._lose(broken(f"the relay answered with {error}"), is_confused=True)

    def eof_received(self) -> bool:
        """From the transport: the relay will say no more. False closes our side too."""
        self._lose(broken("the relay hung up"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """From the transport."""
        self._lose(broken(f"the connection broke: {type(exc).__name__}" if exc else "the relay hung up"))

    def pause_writing(self) -> None:
        """From the transport: octets wait to leave."""
        self.is_held_back = True

    def resume_writing(self) -> None:
        """From the transport: all have left."""
        self.is_held_back = False
        if self._drained is not None and not self._drained.done():
            self._deadline = None
            self._drained.set_result(None)
        elif self._answers is not None and self._in_message:
            self._watch(self._wait_dot, "no answer within {:g} s")

    async def _exchange(
        self, octets: bytes, asked: int, *, wait: float, wait_body: float | None = None
    ) -> tuple[Reply, ...]:
        self._asked = asked
        self._replies = []
        self._answers = self._loop.create_future()
        self._transport.write(octets)
        if wait_body is not None and self.is_held_back:
            self._watch(wait_body, "nothing taken for {:g} s")
        else:
            self._watch(wait, "no answer within {:g} s")
        try:
            return await self._answers
        finally:
            self._answers = None

    def _read_answers(self, answers: "asyncio.Future[tuple[Reply, ...]]") -> None:
        """Take from the buffer what is asked for. More than that at once is not believed: the first may be late and
        the second the true answer, unless the second only says that the relay is closing.
        """
        while len(self._replies) < self._asked:
            found = read_reply(bytes(self._buffer))
            if found is None:
                return
            reply, taken = found
            del self._buffer[:taken]
            self._replies.append(reply)
            if reply.code == _CLOSING:
                break
        if self._buffer and self._unasked().code != _CLOSING:
            much = "two answers" if self._asked == 1 else "too many answers"
            self._lose(broken(f"the relay gave {much} at once"), is_confused=True)
        else:
            self._deadline = None
            answers.set_result(tuple(self._replies))

    def _unasked(self) -> Reply:
        try:
            found = read_reply(bytes(self._buffer))
        except GarbledReplyError:
            found = None
        is_closing = found is not None and found[0].code == _CLOSING
        return found[0] if found is not None and is_closing else broken("the relay spoke out of turn")

    def _watch(self, wait: float, too_late: str) -> None:
        """The talk is over in `wait` seconds unless the deadline is moved or taken away. One timer serves many
        deadlines: it is only set again where it would come too late.
        """
        self._deadline = self._loop.time() + wait
        self._too_late = (too_late, wait)
        if self._timer is None or self._timer.when() > self._deadline:
            self._set_timer(self._deadline)

    def _set_timer(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._loop.time() < self._deadline:
            self._set_timer(self._deadline)
        else:
            self._lose(broken(self._too_late[0].format(self._too_late[1])))

    def _lose(self, reply: Reply, *, is_confused: bool = False) -> None:
        """The end, for the first reason given; whoever waits learns it."""
        if self._lost is not None:
            return
        self._lost, self._is_confused = reply, is_confused
        if self._timer is not None:
            self._timer.cancel()
        self._transport.abort()
        for waiting in (self._answers, self._drained):
            if waiting is not None and not waiting.done():
                waiting.set_exception(self._error())
                waiting.exception()  # marked as seen: the asker may have been cancelled

    def _error(self) -> ConversationError:
        reply = self._lost or broken("the relay hung up")
        return ConversationError(reply, answered=self._replies, is_confused=self._is_confused)
