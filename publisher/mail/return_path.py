"""Variable envelope return path: each message's envelope sender names its delivery.

Promise: a bounce names a delivery only if we mailed it; a made-up or bent sender reads as nobody's, so a
forged bounce cannot suppress a reader. All lower case, because mail systems fold local parts on the way back.
"""

import re

from publisher.mail import base32
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.address import EmailAddress

_MAC_OCTETS = 10  # 80 bits, 16 letters of base32: a guess is worth one suppressed reader, not a key
_LOCAL = re.compile(r"b\+i([0-9]{1,12})\.s([0-9]{1,12})\.([a-z2-7]{16})", re.ASCII)


def build_return_path(signer: TokenSigner, *, issue: int, subscriber: int, domain: str) -> EmailAddress:
    """`b+i42.s9.<mac>@<domain>`; the same for every attempt at one delivery."""
    mac = signer.mac(Purpose.BOUNCE, _vouched(issue, subscriber))[:_MAC_OCTETS]
    return EmailAddress(local=f"b+i{issue}.s{subscriber}.{base32.encode(mac)}", domain=domain)


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
    match = _LOCAL.fullmatch(local.lower())
    if match is None:
        return None
    issue, subscriber = int(match[1]), int(match[2])
    mac = base32.decode(match[3])
    return (issue, subscriber) if signer.matches(mac, Purpose.BOUNCE, _vouched(issue, subscriber)) else None


def _vouched(issue: int, subscriber: int) -> bytes:
    return f"i{issue}.s{subscriber}".encode("ascii")
