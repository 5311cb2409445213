"""The address that leaves a newsletter: `unsub+n3.s9.<mac>@<bounce domain>`, the second way in List-Unsubscribe
(RFC 2369 section 3.2) for mail programs that do not do RFC 8058.

Promise: it is one reader's and one newsletter's; nobody without our secret can make another's or bend hers. All lower
case and at most 64 octets (RFC 5321 section 4.5.3.1.1), because mail systems fold and cut local parts on the way. It
lives for ever, as her link does.
"""

import re

from publisher.mail import base32
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.address import EmailAddress

_LOCAL = re.compile(r"unsub\+n([0-9]{1,12})\.s([0-9]{1,12})\.([a-z2-7]{26})", re.ASCII)


def build_leave_address(
    signer: TokenSigner, *, newsletter: int, subscriber: int, domain: str
) -> EmailAddress:
    """The same whenever it is built. `newsletter` is the store's number."""
    mac = signer.mac(Purpose.LEAVE, _vouched(newsletter, subscriber))
    return EmailAddress(local=f"unsub+n{newsletter}.s{subscriber}.{base32.encode(mac)}", domain=domain)


def read_leave_address(signer: TokenSigner, local: str) -> tuple[int, int] | None:
    """The (newsletter, subscriber) that a mail to this local part is about; None if it is not ours."""
    match = _LOCAL.fullmatch(local.lower())
    if match is None:
        return None
    newsletter, subscriber = int(match[1]), int(match[2])
    mac = base32.decode(match[3])
    if not signer.matches(mac, Purpose.LEAVE, _vouched(newsletter, subscriber)):
        return None
    return newsletter, subscriber


def build_leave_uri(address: EmailAddress) -> str:
    """As it stands in List-Unsubscribe (RFC 6068); the subject is for whoever sends it with her own hands."""
    return f"mailto:{address}?subject=unsubscribe"


def _vouched(newsletter: int, subscriber: int) -> bytes:
    return f"n{newsletter}.s{subscriber}".encode("ascii")
