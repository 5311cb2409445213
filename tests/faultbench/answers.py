"""How the relay fails: each kind of `cells` as what it does to a connection."""

import asyncio
import socket
import struct
from enum import StrEnum

from tests.faultbench.cells import Kind, Stage

USUAL: dict[Stage, bytes] = {
    Stage.BANNER: b"220 sink.example ESMTP",
    Stage.STARTTLS: b"220 2.0.0 go ahead",
    Stage.AUTH: b"235 2.7.0 welcome",
    Stage.MAIL: b"250 2.1.0 Ok",
    Stage.RCPT: b"250 2.1.5 Ok",
    Stage.DATA: b"354 go ahead",
    Stage.BODY: b"354 go on",
    Stage.DOT: b"250 2.0.0 Ok: queued",
    Stage.RSET: b"250 2.0.0 Ok",
    Stage.QUIT: b"221 2.0.0 Bye",
}
"""What it says when all is well. In the middle of a body, or unasked a while later, it never says 2xx: the sender may
just have written its dot, and no sender can tell that a 250 was said before the dot came.
"""

_GARBAGE = b"\x00\xffthis is no reply at all"
_EXTRA = b"250 2.0.0 Ok: queued\r\n"
LATE = b"354 and by the way\r\n"
_RESET = struct.pack("ii", 1, 0)
_DRIP_S, _ENDLESS_S = 0.03, 0.005
LATER_S = 0.003
"""When a line that nobody asked for is said; at the latest before the next thing that comes is heard."""


class Flow(StrEnum):
    """How a connection goes on after an answer."""

    ON = "on"
    """As usual."""
    TURNED_AWAY = "turned-away"
    """What was asked for was refused."""
    MUTE = "mute"
    """Nothing more is said on it."""


def reset(transport: asyncio.Transport) -> None:
    """End the connection by RST, so that the sender's side breaks at once."""
    plug = transport.get_extra_info("socket")
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


def play(transport: asyncio.Transport, stage: Stage, kind: Kind, usual: bytes) -> Flow:
    """Answer at `stage` in the way of `kind`; `usual` is the right answer, without its line's end."""
    code = usual[:3]
    match kind:
        case Kind.TEMPORARY | Kind.PERMANENT:
            transport.write(_refusal(stage, kind))
            return Flow.TURNED_AWAY
        case Kind.CLOSING | Kind.CLOSING_OPEN:
            transport.write(b"421 4.3.2 closing, come back\r\n")
            if kind is Kind.CLOSING:
                transport.close()
                return Flow.MUTE
            return Flow.TURNED_AWAY
        case Kind.DROP | Kind.ACCEPT_DROP:
            reset(transport)
        case Kind.HALF_CLOSE:
            if transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()
        case Kind.STALL | Kind.ACCEPT_STALL:
            pass
        case Kind.DRIP:
            _drip(transport, code + b"-" + b"x" * 4000)
        case Kind.GARBAGE | Kind.ACCEPT_GARBAGE:
            transport.write(_GARBAGE + b"\r\n")
        case Kind.ENDLESS:
            _go_on(transport, code + b"-and another thing\r\n")
        case _:
            return _peculiar(transport, kind, usual)
    return Flow.MUTE


def _peculiar(transport: asyncio.Transport, kind: Kind, usual: bytes) -> Flow:
    """Kinds that say the right thing in an odd way; the connection goes on."""
    match kind:
        case Kind.LONG_LINE:
            transport.write(usual + b" " + b"x" * 65_536 + b"\r\n")
        case Kind.TWO_REPLIES:
            transport.write(usual + b"\r\n" + _EXTRA)
        case Kind.BARE_LF:
            transport.write(usual.replace(b"\r\n", b"\n") + b"\n")
        case _:
            transport.write(kind.value.encode() + usual[3:] + b"\r\n")
    return Flow.ON


def _refusal(stage: Stage, kind: Kind) -> bytes:
    if stage is Stage.STARTTLS:
        return b"454 4.7.0 TLS not available\r\n" if kind is Kind.TEMPORARY else b"554 5.3.0 no TLS\r\n"
    if stage is Stage.AUTH:
        return b"454 4.7.0 later\r\n" if kind is Kind.TEMPORARY else b"535 5.7.8 who are you\r\n"
    return b"451 4.3.0 not now\r\n" if kind is Kind.TEMPORARY else b"554 5.3.0 not here\r\n"


def _drip(transport: asyncio.Transport, octets: bytes) -> None:
    if octets and not transport.is_closing():
        transport.write(octets[:1])
        asyncio.get_running_loop().call_later(_DRIP_S, _drip, transport, octets[1:])


def _go_on(transport: asyncio.Transport, line: bytes) -> None:
    if not transport.is_closing():
        if transport.get_write_buffer_size() < 65_536:
            transport.write(line * 20)
        asyncio.get_running_loop().call_later(_ENDLESS_S, _go_on, transport, line)
