"""The gate: every message is read back from its bytes before it may be sent.

Promise: whatever went wrong on the way here — a hostile name, a bent template, a bug of ours — a message that is
not exactly what we mean to send is refused, not mailed: one recipient and she is the envelope's, the exact set of
header fields, both alternatives readable, no stand-in left, a way out. `pass_gate` reads the whole message;
`pass_patches` only what was put into a compiled one that passed as a whole, and refuses all that `pass_gate` would;
`ask_second_opinion` has the standard library's parser read it too, once for each compiled text.
"""

import email.parser
import email.policy
import ipaddress
import re
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from html import escape
from itertools import takewhile
from urllib.parse import urlsplit

from publisher.mail.leave_address import build_leave_uri
from publisher.mail.message import Message, MessageKind
from publisher.mail.reread import ReadMessage, ReadPart, RereadError, reread
from publisher.model.issue import Patch


class GateRule(StrEnum):
    """What a message must be. The value is stable: it goes into logs and reasons."""

    READABLE = "readable"
    """Reads back by the strict grammar (`reread`)."""
    HEADER_SET = "header-set"
    """Exactly the fields of this kind of message, each once."""
    RECIPIENT = "recipient"
    """`To` is the envelope's one recipient, letter for letter; only she may make a header non-ASCII."""
    IDENTITY = "identity"
    """Message-ID is the message's own and under the From domain; CFBL-Feedback-ID is its own, and there exactly where
    complaints are asked for.
    """
    ENCODED_WORD = "encoded-word"
    """Fields that machines read hold no encoded-word (RFC 2047 section 5)."""
    ONE_CLICK = "one-click"
    """List-Unsubscribe is the reader's https URL (plain http on loopback only), RFC 8058, and behind it her own mailto
    where mail is taken; nothing else.
    """
    ALTERNATIVES = "alternatives"
    """Plain text, then HTML, both with words."""
    STAND_IN = "stand-in"
    """No place was left unfilled."""
    WAY_OUT = "way-out"
    """The unsubscribe URL stands in both texts, not only in the header."""
    DEFECT = "defect"
    """The standard library's parser has no complaint and reads the same words."""


class GateError(Exception):
    """A message was refused. Carries the rule and the Message-ID; never an address or text from the message."""

    def __init__(self, rule: GateRule, message_id: str, detail: str = "") -> None:
        super().__init__(f"{message_id} breaks the rule {rule}{': ' + detail if detail else ''}")
        self.rule = rule
        self.message_id = message_id


_ALWAYS = frozenset(
    {"From", "To", "Subject", "Date", "Message-ID", "Content-Language", "MIME-Version", "Content-Type"}
)
_ONE_CLICK = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"})
_LIST = frozenset({"List-Id", "List-Archive", "List-Post", "Feedback-ID"})
REQUIRED: dict[MessageKind, frozenset[str]] = {
    MessageKind.DIGEST: _ALWAYS | _ONE_CLICK | _LIST,
    MessageKind.CONFIRM: _ALWAYS | {"Auto-Submitted"},
    MessageKind.WELCOME: _ALWAYS | _ONE_CLICK | {"Auto-Submitted"},
}
OPTIONAL: dict[MessageKind, frozenset[str]] = {
    MessageKind.DIGEST: frozenset({"Reply-To", "List-Help", "CFBL-Address", "CFBL-Feedback-ID"}),
    MessageKind.CONFIRM: frozenset({"Reply-To"}),
    MessageKind.WELCOME: frozenset({"Reply-To"}),
}
_MAY_BE_ENCODED = frozenset({"From", "Subject", "To"})
_OWN_FIELDS = re.compile(
    rb"To: ([^\x00-\x20\x7f]{3,254})\r\n"
    rb"Message-ID: (<[!-;=?-~]{3,900}>)\r\n"
    rb"List-Unsubscribe: <([!-;=?-~]{1,900})>(?:,\r\n <([!-;=?-~]{1,900})>)?"
    rb"(?:\r\nCFBL-Feedback-ID: ([!-~]{1,200}))?"
)
_SIGNATURES = re.compile(rb"(?:DKIM-Signature: [!-~][ -~]{0,900}(?:\r\n [!-~][ -~]{0,900})*\r\n){0,2}")
_STAND_IN = re.compile(b"|".join(re.escape(patch.encode()) for patch in Patch))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """What was put into a compiled message for its reader: the header fields that are her own (To, Message-ID,
    List-Unsubscribe; joined by CRLF), the signature fields on top, what stands in the places of text and page (not
    encoded), and the two texts near those places, so far on both sides as a stand-in is long.
    """

    own_fields: bytes
    signatures: bytes
    in_text: bytes
    in_page: bytes
    near: tuple[bytes, bytes]


def pass_gate(message: Message) -> Message:
    """Return the message if it may be sent. Raises GateError."""
    try:
        read = reread(message.payload, internationalised=message.envelope_to.needs_smtputf8)
    except RereadError as error:
        raise GateError(GateRule.READABLE, message.message_id, str(error)) from error
    _check_header(message, read)
    _require([part.subtype for part in read.parts] == ["plain", "html"], GateRule.ALTERNATIVES, message)
    for part in read.parts:
        _check_part(message, part)
    return message


