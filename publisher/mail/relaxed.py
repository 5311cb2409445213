"""The "relaxed" canonical form of header fields and bodies (RFC 6376 sections 3.4.2 and 3.4.4), for any message.

Promise: what mail programs may change on the way (folds, runs of blanks, empty lines at the end) does not change this
form, and nothing else is taken away. Octets are never decoded, so it does not matter what they mean.
"""

import re

CRLF = b"\r\n"
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_FEW = 64
"""Up to so many blanks are looked at one by one: a body in base64 has a handful, in the headers of its parts."""


def split_message(payload: bytes) -> tuple[bytes, bytes]:
    """Header block, without its final CRLF, and body."""
    if payload.startswith(CRLF):
        return b"", payload[2:]
    header, _, body = payload.partition(CRLF + CRLF)
    return header.removesuffix(CRLF), body


def split_fields(block: bytes) -> list[bytes]:
    """The fields of a header block, in order, each with its folds and without its final CRLF."""
    return [field for field in _FIELD_END.split(block) if field]


def canonical_field(field: bytes) -> tuple[str, bytes]:
    """A field's name in lower case, and the whole field in relaxed form, CRLF included. Raises ValueError."""
    name, colon, value = field.partition(b":")
    name = name.rstrip(b" \t").lower()
    if not colon or not name or not name.isascii():
        raise ValueError("a header line is no field")
    value = value.replace(CRLF, b"")
    if b"  " in value or b"\t" in value:
        value = _BLANKS.sub(b" ", value)
    value = value.strip(b" ")
    return name.decode("ascii"), name + b":" + value + CRLF


def canonical_body(body: bytes) -> bytes:
    """The body in relaxed form; the very same object where it is in that form already, as a base64 body of ours is."""
    return body if _is_canonical(body) else _relaxed(body)


def _is_canonical(body: bytes) -> bool:
    """Whether nothing needs to change; False also where finding out would cost as much as changing it."""
    if not body.endswith(CRLF) or body.endswith(b"\r\n\r\n") or body == CRLF:
        return False
    if b"\t" in body:
        return False
    at = -1
    for _ in range(_FEW + 1):
        at = body.find(b" ", at + 1)
        if at < 0 or body[at + 1] in b" \r":
            return at < 0
    return False


def _relaxed(body: bytes) -> bytes:
    """By `bytes.replace` alone, which is several times as fast as a regular expression here."""
    body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    body = body.replace(b" \r\n", CRLF).removesuffix(b" ")
    end = len(body)
    while body.endswith(CRLF, 0, end):
        end -= 2
    return body[:end] + CRLF if end else b""
