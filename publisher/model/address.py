"""An email address as a value.

Promise: nothing that reaches an SMTP envelope or a header as an address can carry a control character, a
space or a second command (the class of aiosmtplib GHSA-v3q9-hj7j-63hq). The constructor refuses it; text from
people becomes an `EmailAddress` only through `publisher.mail.address.parse_address`, which knows RFC 5321 and IDNA.
"""

from dataclasses import dataclass

_SPECIALS = frozenset('()<>[]:;@\\,"')


@dataclass(frozen=True, slots=True, order=True)
class EmailAddress:
    """`local@domain` (RFC 5321 section 4.1.2), the domain in lower-case A-labels (RFC 5890).

    `local` is an unquoted dot-string and keeps its case; letters beyond ASCII are allowed there (RFC 6531).
    Raises ValueError for anything else.
    """

    local: str
    domain: str

    def __post_init__(self) -> None:
        if not self.local or not self.domain or len(self.local.encode()) > 64 or len(self.domain) > 253:
            raise ValueError("an address needs a local part of at most 64 octets and a domain")
        if any(c in _SPECIALS or c.isspace() or not c.isprintable() for c in self.local):
            raise ValueError("a local part holds no quotes, brackets, spaces or control characters")
        labels = self.domain.split(".")
        if not self.domain.isascii() or self.domain != self.domain.lower():
            raise ValueError("a domain is kept in lower-case A-labels")
        if any(not label or not label.replace("-", "").isalnum() for label in labels):
            raise ValueError("a domain consists of letters, digits and hyphens")

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
