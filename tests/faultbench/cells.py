"""Where a relay can fail, and how: every (stage x kind) is a cell, and every cell is counted."""

from enum import StrEnum


class Stage(StrEnum):
    """What the sender said last (RFC 5321 section 3), or did."""

    BANNER = "banner"
    """Connected."""
    EHLO = "ehlo"
    """EHLO or HELO."""
    TLS = "tls"
    """What it takes to become private (RFC 3207 sections 4 and 6); only on the port that offers STARTTLS."""
    STARTTLS = "starttls"
    """STARTTLS (RFC 3207); only on the port that offers it."""
    AUTH = "auth"
    """AUTH (RFC 4954); only on the port that offers it."""
    MAIL = "mail"
    """MAIL FROM."""
    RCPT = "rcpt"
    """RCPT TO."""
    DATA = "data"
    """DATA, before 354."""
    BODY = "body"
    """The first octets of the message have come."""
    DOT = "dot"
    """The final dot has come."""
    RSET = "rset"
    """RSET."""
    QUIT = "quit"
    """QUIT."""


class Kind(StrEnum):
    """How it fails."""

    TEMPORARY = "4xx"
    """Refuses for now."""
    PERMANENT = "5xx"
    """Refuses for good."""
    CLOSING = "421+close"
    """Says that it closes, and closes (RFC 5321 section 3.8)."""
    CLOSING_OPEN = "421"
    """Says that it closes, and stays."""
    DROP = "drop"
    """Resets the connection."""
    HALF_CLOSE = "half-close"
    """Ends its own side in good order and goes on listening."""
    STALL = "stall"
    """Says nothing any more."""
    DRIP = "drip"
    """An octet now and then, never a whole line."""
    GARBAGE = "garbage"
    """A line that is no reply."""
    LONG_LINE = "long-line"
    """The right code in a line of 64 KB."""
    ENDLESS = "endless"
    """Continuation lines without an end."""
    TWO_REPLIES = "two-replies"
    """Two replies in one packet. After DATA the second pretends that the message was taken, and it will not be."""
    UNSOLICITED = "unsolicited"
    """The right reply, and a while later another line that nobody asked for."""
    BARE_LF = "bare-lf"
    """The right reply, ended by LF alone."""
    ACCEPT_DROP = "accept-then-drop"
    """Takes the message, then resets instead of answering."""
    ACCEPT_STALL = "accept-then-stall"
    """Takes the message, then says nothing."""
    ACCEPT_GARBAGE = "accept-then-garbage"
    """Takes the message, then says something that is no reply."""
    CODE_251 = "251"
    """Takes the message with an unusual 2xx."""
    CODE_252 = "252"
    """Takes the message with another unusual 2xx."""
    EXPIRED = "expired"
    """Shows a certificate that has expired."""
    OTHER_NAME = "other-name"
    """Shows somebody else's certificate."""
    SELF_SIGNED = "self-signed"
    """Shows a certificate that nobody vouches for."""
    HANDSHAKE_STALL = "handshake-stall"
    """Says 220 to STARTTLS, and then nothing."""
    STRIPPED = "stripped"
    """Somebody between has taken STARTTLS out of the extensions."""
    PLAINTEXT = "plaintext-after-220"
    """Somebody between has added replies behind the 220, which must not be taken for what comes under TLS."""


Cell = tuple[Stage, Kind]

_AT_DOT_ONLY = (
    Kind.ACCEPT_DROP,
    Kind.ACCEPT_STALL,
    Kind.ACCEPT_GARBAGE,
    Kind.CODE_251,
    Kind.CODE_252,
)

_TO_TLS_ONLY = (
    Kind.EXPIRED,
    Kind.OTHER_NAME,
    Kind.SELF_SIGNED,
    Kind.HANDSHAKE_STALL,
    Kind.STRIPPED,
    Kind.PLAINTEXT,
)

ALL_CELLS: tuple[Cell, ...] = tuple(
    (stage, kind)
    for stage in Stage
    for kind in Kind
    if (kind in _TO_TLS_ONLY) is (stage is Stage.TLS) and (stage is Stage.DOT or kind not in _AT_DOT_ONLY)
)
"""Every cell there is."""

TAKEN = frozenset(
    {
        *_AT_DOT_ONLY,
        Kind.LONG_LINE,
        Kind.TWO_REPLIES,
        Kind.UNSOLICITED,
        Kind.BARE_LF,
    }
)
"""Kinds at the dot with which the relay has taken the message."""

CLEAN = frozenset(
    {
        Kind.TEMPORARY,
        Kind.PERMANENT,
        Kind.CLOSING,
        Kind.CLOSING_OPEN,
        Kind.BARE_LF,
        Kind.CODE_251,
        Kind.CODE_252,
    }
)
"""Kinds at the dot whose answer is a well-formed reply: the sender has no reason to doubt, so none to send a copy.
A line that nobody asked for is none of them: a busy sender reads it together with the answer, and cannot say which of
the two was meant.
"""
