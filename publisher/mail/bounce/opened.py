"""A report's octets as a tree of parts, bounded, so that no report can keep a reader of it busy.

The standard parser is asked with `compat32`: it raises on nothing and repairs nothing. It is quadratic in nesting,
so what nests too often is not opened; only the first octets are, since what matters stands before the returned text.
"""

import email.header
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

MAX_OCTETS = 128 * 1024
MAX_BOUNDARIES = 20
MAX_FIELD = 2000
MAX_TEXT = 16 * 1024
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)
_DAEMON = re.compile(
    r"(?:mailer[-._]?daemon|post(?:master|office)|mail[-._]?(?:delivery|daemon|system)[-._\w]{0,30}|mdaemon|bounces?)@",
    re.IGNORECASE,
)


def open_mail(raw: bytes) -> Message | None:
    """The tree of a mail; None where it nests more than any report does."""
    octets = raw[:MAX_OCTETS]
    if sum(1 for _ in _BOUNDARY.finditer(octets)) > MAX_BOUNDARIES:
        return None
    return BytesParser(policy=compat32).parsebytes(octets)


def field(part: Message, name: str) -> str:
    """A header field in one line, at most 2000 characters, not decoded; empty where there is none."""
    # Not part.get: it makes question marks of letters that came without an encoding (RFC 6532).
    value = next((raw for found, raw in part.raw_items() if found.lower() == name.lower()), "")
    sound = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(sound.split())[:MAX_FIELD]


def decoded_field(part: Message, name: str) -> str:
    """A header field with its encoded words read (RFC 2047); as it stands where they cannot be."""
    value = field(part, name)
    try:
        return " ".join(str(email.header.make_header(email.header.decode_header(value))).split())
    except (HeaderParseError, LookupError, ValueError):
        return value


def is_from_daemon(mail: Message) -> bool:
    """Whether a mail system claims to have written it. Anybody can claim that: it opens a door, it proves nothing."""
    sender = field(mail, "From")
    match = re.search(r"<([^<>]*)>", sender)
    address = match[1] if match else sender
    return (sender != "" and address == "") or _DAEMON.search(f"{address}@") is not None


def children(part: Message) -> tuple[Message, ...]:
    """The parts of a multipart, or of an attached message; none of a leaf."""
    payload = part.get_payload()
    return (
        tuple(child for child in payload if isinstance(child, Message)) if isinstance(payload, list) else ()
    )


def find_child(part: Message, types: frozenset[str]) -> Message | None:
    """The first direct child of one of these types."""
    return next((child for child in children(part) if child.get_content_type() in types), None)


def find_report(mail: Message, kind: str, types: frozenset[str]) -> tuple[Message, bool] | None:
    """The machine-readable part of a report, and whether the mail as a whole is that report (RFC 6522).

    Not the whole: it stands in a multipart/mixed, as gateways wrap it and as people forward it. One level, no
    deeper: what is attached to an attachment is somebody's story about a bounce.
    """
    found = find_child(mail, types)
    if found is not None:
        stated = str(mail.get_param("report-type") or kind).lower()
        return found, mail.get_content_type() == "multipart/report" and stated == kind
    if mail.get_content_type() != "multipart/mixed":
        return None
    for inner in children(mail):
        found = find_child(inner, types) if inner.get_content_type() == "multipart/report" else None
        if found is not None:
            return found, False
    return None


def blocks(part: Message) -> tuple[Message, ...]:
    """The groups of fields of a message/delivery-status or message/feedback-report, in order."""
    groups = children(part)
    if part.get_content_type() == "message/delivery-status" or not groups:
        return groups
    rest = groups[0].get_payload(decode=True)
    text = rest.decode("utf-8", "replace") if isinstance(rest, bytes) else ""
    parser = HeaderParser(policy=compat32)
    return (groups[0], *(parser.parsestr(group) for group in re.split(r"\r?\n\r?\n", text) if group.strip()))


def plain_text(mail: Message) -> str:
    """The words a person would read first: the first text part outside attached messages, at most 16 KB."""
    for part in _leaves(mail):
        if part.get_content_maintype() == "text" and part.get_content_subtype() != "rfc822-headers":
            return _decoded(part)
    return ""


def _leaves(part: Message) -> Iterator[Message]:
    if not part.is_multipart():
        yield part
    elif part.get_content_maintype() == "multipart":
        for child in children(part):
            yield from _leaves(child)


def _decoded(part: Message) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    try:
        text = octets.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = octets.decode("utf-8", "replace")
    return text[:MAX_TEXT]
