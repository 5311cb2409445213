"""`nashra bounces`: what came back, what followed from it, and the mail that nobody could make sense of."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.bounces_summary import SINCE, describe_troubles, say_at, summary
from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.take_report import take_report
from publisher.mail.intake import MAX_MAIL_OCTETS
from publisher.model.errors import NashraError, UsageError
from publisher.model.feedback import FeedbackKind
from publisher.store.feedback import StoredFeedback, load_feedback, load_one
from publisher.store.feedback_summary import load_summary
from publisher.wiring.intake import build_intake

app = App(
    name="bounces",
    help="Say what came back and how it comes in; list it, show one, read what was not recognised, take a file.",
)

_NEXT = "nashra bounces list"

app.default(summary)


@app.command(name="list")
def list_bounces(
    *,
    kind: Annotated[FeedbackKind | None, Parameter(help="Only of this kind.")] = None,
    limit: Annotated[int, Parameter(help="At most so many, the newest first.")] = 50,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """List what came back, newest first, with what followed from it; and what is paused because of it."""
    with opened(settings) as house, house.room.database.read() as tx:
        rows = load_feedback(tx, kinds=() if kind is None else (kind,), limit=limit)
        now = house.room.now()
        found = load_summary(tx, since=now - SINCE, now=now)
    if json:
        tell_json({"feedback": rows, "alarms": found.alarms, "pauses": found.pauses})
        return
    for row in rows:
        tell(_line(row))
    if not rows:
        say("nothing came back yet")
    for line in describe_troubles(found):
        say(line)


@app.command
def show(feedback: int, /, *, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Show one, with all that came back about the same reader."""
    with opened(settings) as house, house.room.database.read() as tx:
        found = load_one(tx, feedback)
        if found is None:
            raise UsageError(f"there is no bounce {feedback}", next_step=_NEXT)
        hers = () if found.subscriber is None else load_feedback(tx, subscriber_id=found.subscriber)
    others = tuple(row for row in hers if row.id != found.id)
    if json:
        tell_json({"feedback": found, "others": others})
        return
    finding = found.feedback.finding
    tell(_line(found))
    tell(f"  known by {found.feedback.proof}, {finding.certainty}, through {finding.source}")
    tell(f"  {finding.status or 'no status'}  {finding.detail}")
    for row in others:
        tell(f"  also {_line(row)}")


@app.command
def unrecognised(
    name: Annotated[str | None, Parameter(help="Show this one; the first six letters will do.")] = None,
    /,
    *,
    raw: Annotated[
        bool, Parameter(negative=(), help="Write its very octets, for a program to read.")
    ] = False,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """List the mails that came to the bounce address and were kept for a person, or show one. None is ever deleted.
    Of one larger than 10 MB only the head is here; its first line says where the whole lies.
    """
    with opened(settings) as house:
        shelf = build_intake(house).shelf
    if name is None:
        mails = shelf.list_mails()
        if json:
            tell_json(mails)
            return
        for mail in mails:
            cut = "  (cut: only its head)" if mail.is_cut else ""
            tell(
                f"{mail.name[:12]}  {say_at(mail.at)}  {mail.size_bytes:>8}  {mail.sender}  {mail.subject}{cut}"
            )
        say(f"{len(mails)} kept")
        return
    octets = shelf.read(name)
    if octets is None:
        raise UsageError(f"there is no one mail {name}", next_step="nashra bounces unrecognised")
    if raw:
        sys.stdout.buffer.write(octets)
        return
    tell(_printable(octets))


@app.command
def take(
    file: Annotated[Path, Parameter(help="A mail as it came (.eml).")],
    /,
    *,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Take a bounce or complaint from a file, as if it had come by mail. Taking one twice changes nothing."""
    try:
        with file.open("rb") as source:
            octets = source.read(MAX_MAIL_OCTETS)
    except OSError as error:
        step = "name a mail as it came, or run this as an account that may read it"
        raise NashraError(f"{file} cannot be read: {error.strerror}", next_step=step) from error
    with opened(settings) as house:
        taken = take_report(build_intake(house), octets)
    if json:
        tell_json(taken)
        return
    if taken.has_left:
        tell("she left by mail")
        return
    tell(f"{taken.kind}, {taken.certainty}, known by {taken.proof}: {taken.noted.verdict}")
    if taken.kept is not None:
        say(f"kept for a person as {taken.kept[:12]}")
    elif not taken.noted.is_new:
        say("nothing new")


def _line(row: StoredFeedback) -> str:
    feedback = row.feedback
    reader = "-" if row.subscriber is None else str(row.subscriber)
    issue = "-" if feedback.issue is None else str(feedback.issue)
    return (
        f"{row.id:>6}  {say_at(feedback.at)}  {feedback.finding.kind:<10} -> {row.verdict:<9} "
        f"issue {issue}  reader {reader}  {feedback.finding.status or ''}"
    ).rstrip()


def _printable(octets: bytes) -> str:
    """For a terminal: a stranger's mail must not steer it (ESC sequences)."""
    text = octets.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
