"""What a relay offers beyond plain SMTP, and the envelope of a message in those terms.

Promise: nothing is used that was not announced (RFC 5321 section 2.2.1), so a relay that offers nothing is served as
well. A message that a relay said it cannot take is not begun: a reasoned skip, no bounce.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from publisher.mail.message import Message
from publisher.model.delivery import Phase, Refused, Reply

_XTEXT = re.compile(r"[^!-*,-<>-~]")
"""What RFC 3461 section 4 has written as `+XX`: all but printable ASCII, and `+` and `=` themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """The answer to EHLO, as far as it matters to us. `size_limit` is in octets, 0 where none was given."""

    pipelining: bool = False
    """RFC 2920: several commands in one flight."""
    size: bool = False
    """RFC 1870: MAIL may carry SIZE."""
    size_limit: int = 0
    eight_bit: bool = False
    """RFC 6152: 8BITMIME."""
    smtputf8: bool = False
    """RFC 6531: addresses and header in UTF-8."""
    dsn: bool = False
    """RFC 3461: we may say which reports we want, and what they are to name."""

    @classmethod
    def parse(cls, announced: Mapping[str, str]) -> Self:
        """From keywords in lower case and their parameters; none at all after HELO."""
        limit = announced.get("size", "").strip()
        return cls(
            pipelining="pipelining" in announced,
            size="size" in announced,
            size_limit=int(limit) if limit.isascii() and limit.isdigit() else 0,
            eight_bit="8bitmime" in announced,
            smtputf8="smtputf8" in announced,
            dsn="dsn" in announced,
        )

    def decide_unfit(self, message: Message) -> Refused | None:
        """Why this relay cannot take the message, if so. Everything we write is 7-bit but for an address that is not:
        that header needs SMTPUTF8 and, with it, 8BITMIME (RFC 6531 section 3.1).
        """
        if message.needs_smtputf8 and not (self.smtputf8 and self.eight_bit):
            text = "the relay does not offer SMTPUTF8, which this address needs"
            return Refused(phase=Phase.RCPT, reply=Reply(code=0, enhanced="5.6.7", text=text))
        if self.size_limit and len(message.payload) > self.size_limit:
            text = f"the relay takes at most {self.size_limit} octets"
            return Refused(phase=Phase.MAIL, reply=Reply(code=0, enhanced="5.3.4", text=text))
        return None

    def build_mail(self, message: Message) -> bytes:
        """The MAIL command. SIZE counts octets before dot-stuffing (RFC 1870 section 6); a report of failure is to
        bring the header only, and to name the delivery (RFC 3461 sections 4.3 and 4.4).
        """
        words = [b"MAIL FROM:<%b>" % str(message.envelope_from).encode()]
        if self.size:
            words.append(b"SIZE=%d" % len(message.payload))
        if message.needs_smtputf8:
            words.append(b"BODY=8BITMIME SMTPUTF8")
        if self.dsn:
            words.append(b"RET=HDRS")
            if message.envelope_id is not None:
                words.append(b"ENVID=" + _xtext(message.envelope_id))
        return b" ".join(words)

    def build_rcpt(self, message: Message) -> bytes:
        """The RCPT command. Reports are wanted of failure and delay, not of success; ORCPT keeps the address as we
        know it through forwarding. An address beyond ASCII has no form in rfc822 xtext, so it goes without.
        """
        address = str(message.envelope_to)
        command = b"RCPT TO:<%b>" % address.encode()
        if self.dsn:
            command += b" NOTIFY=FAILURE,DELAY"
            if address.isascii():
                command += b" ORCPT=rfc822;" + _xtext(address)
        return command


def _xtext(text: str) -> bytes:
    return _XTEXT.sub(lambda found: f"+{ord(found[0]):02X}", text).encode("ascii")
