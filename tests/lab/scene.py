"""The scene that every check looks at: a newsroom, a Postfix, readers of every kind; both issues and the notices sent.

The digests go over STARTTLS, the notices in the clear. Some readers' own servers refuse them, and what Postfix reports
of that comes back by LMTP for the first issue and into a Maildir for the second.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from publisher.mail.lmtp_intake import LmtpIntake
from publisher.store.feedback import StoredFeedback, load_feedback
from publisher.wiring.intake import build_intake, build_take
from tests.lab import dns
from tests.lab.arrived import Arrived, read_maildir
from tests.lab.daemon import free_port
from tests.lab.forged import VICTIM, send_forgeries
from tests.lab.newsroom import NEWSLETTERS, RELAY, Desk, Press, Reader
from tests.lab.postfix import CERTIFICATES, Postfix, Routes, running_postfix
from tests.lab.refusing_server import refusing
from tests.lab.smtp_sink import Refusal, running_smtp_sink
from tests.lab.zone import build_zone, read_printed

PATIENCE_SECONDS = 60.0
TAKEN = (
    Reader(address="layla@readers.example"),
    Reader(address="sam@readers.example", language="en"),
    Reader(address="karwan@readers.example", language="ckb"),
    Reader(address="خالد@readers.example"),
    Reader(address="maryam@بريد.readers.example"),
)
"""Their server takes everything: one address needs SMTPUTF8, one has a domain that goes out as an A-label."""
ANSWERS = {
    "unknown": "550 5.1.1 <{0}>: Recipient address rejected: User unknown",
    "full": "552 5.2.2 <{0}>: user is over quota",
    "busy": "451 4.3.2 system not accepting mail now",
    "blocked": "550 5.7.1 Message rejected as spam by content filtering",
    "مجهول": "550 5.1.1 no such user here",
}
"""What the readers' own server says to RCPT at refusing.example."""
CAME_BACK = (
    *(f"{name}@refusing.example" for name in ANSWERS),
    "sink@sink.example",
    "سعاد@sink.example",
    "away@closed.example",
)
"""Whose mail the relay takes and cannot hand on. At sink.example there is `smtp-sink -f rcpt`, which does not know
SMTPUTF8 either; at closed.example nobody listens.
"""
TURNED_AWAY = "gone@readers.example"
"""Whom our relay refuses itself."""
REFUSED_BETWEEN = {
    "gone2": "refused rcpt",
    "two": "sent",
    "later": "deferred rcpt",
    "policy": "refused rcpt",
    "three": "sent",
}
"""Readers at readers.example whom the relay meets in one session, and what it answers (see its access table)."""
ASKING = {"ar": "nour@readers.example", "en": "alex@readers.example"}
"""Who ask for the newsletters by the form, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What there is to look at. `ids` are of readers by address, `issues` the two issues."""

    folder: Path
    desk: Desk
    press: Press
    postfix: Postfix
    issues: tuple[int, ...]
    ids: Mapping[str, int]
    zone: dns.Zone
    dns_port: int
    inbox: tuple[Arrived, ...]

    @property
    def bounces(self) -> Path:
        """The Maildir of the reports about the second issue."""
        return self.postfix.maildir("bounces")

    def feedback(self) -> tuple[StoredFeedback, ...]:
        """All rows, newest first."""
        with self.press.room.database.read() as tx:
            return load_feedback(tx)

    def digest_to(self, address: str) -> Arrived:
        """The first digest that came to an address."""
        return next(mail for mail in self.inbox if mail.to == address and mail.is_list_mail)

    def notice_to(self, address: str, *, confirms: bool) -> Arrived:
        """The confirmation, or the welcome, that came to an address."""
        notices = (mail for mail in self.inbox if mail.to == address and not mail.is_list_mail)
        return next(mail for mail in notices if mail.is_confirmation is confirms)


