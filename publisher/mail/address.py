"""The only door through which text from people becomes an `EmailAddress`.

Promise: whatever comes out can stand in `MAIL FROM:<…>`, `RCPT TO:<…>` and `To:` as it is. Refused although
RFC 5321 knows them: quoted local parts, comments, address literals, one-label domains and reserved domains;
no newsletter reader has one, and each was somebody's injection (facts: MimeKit CVE-2026-30227, nodemailer
GHSA-c7w3-x93f-qmm8). Lengths are checked before IDNA, which is quadratic on long labels (idna CVE-2024-3651).
"""

from email_validator import EmailNotValidError, validate_email

from publisher.model.address import MAX_OCTETS, EmailAddress
from publisher.model.reason import Reason, reason


class AddressError(ValueError):
    """The text is no address we mail to; `reason` says why in words for the person who typed it."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.key)
        self.reason = why


def parse_address(text: str) -> EmailAddress:
    """Read an address as a person typed it: outer blanks are dropped, an IDN domain becomes A-labels.

    The local part keeps its case and is NFC (RFC 6532 section 3.1). No DNS is asked. Raises AddressError.
    """
    typed = text.strip(" \t\r\n\u00a0\u200e\u200f")
    if not typed:
        raise AddressError(reason("mail.address_empty"))
    if len(typed) > MAX_OCTETS:
        raise AddressError(reason("mail.address_long", limit=MAX_OCTETS))
    if not typed.isprintable() or any(c.isspace() for c in typed):
        raise AddressError(reason("mail.address_blank"))
    if typed.count("@") != 1:
        raise AddressError(reason("mail.address_at"))
    return _validated(typed)


def _validated(typed: str) -> EmailAddress:
    local, _, domain = typed.partition("@")
    try:
        valid = validate_email(
            typed,
            check_deliverability=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            strict=True,
        )
        return EmailAddress(local=valid.local_part, domain=valid.ascii_domain.lower())
    except EmailNotValidError as error:
        faulty = "mail.address_local" if _is_sound_domain(domain) or not local else "mail.address_domain"
        raise AddressError(reason(faulty)) from error
    except ValueError as error:  # what the validator let through and the value refuses
        raise AddressError(reason("mail.address_local")) from error


def _is_sound_domain(domain: str) -> bool:
    """Whether the part after the @ is not what is wrong, so that the message points at the right half."""
    try:
        validate_email(f"a@{domain}", check_deliverability=False, allow_domain_literal=False)
    except EmailNotValidError:
        return False
    return True
