"""A Postfix of our own: its configuration, queue and data lie in a folder that ends with it; it knows nothing of the
machine's own Postfix, asks no DNS, listens on loopback, and hands mail on to loopback only.

One try for each mail (`maximal_queue_lifetime = 0`), so a 4xx comes back as a report at once, as it would after days.
"""

import shutil
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.daemon import free_port, running
from tests.lab.programs import require_program

CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"
SIZE_LIMIT = 10_240_000
"""What it announces as SIZE."""
_OWNED = [
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "saved",
    "trace",
    "private",
]
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
smtp_dns_support_level = disabled
smtp_host_lookup = native
myhostname = {name}
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/conf/access
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_tls_chain_files = {certificates}/relay.pem
message_size_limit = {size}
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
notify_classes =
default_transport = {otherwise}
relay_transport = $default_transport
transport_maps = regexp:{folder}/conf/transport
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/conf/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd
    -o smtpd_tls_security_level=may -o smtpd_tls_received_header=yes
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
scache unix - - n - 1 scache
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Where mail goes, by patterns over whole addresses. `transport` and `access` are as in transport(5) and access(5);
    `mailboxes` are Maildirs for what is routed to `virtual:`; `otherwise` is for all other mail.
    """

    transport: Mapping[str, str] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    access: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = "error:5.4.4 the lab sends nothing out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """A running one. `tls_port` offers STARTTLS, `port` does not."""

    folder: Path
    port: int
    tls_port: int

    def maildir(self, name: str) -> Path:
        """One of the mailboxes."""
        return self.folder / "mail" / name

    def read_log(self) -> str:
        """All it said so far."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def comes_to_say(self, is_there: Callable[[str], bool]) -> bool:
        """Whether its log holds what is asked for, within half a minute: its daemons write when they come to it."""
        deadline = time.monotonic() + 30
        while not is_there(self.read_log()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def complaints(self) -> list[str]:
        """Lines of the log by which Postfix finds fault with a client, or with itself."""
        bad = ("warning:", "error:", "fatal:", "panic:", "improper", "lost connection", "timeout after")
        knock = "lost connection after CONNECT"  # of ours, to learn whether it listens
        lines = (line for line in self.read_log().splitlines() if knock not in line)
        return [line for line in lines if any(word in line for word in bad)]

    def announced(self, *, tls: bool) -> set[str]:
        """The extensions it offers, as another client sees them."""
        with smtplib.SMTP("127.0.0.1", self.tls_port if tls else self.port, timeout=10) as client:
            client.ehlo("lab.example")
            return set(client.esmtp_features)


@contextmanager
def running_postfix(routes: Routes, *, name: str = "relay.example.org") -> Iterator[Postfix]:
    """Start one; everything of it is gone afterwards. Needs root, as Postfix does."""
    folder = Path(tempfile.mkdtemp(prefix="nashra-postfix-"))
    postfix = Postfix(folder=folder, port=free_port(), tls_port=free_port())
    try:
        _lay_out(postfix, routes, name=name)
        words = (require_program("master"), "-c", str(folder / "conf"), "-d")
        with running(words, port=postfix.port, log=folder / "master.log"):
            yield postfix
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(postfix: Postfix, routes: Routes, *, name: str) -> None:
    """Folders and files, with the owners that Postfix asks for."""
    folder = postfix.folder
    folder.chmod(0o755)
    for place in ("conf", "queue", "queue/pid", "data", "mail"):
        (folder / place).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", 65534, 65534)
    for place in _OWNED:
        (folder / "queue" / place).mkdir(mode=0o700)
        shutil.chown(folder / "queue" / place, "postfix")
    for place, mode in (("maildrop", 0o730), ("public", 0o710)):
        (folder / "queue" / place).mkdir()
        (folder / "queue" / place).chmod(mode)
        shutil.chown(folder / "queue" / place, "postfix", "postdrop")
    conf = folder / "conf"
    main = _MAIN.format(
        folder=folder, name=name, size=SIZE_LIMIT, certificates=CERTIFICATES, otherwise=routes.otherwise,
        daemons=Path(require_program("master")).parent,
    )  # fmt: skip
    (conf / "main.cf").write_text(main)
    (conf / "master.cf").write_text(_MASTER.format(port=postfix.port, tls_port=postfix.tls_port))
    for table, rows in (("transport", routes.transport), ("access", routes.access)):
        (conf / table).write_text("".join(f"/{pattern}/ {action}\n" for pattern, action in rows.items()))
    (conf / "mailboxes").write_text("".join(f"/{p}/ {m}/\n" for p, m in routes.mailboxes.items()))
