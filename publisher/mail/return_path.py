"""Variable envelope return path: each message's envelope sender names its delivery, or the notice it is.

Promise: a bounce names a delivery or a notice only if we mailed it; a made-up or bent sender reads as nobody's, so a
forged bounce cannot suppress a reader. All lower case, because mail systems fold local parts on the way back.
"""

import re

from publisher.mail import base32
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.address import EmailAddress

_MAC_OCTETS = 10  # 80 bits, 16 letters of base32: a guess is worth one suppressed reader, not a key
_LOCAL = re.compile(r"b\+([in])([0-9]{1,12})\.s([0-9]{1,12})\.([a-z2-7]{16})", re.ASCII)
_ISSUE, _NOTICE = "in"


def build_return_path(signer: TokenSigner, *, issue: int, subscriber: int, domain: str) -> EmailAddress:
    """`b+i42.s9.<mac>@<domain>`; the same for every attempt at one delivery."""
    return _build(signer, _ISSUE, issue, subscriber, domain)


def build_notice_path(signer: TokenSigner, *, notice: int, subscriber: int, domain: str) -> EmailAddress:
    """`b+n17.s9.<mac>@<domain>`: the same for a confirmation or a welcome, and for every attempt at it."""
    return _build(signer, _NOTICE, notice, subscriber, domain)


def build_feedback_id(return_path: EmailAddress) -> str:
    """The same mark for CFBL-Feedback-ID (RFC 9477 section 3.2), which allows no dots: `i42:s9:<mac>`. A complaint
    that blacks out every address still names its delivery by it.
    """
    return return_path.local.removeprefix("b+").replace(".", ":")


def local_of_feedback_id(feedback_id: str) -> str:
    """The local part of the return path that `build_feedback_id` was given."""
    return "b+" + feedback_id.replace(":", ".")


def read_return_path(signer: TokenSigner, local: str) -> tuple[int, int] | None:
    """The (issue, subscriber) a bounce came back to, by the local part it was sent to; None if not ours."""
    return _read(signer, _ISSUE, local)


def read_notice_path(signer: TokenSigner, local: str) -> tuple[int, int] | None:
    """The (notice, subscriber) a bounce came back to; None if it is not ours, or of an issue."""
    return _read(signer, _NOTICE, local)


def _build(signer: TokenSigner, what: str, number: int, subscriber: int, domain: str) -> EmailAddress:
    mac = signer.mac(Purpose.BOUNCE, _vouched(what, number, subscriber))[:_MAC_OCTETS]
    return EmailAddress(local=f"b+{what}{number}.s{subscriber}.{base32.encode(mac)}", domain=domain)


def _read(signer: TokenSigner, what: str, local: str) -> tuple[int, int] | None:
    match = _LOCAL.fullmatch(local.lower())
    if match is None or match[1] != what:
        return None
    number, subscriber = int(match[2]), int(match[3])
    vouched = _vouched(what, number, subscriber)
    return (number, subscriber) if signer.matches(base32.decode(match[4]), Purpose.BOUNCE, vouched) else None


def _vouched(what: str, number: int, subscriber: int) -> bytes:
    """The letter is under the MAC, so no notice can pass for the issue of the same number."""
    return f"{what}{number}.s{subscriber}".encode("ascii")