@contextmanager
def open_scene() -> Iterator[Scene]:
    """Everything started, sent and come back; ended and removed afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="nashra-lab-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        server = stack.enter_context(refusing(ANSWERS))
        sink = stack.enter_context(running_smtp_sink(folder / "sink.log", Refusal.HARD, "rcpt"))
        routes = _build_routes(lmtp=folder / "lmtp", refusing=server, sink=sink)
        postfix = stack.enter_context(running_postfix(routes, name=RELAY))
        desk = Desk(folder / "newsroom", port=postfix.tls_port, ca_file=CERTIFICATES / "ca.pem")
        desk.call("dkim", "generate")
        desk.call("dkim", "switch")
        zone = build_zone(read_printed(desk.call("dkim", "show")))
        port = stack.enter_context(dns.serving(zone))
        press = stack.enter_context(desk.open())
        ids = {
            **press.bring(NEWSLETTERS[0], _readers()),
            **press.bring(NEWSLETTERS[1], _readers()),
        }
        issues = asyncio.run(_play(press, postfix, folder / "lmtp", ids))
        yield Scene(
            folder=folder, desk=desk, press=press, postfix=postfix, issues=issues, ids=ids, zone=zone, dns_port=port,
            inbox=read_maildir(postfix.maildir("inbox")),
        )  # fmt: skip


def _readers() -> tuple[Reader, ...]:
    refused = (Reader(address=address) for address in (*CAME_BACK, TURNED_AWAY))
    return (*TAKEN, *refused)


def _build_routes(*, lmtp: Path, refusing: int, sink: int) -> Routes:
    """The map of the lab's world: issue 1 reports by LMTP, issue 2 into a Maildir."""
    return Routes(
        transport={
            r"^b\+i1\.": f"lmtp:unix:{lmtp}",
            r"^b\+i2\.": "virtual:",
            r"readers\.example$": "virtual:",
            r"@refusing\.example$": f"smtp:[127.0.0.1]:{refusing}",
            r"@sink\.example$": f"smtp:[127.0.0.1]:{sink}",
            r"@closed\.example$": f"smtp:[127.0.0.1]:{free_port()}",
        },
        mailboxes={r"^b\+": "bounces", ".": "inbox"},
        access={
            r"^gone2?@readers\.example$": "550 5.1.1 User unknown",
            r"^later@": "450 4.2.1 Mailbox busy",
            r"^policy@": "550 5.7.1 Not wanted here",
        },
    )


async def _play(press: Press, postfix: Postfix, lmtp: Path, ids: Mapping[str, int]) -> tuple[int, ...]:
    """Send everything, and wait until everything that comes back is there."""
    async with _lmtp_door(press, lmtp):
        issues = await press.publish()
        await press.close()
        sent = len(TAKEN) * len(issues)
        await _until(lambda: _count(postfix, "inbox") == sent, "digests in the inbox", postfix)
        await _until(lambda: _count(postfix, "bounces") == len(CAME_BACK), "reports in the Maildir", postfix)
        # one row more: our own relay turned a reader away in the session; the second issue does not try her again
        await _until(lambda: _rows(press) == len(CAME_BACK) + 1, "reports by LMTP", postfix)
        await asyncio.to_thread(send_forgeries, press, postfix, issues, ids[VICTIM])
        await _until(lambda: _count(postfix, "bounces") == len(CAME_BACK) + 1, "the forged report", postfix)
        await _until(lambda: _rows(press) == len(CAME_BACK) + 2, "the forged report", postfix)
    clear = press.in_the_clear(postfix.port)
    for language, address in ASKING.items():
        await clear.ask(address, language=language)
    sent += len(ASKING)
    await _until(lambda: _count(postfix, "inbox") == sent, "confirmations in the inbox", postfix)
    for mail in await asyncio.to_thread(read_maildir, postfix.maildir("inbox")):
        if mail.is_confirmation:
            await clear.confirm(mail.find_link())
    await _until(lambda: _count(postfix, "inbox") == sent + len(ASKING), "welcomes in the inbox", postfix)
    await clear.close()
    return issues


@asynccontextmanager
async def _lmtp_door(press: Press, place: Path) -> AsyncIterator[None]:
    """Our own door, on a Unix socket that Postfix's group may use."""
    door = LmtpIntake(build_take(build_intake(press.house)), listen=place)
    await door.start()
    try:
        await asyncio.to_thread(shutil.chown, place, group="postfix")
        yield
    finally:
        await door.close()


async def _until(is_so: Callable[[], bool], what: str, postfix: Postfix) -> None:
    """Raises TimeoutError, with the end of Postfix's log, where it does not come about."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - another program brings it about
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise TimeoutError(
            f"waited {PATIENCE_SECONDS:g} s for {what}\n{postfix.read_log()[-4000:]}"
        ) from error


def _count(postfix: Postfix, mailbox: str) -> int:
    folder = postfix.maildir(mailbox) / "new"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def _rows(press: Press) -> int:
    with press.room.database.read() as tx:
        return len(load_feedback(tx))