def pass_patches(message: Message, patches: Patches) -> Message:
    """Return the message if what was put into it may be: for one that is, but for its patches, the same as one that
    passed the gate with an unsubscribe URL of the same origin. Raises GateError.
    """
    own = _OWN_FIELDS.fullmatch(patches.own_fields)
    if own is None or not _SIGNATURES.fullmatch(patches.signatures):
        raise GateError(GateRule.READABLE, message.message_id)
    to, message_id, url, mailto, feedback_id = (
        None if octets is None else octets.decode("utf-8", "replace") for octets in own.groups()
    )
    is_plain = to is not None and to.isascii()
    _require(is_plain or message.envelope_to.needs_smtputf8, GateRule.READABLE, message)
    _require(to == str(message.envelope_to), GateRule.RECIPIENT, message)
    ours = message_id == message.message_id and feedback_id == message.feedback_id
    _require(ours, GateRule.IDENTITY, message)
    _require(b"=?" not in own[0][own.end(1) :], GateRule.ENCODED_WORD, message)
    fits = url == message.unsubscribe_url and mailto == _leave_uri(message)
    _require(fits, GateRule.ONE_CLICK, message)
    link = message.unsubscribe_url or ""
    ways = patches.in_text == link.encode() and patches.in_page == escape(link).encode()
    _require(ways, GateRule.WAY_OUT, message)
    near = b"\n".join(patches.near)
    _require(_STAND_IN.search(near) is None, GateRule.STAND_IN, message)
    return message


def ask_second_opinion(message: Message) -> Message:
    """Return the message if the standard library's parser, a stranger to our code, reads it without a complaint
    and finds the same words. Raises GateError. About ten times the cost of `pass_gate`.
    """
    parsed = email.parser.BytesParser(policy=email.policy.default).parsebytes(message.payload)
    parts = [part for part in parsed.iter_parts() if isinstance(part, EmailMessage)]
    defects = [defect for part in (parsed, *parts) for defect in _defects(part)]
    _require(not defects, GateRule.DEFECT, message, " ".join(defects))
    ours = reread(message.payload, internationalised=message.envelope_to.needs_smtputf8)
    same = [part.words for part in ours.parts] == [_words(part) for part in parts]
    _require(same, GateRule.DEFECT, message, "reads differently")
    return message


def _require(truth: bool, rule: GateRule, message: Message, detail: str = "") -> None:
    if not truth:
        raise GateError(rule, message.message_id, detail)


def _check_header(message: Message, read: ReadMessage) -> None:
    unsigned = _skip_signatures(read.fields)
    fields = dict(unsigned)
    required, optional = REQUIRED[message.kind], OPTIONAL[message.kind]
    exact = required <= fields.keys() <= required | optional and len(fields) == len(unsigned)
    _require(exact, GateRule.HEADER_SET, message, " ".join(sorted(fields.keys() ^ required)))
    _require(fields["To"] == str(message.envelope_to), GateRule.RECIPIENT, message)
    others = "".join(value for name, value in read.fields if name != "To")
    _require(others.isascii(), GateRule.RECIPIENT, message, "non-ASCII outside To")
    own_domain, from_domain = (
        value.removesuffix(">").rpartition("@")[2] for value in (message.message_id, fields["From"])
    )
    ours = fields["Message-ID"] == message.message_id and own_domain == from_domain
    _require(ours, GateRule.IDENTITY, message)
    names_her = fields.get("CFBL-Feedback-ID") == message.feedback_id
    asks = ("CFBL-Address" in fields) == (message.feedback_id is not None)
    _require(names_her and asks, GateRule.IDENTITY, message, "CFBL-Feedback-ID")
    for name in fields.keys() - _MAY_BE_ENCODED:
        _require("=?" not in fields[name], GateRule.ENCODED_WORD, message, name)
    if "List-Unsubscribe" in fields:
        _check_one_click(message, fields)


def _skip_signatures(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """DKIM signatures stand above all other fields: two at most, RSA and Ed25519."""
    signatures = list(takewhile(lambda field: field[0] == "DKIM-Signature", fields[:2]))
    return fields[len(signatures) :]


def _check_one_click(message: Message, fields: dict[str, str]) -> None:
    url, mailto = message.unsubscribe_url or "", _leave_uri(message)
    expected = f"<{url}>" if mailto is None else f"<{url}>,\r\n <{mailto}>"
    fits = (fields["List-Unsubscribe"], fields["List-Unsubscribe-Post"]) == (
        expected,
        "List-Unsubscribe=One-Click",
    )
    _require(fits and _is_private(url), GateRule.ONE_CLICK, message)


def _leave_uri(message: Message) -> str | None:
    """Her second way out, where she is offered one: exactly her own address, unfolded."""
    return None if message.unsubscribe_mailbox is None else build_leave_uri(message.unsubscribe_mailbox)


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read or bend it: https, or plain http that never leaves the machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or host == "localhost":
        return bool(host) and parts.scheme in ("http", "https")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_part(message: Message, part: ReadPart) -> None:
    _require(bool(part.words.strip()), GateRule.ALTERNATIVES, message, "empty")
    _require(not any(patch in part.words for patch in Patch), GateRule.STAND_IN, message)
    url = message.unsubscribe_url
    if url is not None:
        _require((escape(url) if part.subtype == "html" else url) in part.words, GateRule.WAY_OUT, message)


def _defects(part: EmailMessage) -> list[str]:
    headers = [defect for value in part.values() for defect in value.defects]
    return [type(defect).__name__ for defect in (*part.defects, *headers)]


def _words(part: EmailMessage) -> str:
    """As the stranger decodes it; a charset it does not find or cannot decode gives something else than ours."""
    octets = part.get_payload(decode=True)
    charset = part.get_content_charset("ascii")
    return octets.decode(charset, "replace") if isinstance(octets, bytes) else ""
