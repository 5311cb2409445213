"""What `nashra doctor` sees of bounces and complaints: whether each door stands open, what came through it, and whether
the shelf of unrecognised mail is looked after.

Promise: as in `examine`. A mailbox is opened for reading only, and nothing is taken.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from publisher.jobs.examine import Finding, Health
from publisher.mail.imap_intake import ImapError, look_at_imap
from publisher.mail.intake_settings import HookSettings, ImapSettings, IntakeSettings
from publisher.mail.maildir_intake import look_at_maildir
from publisher.mail.shelf import Shelf
from publisher.model.site import Sender
from publisher.store.database import open_database
from publisher.store.feedback_summary import FeedbackSummary, load_summary
from publisher.store.opening import load_standing, told_faults

ALARMS_SINCE = timedelta(days=7)
SHELF_MAILS = 500
SHELF_BYTES = 500_000_000
"""A shelf with more than either is one that nobody reads: it holds spam, and bounces among it go unseen."""

_TIMEOUT_SECONDS = 5.0
_NEXT_ALARM = "read what it says; nashra bounces; the reader is never at fault"


async def examine_doors(
    intake: IntakeSettings, *, sender: Sender, base_url: str, is_running: bool
) -> tuple[Finding, ...]:
    """Each door that is set up, and whether they and `bounce_domain` fit. `is_running`: a Nashra holds the folder."""
    found = [*_examine_domain(intake, sender)]
    if intake.lmtp is not None:
        found.append(await asyncio.to_thread(examine_lmtp, intake.lmtp, is_running=is_running))
    if intake.maildir is not None:
        found.append(examine_maildir(intake.maildir))
    if intake.imap is not None:
        found.append(await asyncio.to_thread(examine_imap, intake.imap))
    return (*found, *_examine_hooks(intake.hooks, base_url))


def examine_lmtp(listen: Path | tuple[str, int], *, is_running: bool) -> Finding:
    """Whether our own LMTP answers there while we run, and whether the place is free while we do not."""
    place = f"unix:{listen}" if isinstance(listen, Path) else f"{listen[0]}:{listen[1]}"
    subject = f"bounces by lmtp {place}"
    try:
        greeting = _greeting(listen)
    except (ConnectionRefusedError, FileNotFoundError):
        greeting = ""
    except OSError as error:
        return _bad(subject, f"cannot be asked: {error}", "give the socket to this account")
    if greeting.endswith(" Nashra"):
        return Finding(subject=subject, health=Health.GOOD, seen="listens")
    if greeting:
        step = "stop that program, or choose another place for lmtp in [bounces]"
        return _bad(subject, f"another program listens there: {greeting}", step)
    if is_running:
        step = "start nashra serve again: it runs with older settings"
        return _bad(subject, "nobody listens, though Nashra runs", step)
    return Finding(subject=subject, health=Health.GOOD, seen="free; nashra serve will listen")


def examine_maildir(folder: Path) -> Finding:
    """Whether mail can be taken from it."""
    subject = f"bounces by maildir {folder}"
    seen = look_at_maildir(folder)
    if seen:
        return _bad(subject, seen, "let the mail server make it, and this account read and write it")
    return Finding(subject=subject, health=Health.GOOD, seen="can be read and written")


def examine_imap(settings: ImapSettings) -> Finding:
    """Whether the server lets us in and has the mailbox."""
    subject = f"bounces by imap {settings.host} port {settings.port}"
    try:
        look_at_imap(settings)
    except ImapError as error:
        step = "check host, port, tls, username, password and mailbox in [bounces.imap]"
        return _bad(subject, str(error), step)
    return Finding(subject=subject, health=Health.GOOD, seen=f"lets us into {settings.folder}")


def examine_feedback(file: Path, now: datetime) -> tuple[Finding, ...]:
    """Who refuses us, and what is paused because of it; nothing where the database is not this version's."""
    if not file.exists():
        return ()
    standing = load_standing(file)
    if standing.damage or standing.revision != standing.wanted:
        return ()
    with told_faults(file), closing(open_database(file)) as database, database.read() as tx:
        summary = load_summary(tx, since=now - ALARMS_SINCE, now=now)
    return (*_tell_alarms(summary), *_tell_pauses(summary))


