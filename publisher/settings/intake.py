"""Where bounces and complaints come in: from the tables [bounces] and [hooks] to the doors."""

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from publisher.mail.intake_settings import HookSettings, ImapSettings, IntakeSettings
from publisher.mail.relay_settings import Tls
from publisher.settings.check import Findings, variable_for
from publisher.settings.doors import is_this_machine, load_secret, read_bind
from publisher.settings.tables import BouncesTable, HooksTable, ImapTable, SendgridTable, SesTable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

MAX_SOCKET_PATH = 107
"""Octets of a Unix socket's path (unix(7): 108 with the NUL at its end)."""
MAX_BOUNCE_DOMAIN = 120
"""Letters. With the reader's mark before it, an address must have at most 254 octets (RFC 5321 section 4.5.3.1.3) and
its URI in a header stays short.
"""
_IMAP_PORTS = {Tls.NONE: 143, Tls.STARTTLS: 143, Tls.TLS: 993}


def build_intake_settings(
    bounces: BouncesTable, hooks: HooksTable, base: Path, findings: Findings
) -> IntakeSettings:
    """The doors; those with a fault are left out."""
    return IntakeSettings(
        lmtp=None if bounces.lmtp is UNSET else _read_lmtp(bounces.lmtp, base, findings),
        maildir=None if bounces.maildir is UNSET else base / bounces.maildir,
        imap=None if bounces.imap is UNSET else _build_imap(bounces.imap, base, findings),
        look_every=timedelta(seconds=bounces.look_every_seconds),
        hooks=_build_hooks(hooks, base, findings),
    )


def _read_lmtp(text: str, base: Path, findings: Findings) -> Path | tuple[str, int] | None:
    """`127.0.0.1:8024`, `[::1]:8024`, `localhost:8024`, or `unix:` and a path."""
    path = "$.bounces.lmtp"
    if text.startswith("unix:"):
        place = base / text.removeprefix("unix:")
        if text == "unix:" or len(str(place).encode()) > MAX_SOCKET_PATH:
            problem = f'"{text}" is no path of a socket'
            findings.fault(
                path, problem, f"a path of at most {MAX_SOCKET_PATH} octets, unix:/run/nashra/lmtp"
            )
            return None
        return place
    bind = read_bind(text, path, findings)
    if bind is None:
        return None
    host, port = bind
    if not is_this_machine(host):
        hint = "let the mail server of this machine pass it on; 127.0.0.1:8024 or unix:/run/nashra/lmtp"
        findings.fault(
            path, f"{host} is not this machine: who speaks LMTP may speak about every reader", hint
        )
        return None
    return ("127.0.0.1" if host == "localhost" else str(ip_address(host))), port


def _build_imap(table: ImapTable, base: Path, findings: Findings) -> ImapSettings | None:
    path = "$.bounces.imap"
    password = _load_secret(table.password, table.password_file, f"{path}.password", base, findings)
    ca_file = None if table.ca_file is UNSET else base / table.ca_file
    if ca_file is not None and not ca_file.is_file():
        findings.fault(f"{path}.ca_file", f"{ca_file} is not there")
    if table.tls is Tls.NONE and not is_this_machine(table.host):
        findings.fault(f"{path}.tls", "the password would travel in the clear", 'set "tls" or "starttls"')
    if not table.mailbox.isascii() or not table.mailbox.isprintable():
        problem = "is written in ASCII; other letters stand in modified UTF-7"
        findings.fault(
            f"{path}.mailbox", problem, "as `LIST` of the server shows it (RFC 3501 section 5.1.3)"
        )
    for name, text in (("username", table.username), ("password", password or "")):
        if not text.isascii() or not text.isprintable():
            problem = "holds a letter that IMAP's LOGIN does not carry"
            findings.fault(f"{path}.{name}", problem, "printable ASCII (RFC 3501 section 6.2.3)")
    if password is None:
        return None
    return ImapSettings(
        host=table.host,
        port=_IMAP_PORTS[table.tls] if table.port is UNSET else table.port,
        user=table.username,
        password=password,
        folder=table.mailbox,
        tls=table.tls,
        ca_file=ca_file,
    )


def _build_hooks(table: HooksTable, base: Path, findings: Findings) -> HookSettings:
    mailgun, postmark = table.mailgun, table.postmark
    key = password = None
    if mailgun is not UNSET:
        path = "$.hooks.mailgun.signing_key"
        key = _load_secret(mailgun.signing_key, mailgun.signing_key_file, path, base, findings)
    if postmark is not UNSET:
        path = "$.hooks.postmark.password"
        password = _load_secret(postmark.password, postmark.password_file, path, base, findings)
        if ":" in postmark.username:
            findings.fault("$.hooks.postmark.username", "holds a colon (RFC 7617 section 2)")
    return HookSettings(
        mailgun_key=None if key is None else key.encode(),
        postmark=None if postmark is UNSET or password is None else (postmark.username, password),
        sendgrid_key=None if table.sendgrid is UNSET else _read_key(table.sendgrid, findings),
        ses_topics=frozenset() if table.ses is UNSET else _read_topics(table.ses, findings),
    )


def _read_key(table: SendgridTable, findings: Findings) -> "EllipticCurvePublicKey | None":
    from publisher.mail.hooks.sendgrid import parse_public_key  # costs every command's start otherwise

    try:
        return parse_public_key(table.verification_key)
    except ValueError as error:
        hint = "as its page Mail Settings, Event Webhook shows it"
        findings.fault("$.hooks.sendgrid.verification_key", f"is {error}", hint)
        return None


def _read_topics(table: SesTable, findings: Findings) -> frozenset[str]:
    path = "$.hooks.ses.topics"
    if not table.topics:
        findings.fault(path, "is empty", "the ARN of each SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME")
    for n, topic in enumerate(table.topics):
        if not topic.startswith("arn:aws") or topic.count(":") != 5:
            hint = "arn:aws:sns:REGION:ACCOUNT:NAME"
            findings.fault(f"{path}[{n}]", f'"{topic}" is no ARN of an SNS topic', hint)
    return frozenset(table.topics)


def _load_secret(
    given: str | UnsetType, file: str | UnsetType, path: str, base: Path, findings: Findings
) -> str | None:
    """A secret that must be there, from the environment or from a file of its own, not from both."""
    variable = variable_for(path)
    if path.rpartition(".")[0] in findings.faulty:
        return None  # no table at all
    if given is not UNSET and file is not UNSET:
        findings.fault(f"{path}_file", f"is set beside {variable}", "keep one of the two")
    if file is not UNSET:
        return load_secret(base / file, f"{path}_file", findings)
    if given is UNSET:
        findings.fault(path, "is missing", f"set {variable} or {path.rpartition('.')[2]}_file")
        return None
    if not given:
        findings.fault(path, "is empty")
    return given or None
