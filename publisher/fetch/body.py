"""The body of an answer, out of its content coding (RFC 9110 section 8.4.1), within bounds.

Promises: no more than `most_bytes` are kept, however small what they were packed into: a bomb is noticed at the limit,
not after it. Nor is more read than that and a little, so that what unpacks to nothing costs little too.
"""

import zlib
from collections.abc import AsyncIterator

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"
_ROOM = 64 * 1024
"""What a packed body may be larger than its content: names and comments in its head, and content that does not pack."""
_MOST_MEMBERS = 10_000
"""Members of one body. Who packs by blocks makes one for some 64 KB."""


class TooLargeError(Exception):
    """More came than was asked for."""


class BrokenError(Exception):
    """The body is in a coding that we did not ask for, or ends in the middle."""


async def read_body(chunks: AsyncIterator[bytes], coding: str, most_bytes: int) -> bytes:
    """The whole body. `coding` is the value of Content-Encoding. Raises TooLargeError, BrokenError."""
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise BrokenError(f"the body is in a coding we did not ask for: {coding[:20]!r}")
    unpacker = _Gunzip() if coding.endswith("gzip") else None
    most_packed = most_bytes + _ROOM
    parts, length, packed = [], 0, 0
    async for chunk in chunks:
        packed += len(chunk)
        if packed > most_packed:
            raise TooLargeError
        part = unpacker.unpack(chunk, most_bytes - length + 1) if unpacker else chunk
        length += len(part)
        if length > most_bytes:
            raise TooLargeError
        parts.append(part)
    if unpacker is not None and not unpacker.is_whole:
        raise BrokenError("the compressed body ends in the middle")
    return b"".join(parts)


class _Gunzip:
    """Unpacks gzip: one member or several, one after the other (RFC 1952 section 2.2).

    What follows a whole member and begins no other is left out, such as zeros that fill a block. Readers leave it out
    as well (gzip, curl, browsers), so a feed is judged by what they see of it.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1
        self._held = b""
        self._has_begun = False
        self._is_over = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing if nothing more comes. Nothing at all is whole: the answer to HEAD has no more."""
        return self._member.eof or not self._has_begun

    def unpack(self, data: bytes, most: int) -> bytes:
        """What comes out of `data`, at most so many bytes; whoever gets them all must ask no further."""
        parts = []
        data, self._held = self._held + data, b""
        while data and most and not self._is_over:
            if self._member.eof and not self._begin_next(data):
                break
            self._has_begun = True
            part = self._member.decompress(data, most)
            parts.append(part)
            most -= len(part)
            data = self._member.unused_data
        return b"".join(parts)

    def _begin_next(self, data: bytes) -> bool:
        """Whether `data` begins another member. Its first byte alone is held until the second comes."""
        if data == _MAGIC[:1]:
            self._held = data
            return False
        if not data.startswith(_MAGIC):
            self._is_over = True
            return False
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise BrokenError("the compressed body has too many members")
        self._member = zlib.decompressobj(_GZIP)
        return True
