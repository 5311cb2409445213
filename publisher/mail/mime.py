"""Message bodies as bytes: our own multipart/alternative.

Promise: pure 7-bit, CRLF only, body lines of at most 78 octets, charset declared on every part, and equal input
gives equal bytes. The transfer encoding follows what the bytes really are: the standard library judges by the first ten
lines, so an ASCII `<head>` makes an Arabic page quoted-printable and 65 % larger.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_SHORT_ASCII = re.compile(rb"[\t\x20-\x7e]{0,76}(?:\r\n[\t\x20-\x7e]{0,76})*")
_QP_SHARE = 0.17
"""Above this share of non-ASCII octets base64 (4/3, plus line ends) is shorter than quoted-printable (3 for each)."""


class TransferEncoding(StrEnum):
    """Content-Transfer-Encoding (RFC 2045 section 6): the three that need nothing of a relay."""

    SEVEN_BIT = "7bit"
    """Short lines of ASCII, as they are."""
    QUOTED_PRINTABLE = "quoted-printable"
    """Mostly ASCII: stays readable, costs two octets more for each letter beyond it."""
    BASE64 = "base64"
    """Arabic and its like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One alternative, already encoded. `body` ends without a CRLF."""

    subtype: str
    encoding: TransferEncoding
    body: bytes


def canonical_octets(text: str) -> bytes:
    """UTF-8 with CRLF line ends, the canonical form of text (RFC 2046 section 4.1.1). A final line end is kept."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode().replace(b"\n", b"\r\n")


def choose_encoding(octets: bytes) -> TransferEncoding:
    """The smallest encoding that is safe for these canonical octets."""
    if _SHORT_ASCII.fullmatch(octets) and not re.search(rb"[ \t](?:\r\n|\Z)", octets):
        return TransferEncoding.SEVEN_BIT
    foreign = len(octets) - len(octets.decode("utf-8").encode("ascii", "ignore"))
    return (
        TransferEncoding.QUOTED_PRINTABLE if foreign <= _QP_SHARE * len(octets) else TransferEncoding.BASE64
    )


def encode_part(subtype: str, octets: bytes, encoding: TransferEncoding) -> Part:
    """Encode canonical octets; lines of at most 76."""
    body = octets
    if encoding is TransferEncoding.QUOTED_PRINTABLE:
        body = _quoted_printable(octets)
    elif encoding is TransferEncoding.BASE64:
        body = base64.encodebytes(octets).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    return Part(subtype=subtype, encoding=encoding, body=body)


def choose_boundary(seed: str, bodies: Sequence[bytes]) -> str:
    """A boundary that occurs in none of the bodies; the same for the same input. `=_` cannot occur in
    quoted-printable or base64 (RFC 2045 section 6.7), so only a 7bit part can ever need the second try.
    """
    for attempt in range(1000):
        digest = hashlib.sha256(f"{seed} {attempt}".encode()).hexdigest()[:24]
        boundary = f"=_nashra_{digest}"
        if not any(boundary.encode("ascii") in body for body in bodies):
            return boundary
    raise ValueError("a body that holds a thousand boundaries was written to hold them")


def render_alternatives(parts: Sequence[Part], boundary: str) -> bytes:
    """The body of a multipart/alternative, plainest part first (RFC 2046 section 5.1.4), ending in CRLF."""
    pieces: list[bytes] = []
    for part in parts:
        pieces += [part_head(part.subtype, part.encoding, boundary), part.body, b"\r\n"]
    return b"".join([*pieces, last_mark(boundary)])


def part_head(subtype: str, encoding: TransferEncoding, boundary: str) -> bytes:
    """What stands before a part: the mark, its header and the empty line."""
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return f"--{boundary}\r\n{head}\r\n".encode("ascii")


def last_mark(boundary: str) -> bytes:
    """What stands behind all parts."""
    return f"--{boundary}--\r\n".encode("ascii")


def _quoted_printable(octets: bytes) -> bytes:
    """RFC 2045 section 6.7, line by line in C; a blank at a line's end is encoded, so nothing can be trimmed."""
    lines = [binascii.b2a_qp(line, istext=False) for line in octets.split(b"\r\n")]
    return b"\r\n".join(lines).replace(b"=\n", b"=\r\n")
