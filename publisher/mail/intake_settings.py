"""Where what comes back comes in: the doors, as the settings say."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.mail.relay_settings import Tls

if TYPE_CHECKING:  # every command reads the settings; few need what reads keys
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where the mailbox is. Always TLS with a verified certificate, by `ca_file` where it is named; without TLS only
    on this machine. `folder` is printable ASCII, other letters in modified UTF-7 (RFC 3501 section 5.1.3).
    """

    host: str
    port: int = 993
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: Tls = Tls.TLS
    ca_file: Path | None = None
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSettings:
    """The providers whose webhooks are set up, by their secrets; None, or no topic, for the others. What each of them
    means: `web.webhooks.Hooks`.
    """

    mailgun_key: bytes | None = field(default=None, repr=False)
    postmark: tuple[str, str] | None = field(default=None, repr=False)
    sendgrid_key: "EllipticCurvePublicKey | None" = None
    ses_topics: frozenset[str] = frozenset()

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that are set up, by the name in their address."""
        there = {
            "mailgun": self.mailgun_key is not None,
            "postmark": self.postmark is not None,
            "sendgrid": self.sendgrid_key is not None,
            "ses": bool(self.ses_topics),
        }
        return tuple(name for name, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSettings:
    """The doors. `lmtp` is a loopback address and port, or the path of a Unix socket; Maildir and IMAP are looked into
    every `look_every`.
    """

    lmtp: Path | tuple[str, int] | None = None
    maildir: Path | None = None
    imap: ImapSettings | None = None
    look_every: timedelta = timedelta(minutes=1)
    hooks: HookSettings = field(default_factory=HookSettings)

    @property
    def takes_mail(self) -> bool:
        """Whether there is a door for mail: then an address that leads to it may be given to readers."""
        return any(door is not None for door in (self.lmtp, self.maildir, self.imap))

    def describe(self) -> tuple[str, ...]:
        """Each door in a few words for an operator, without names of accounts."""
        doors = []
        if isinstance(self.lmtp, Path):
            doors.append(f"lmtp unix:{self.lmtp}")
        elif self.lmtp is not None:
            host, port = self.lmtp
            doors.append(f"lmtp {host}:{port}")
        if self.maildir is not None:
            doors.append(f"maildir {self.maildir}")
        if self.imap is not None:
            doors.append(f"imap {self.imap.host} ({self.imap.folder})")
        return (*doors, *(f"webhook {name}" for name in self.hooks.providers))
