"""An email address as a value.

Promise: nothing that reaches an SMTP envelope or a header as an address can carry a control character, a
space or a second command (the class of aiosmtplib GHSA-v3q9-hj7j-63hq). The constructor refuses it; text from
people becomes an `EmailAddress` only through `publisher.mail.address.parse_address`, which knows RFC 5321 and IDNA.
"""

import re
from dataclasses import dataclass

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN_LOCAL = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
"""A dot-string in ASCII (RFC 5321 section 4.1.2): most local parts, and all that are made for each message."""
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
"""RFC 1035 section 2.3.4 for the lengths, RFC 952 for the hyphens."""
_SPECIALS = frozenset('()<>[]:;@\\,"')
MAX_OCTETS = 254
"""Of a whole address: a path of 256 octets less its angle brackets (RFC 5321 section 4.5.3.1.3)."""


@dataclass(frozen=True, slots=True, order=True)
class EmailAddress:
    """`local@domain` (RFC 5321 section 4.1.2), the domain in lower-case A-labels (RFC 5890).

    `local` is an unquoted dot-string and keeps its case; letters beyond ASCII are allowed there (RFC 6531).
    Raises ValueError for anything else.
    """

    local: str
    domain: str

    def __post_init__(self) -> None:
        _require_local(self.local)
        _require_domain(self.domain)
        if len(str(self).encode()) > MAX_OCTETS:
            raise ValueError("an address has at most 254 octets")

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """The form under which two spellings are one reader: everything in lower case."""
        return f"{self.local.lower()}@{self.domain}"

    @property
    def needs_smtputf8(self) -> bool:
        """Whether a relay must offer SMTPUTF8 (RFC 6531) to take it."""
        return not self.local.isascii()


def _require_local(local: str) -> None:
    """RFC 5321 section 4.5.3.1.1 for the length; lone surrogates and unassigned code points are not printable."""
    if not _PLAIN_LOCAL.fullmatch(local):
        if any(c in _SPECIALS or c.isspace() or not c.isprintable() for c in local):
            raise ValueError("a local part holds no quotes, brackets, spaces or control characters")
        if not all(local.split(".")):
            raise ValueError("a local part is words joined by single dots")
    if len(local.encode()) > 64:
        raise ValueError("a local part has at most 64 octets")


def _require_domain(domain: str) -> None:
    if _DOMAIN.fullmatch(domain):
        return
    if not domain.isascii() or domain != domain.lower():
        raise ValueError("a domain is kept in lower-case A-labels")
    if max(map(len, domain.split("."))) > 63:
        raise ValueError("a label has at most 63 characters")
    raise ValueError("a domain consists of letters, digits and inner hyphens")
