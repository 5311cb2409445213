"""How to reach the relay."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Tls(StrEnum):
    """What protects the connection. Always said, never guessed, never silently less than said."""

    NONE = "none"
    """Nothing: for a relay on this machine."""
    STARTTLS = "starttls"
    """Begins in the clear, then must encrypt; a relay that does not offer it gets no mail (port 587)."""
    TLS = "tls"
    """Encrypted from the first octet (port 465, RFC 8314)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds (RFC 5321 section 4.5.3.2). `connect` bounds everything up to AUTH; `body` the
    writing of one message. `dot` is ten minutes because giving up there makes a copy: the relay may have taken it.
    """

    connect: float = 60.0
    command: float = 60.0
    body: float = 180.0
    dot: float = 600.0
    quit: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """The relay. Without `username` nobody logs in. Certificates are always verified, against `ca_file` where one is
    given. `lanes` is how many connections may be open at once; `messages_per_minute` is how many may be begun, 0 for
    any number. `ehlo_name` is what we call ourselves; without it the machine's full name is looked up. `name` is what
    we call the relay.
    """

    name: str = "main"
    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    lanes: int = 8
    messages_per_minute: int = 0
    ehlo_name: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