def examine_shelf(folder: Path) -> tuple[Finding, ...]:
    """Whether the shelf in that folder grew beyond what a person reads; nothing where it did not."""
    weight = Shelf(folder).weigh()
    if weight.mails <= SHELF_MAILS and weight.size_bytes <= SHELF_BYTES:
        return ()
    seen = f"{weight.mails} mails, {weight.size_bytes / 1e6:.0f} MB, and Nashra deletes none"
    step = (
        f"nashra bounces unrecognised; delete in {folder} what is spam or was read, "
        "and let the mail server refuse spam to the bounce domain"
    )
    return (_unwise("unrecognised mail", seen, step),)


def _examine_domain(intake: IntakeSettings, sender: Sender) -> Sequence[Finding]:
    is_open = intake.takes_mail or bool(intake.hooks.providers)
    domain, subject = sender.bounce_domain, "bounces"
    if domain is not None and not is_open:
        step = "open a door for them: [bounces] in nashra.toml"
        return [_unwise(subject, f"mail to {domain} comes back to nobody", step)]
    if domain is None and intake.takes_mail:
        step = "set bounce_domain in [mail] to the domain whose mail comes in there"
        return [_unwise(subject, "bounces name no reader, and nobody can leave by mail", step)]
    if domain is None and not is_open:
        step = "set bounce_domain in [mail] and [bounces], or [hooks.…] where a provider sends for you"
        seen = f"they go to {sender.address}, and Nashra never learns of them"
        return [_unwise(subject, seen, step)]
    if domain is not None and sender.takes_mail and sender.feedback_address is None:
        step = f"choose one below {sender.address.domain}"
        return [_unwise(subject, f"{domain} is not below the domain mail is from: no CFBL-Address", step)]
    return []


def _examine_hooks(hooks: HookSettings, base_url: str) -> list[Finding]:
    """Where each provider calls. That only it can, its secret sees to; that it does, only it can say."""
    return [
        Finding(
            subject=f"bounces by {name}", health=Health.GOOD, seen=f"it must call {base_url}/hooks/{name}"
        )
        for name in hooks.providers
    ]


def _tell_alarms(summary: FeedbackSummary) -> list[Finding]:
    return [
        _unwise(
            f"refused by {alarm.domain}",
            f"{alarm.readers} of our readers there, last {alarm.latest:%Y-%m-%d %H:%M}Z: "
            + " ".join(part for part in (alarm.status, alarm.detail) if part),
            _NEXT_ALARM,
        )
        for alarm in summary.alarms
    ]


def _tell_pauses(summary: FeedbackSummary) -> list[Finding]:
    return [
        _unwise(
            "paused", f"{pause.scope} until {pause.until:%Y-%m-%d %H:%M}Z ({pause.reason})", "nashra bounces"
        )
        for pause in summary.pauses
    ]


def _greeting(listen: Path | tuple[str, int]) -> str:
    """The first line of whoever listens there."""
    family = (
        socket.AF_UNIX
        if isinstance(listen, Path)
        else socket.AF_INET6
        if ":" in listen[0]
        else socket.AF_INET
    )
    with socket.socket(family) as probe:
        probe.settimeout(_TIMEOUT_SECONDS)
        probe.connect(str(listen) if isinstance(listen, Path) else listen)
        with probe.makefile("rb") as stream:
            line = stream.readline(200).decode("ascii", "replace").strip()
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) or "(silent)"


def _unwise(subject: str, seen: str, next_step: str) -> Finding:
    return Finding(subject=subject, health=Health.UNWISE, seen=seen, next_step=next_step)


def _bad(subject: str, seen: str, next_step: str) -> Finding:
    return Finding(subject=subject, health=Health.BAD, seen=seen, next_step=next_step)
