"""How a message gets its signatures, whoever makes them.

A builder of messages takes a `MessageSigner` or None; None means that the relay signs. What is signed is the message as
on the wire before dot-stuffing, and nothing may change in it afterwards.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

SignDigests = Callable[[bytes], Awaitable[bytes]]
"""Makes signatures beside the asker, who goes on with other work meanwhile. Given one SHA-256 digest for each key, one
behind the other; the signatures come likewise.
"""


class PreparedSigner(Protocol):
    """For the messages of one issue, which share all header fields but a few."""

    def sign(self, fields: bytes, body: bytes) -> bytes:
        """The signature fields to put on top of the header, each ending in CRLF. `fields` are those that vary, joined
        by CRLF, in the order they were named in.
        """
        ...

    async def sign_beside(self, fields: bytes, body: bytes) -> bytes:
        """The same, by another core where there is one to do it."""
        ...


class MessageSigner(Protocol):
    """Signs messages of one From domain. `signed_at` (aware) is the message's own Date, so that every attempt at a
    delivery gives the same bytes and nothing here reads a clock.
    """

    def prepare(self, constant: bytes, *, varying: Sequence[str], signed_at: datetime) -> PreparedSigner:
        """Do what is the same for every message once. `constant` are the header fields that do not vary, joined by
        CRLF; `varying` the names of those that do.
        """
        ...

    def sign(self, payload: bytes, *, signed_at: datetime) -> bytes:
        """The signature fields for one whole message."""
        ...
