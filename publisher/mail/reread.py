"""Reads a finished message back from its bytes, by the strict grammar of what we write and nothing more.

Promise: whatever reads here reads the same in every mail program. A mail program forgives; this does not: anything that
two programs could understand differently is an error. It shares no code with the writers.
"""

import binascii
import quopri
import re
from dataclasses import dataclass
from enum import StrEnum

MAX_HEADER_LINE = 998
MAX_BODY_LINE = 78
_FIELD = re.compile(
    rb"([A-Za-z][A-Za-z0-9-]*): ([^\r\n]+(?:\r\n[ \t][^\r\n]*[^ \t\r\n][^\r\n]*)*)(?:\r\n|\Z)"
)
_MULTIPART = re.compile(r'multipart/alternative;(?:\r\n)? boundary="([A-Za-z0-9=_]{1,70})"')
_PART = re.compile(
    rb"Content-Type: text/(plain|html); charset=utf-8\r\n"
    rb"Content-Transfer-Encoding: (7bit|quoted-printable|base64)\r\n\r\n"
)
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{76}\r\n)*[A-Za-z0-9+/]{0,76}={0,2}")


class Unreadable(StrEnum):
    """What is wrong with the bytes."""

    OCTETS = "octets"
    """Not ASCII, or NUL."""
    LINE_ENDS = "line-ends"
    """A bare CR or LF, or no CRLF at the end (RFC 5321 section 2.3.8; SMTP smuggling lives there)."""
    LINE_LENGTH = "line-length"
    """A header line of more than 998 octets, a body line of more than 78 (RFC 5322 section 2.1.1)."""
    HEADER_SHAPE = "header-shape"
    """A header line that is neither `Name: value` nor a fold of one."""
    BODY_SHAPE = "body-shape"
    """Not a multipart/alternative of the parts we write, or a part whose encoding or UTF-8 is broken."""


class RereadError(Exception):
    """The bytes are not a message of ours."""

    def __init__(self, why: Unreadable, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class ReadPart:
    """One alternative: `subtype` (`plain`, `html`) and its words, decoded, with CRLF line ends."""

    subtype: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessage:
    """Header fields in order, values raw with their folds; the alternatives in order."""

    fields: tuple[tuple[str, str], ...]
    parts: tuple[ReadPart, ...]


def reread(payload: bytes, *, internationalised: bool = False) -> ReadMessage:
    """Read a message. `internationalised` allows UTF-8 in header values (RFC 6532). Raises RereadError."""
    ends = payload.count(b"\r\n")
    if not payload.count(b"\r") == ends == payload.count(b"\n") or not payload.endswith(b"\r\n"):
        raise RereadError(Unreadable.LINE_ENDS)
    header, _, body = payload.partition(b"\r\n\r\n")
    if b"\x00" in payload or not body.isascii() or not (internationalised or header.isascii()):
        raise RereadError(Unreadable.OCTETS)
    if (
        max(map(len, header.split(b"\r\n"))) > MAX_HEADER_LINE
        or max(map(len, body.split(b"\r\n"))) > MAX_BODY_LINE
    ):
        raise RereadError(Unreadable.LINE_LENGTH)
    fields = _read_fields(header)
    return ReadMessage(fields=fields, parts=_read_parts(dict(fields).get("Content-Type", ""), body))


def _read_fields(header: bytes) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    end = 0
    for match in _FIELD.finditer(header):
        if match.start() != end:
            break
        fields.append((match[1].decode("ascii"), match[2].decode("utf-8", "replace")))
        end = match.end()
    if end != len(header):
        raise RereadError(Unreadable.HEADER_SHAPE)
    return tuple(fields)


def _read_parts(content_type: str, body: bytes) -> tuple[ReadPart, ...]:
    kind = _MULTIPART.fullmatch(content_type)
    if kind is None:
        raise RereadError(Unreadable.BODY_SHAPE, "Content-Type")
    mark = b"--" + kind[1].encode("ascii")
    preamble, *pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if preamble or not pieces or pieces[-1] != b"--\r\n":
        raise RereadError(Unreadable.BODY_SHAPE, "boundary")
    return tuple(_read_part(piece) for piece in pieces[:-1])


def _read_part(part: bytes) -> ReadPart:
    head = _PART.match(part, 2)
    if head is None or not part.startswith(b"\r\n"):
        raise RereadError(Unreadable.BODY_SHAPE, "part header")
    octets = _decoded(part[head.end() :], head[2].decode("ascii"))
    try:
        return ReadPart(head[1].decode("ascii"), octets.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RereadError(Unreadable.BODY_SHAPE, "not UTF-8") from error


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding == "7bit":
        return body
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if not _BASE64.fullmatch(body):
        raise RereadError(Unreadable.BODY_SHAPE, "base64")
    try:
        return binascii.a2b_base64(body)
    except binascii.Error as error:
        raise RereadError(Unreadable.BODY_SHAPE, "base64") from error
