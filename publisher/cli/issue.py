"""`nashra issue`: what was sent and why, what waits for a person."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from publisher.cli.house import opened, require_newsletter
from publisher.cli.issue_deliveries import deliveries
from publisher.cli.issue_sending import add_commands
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.which_issue import IssueId, find_issue
from publisher.digest.render import lint_rendition
from publisher.jobs.compose import approve_issue, cancel_issue
from publisher.jobs.hold_issue import cancel_rest
from publisher.jobs.newsroom import Newsroom
from publisher.model.errors import NashraError
from publisher.model.issue import Issue, IssueState, Rendition
from publisher.store.deliveries import count_deliveries
from publisher.store.issues import load_choices, load_issues, load_renditions
from publisher.text.words import Words

app = App(name="issue", help="List issues, show one, approve, pause, cancel it; see who missed it.")

add_commands(app)
app.command(deliveries)


@app.command(name="list")
def list_issues(
    *,
    newsletter: Annotated[str | None, Parameter(help="Only of this newsletter (its slug).")] = None,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """List the issues, oldest slot first, skipped ones with their reason."""
    with opened(settings) as house:
        room = house.room
        require_newsletter(newsletter, room.newsletter_ids)
        with room.database.read() as tx:
            issues = load_issues(tx, slug=newsletter)
    if json:
        tell_json([_describe(room, issue) for issue in issues])
        return
    for issue in issues:
        tell(f"{issue.id:>5}  {_line(room, issue)}")
    if not issues:
        say("no issue yet: the first one comes with the newsletter's next slot")


@app.command
def show(issue: IssueId, /, *, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Show one issue: its state, how its deliveries stand, and why each article is in it or not."""
    with opened(settings) as house:
        room = house.room
        found = find_issue(room, issue)
        words = room.words[room.site.language]
        with room.database.read() as tx:
            counts = count_deliveries(tx, issue)
            choices = load_choices(tx, issue)
            renditions = load_renditions(tx, issue)
    subjects = {item.variant: item.subject for item in renditions}
    warnings = _warn(renditions, words)
    lines = [
        {"article": article, "included": included, "reason": words.say_reason(reason)}
        for article, included, reason in choices
    ]
    if json:
        tell_json(
            {
                "issue": _describe(room, found),
                "subjects": subjects,
                "warnings": warnings,
                "deliveries": counts,
                "articles": lines,
            }
        )
        return
    tell(_line(room, found))
    for variant, subject in subjects.items():
        tell(f"  {variant}: {subject}")
    for warning in warnings:
        say(f"warning: {warning}")
    for state, total in counts.items():
        tell(f"  {total:>8} {state}")
    for line in lines:
        tell(f"  {'in ' if line['included'] else 'out'} {line['article']}  {line['reason']}")


@app.command
def preview(
    issue: IssueId,
    folder: Annotated[Path, Parameter(help="Where to write the files.")],
    /,
    *,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Write an issue's renditions as files, the very text that is or will be mailed, one .html and .txt a language."""
    with opened(settings) as house:
        found = find_issue(house.room, issue)
        words = house.room.words[house.room.site.language]
        with house.room.database.read() as tx:
            renditions = load_renditions(tx, found.id)
    for warning in _warn(renditions, words):
        say(f"warning: {warning}")
    if not renditions:
        raise NashraError(f"issue {issue} is {found.state} and has no text", next_step="nashra issue list")
    for item in renditions:
        for ending, text in (("html", item.html), ("txt", item.text)):
            file = folder / f"{found.newsletter}-{found.number}-{item.variant}.{ending}"
            _write(file, text)
            tell(str(file))


@app.command
def approve(issue: IssueId, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Let a draft go out. A running `nashra serve` sends it within half a minute."""
    with opened(settings) as house:
        found = find_issue(house.room, issue)
        if not approve_issue(house.room, issue):
            late = found.state is IssueState.DRAFT
            why = "too late: its articles come in the next issue" if late else f"{found.state}, not a draft"
            raise NashraError(f"issue {issue} is {why}", next_step="nashra issue list")
    say(f"issue {issue} is approved")


@app.command
def cancel(issue: IssueId, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Stop an issue for good. Its articles come again in the next one. In mid-send, who waits does not get it any more,
    and who has it may see its articles twice.
    """
    with opened(settings) as house:
        found = find_issue(house.room, issue)
        left_out = None
        if not cancel_issue(house.room, issue):
            left_out = cancel_rest(house.room, issue)
            if left_out is None:
                raise NashraError(
                    f"issue {issue} is {found.state}: too late to cancel", next_step="nashra issue list"
                )
    say(f"issue {issue} is cancelled" + (f"; {left_out} readers did not get it" if left_out else ""))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        step = "name a folder that this account may write into"
        raise NashraError(f"{file} cannot be written: {error.strerror}", next_step=step) from error


def _describe(room: Newsroom, issue: Issue) -> dict[str, object]:
    """An issue for scripts; `reason` is the sentence, in the site's language, or null."""
    fields: dict[str, object] = msgspec.to_builtins(issue)
    return {**fields, "reason": _say_reason(room, issue) or None}


def _line(room: Newsroom, issue: Issue) -> str:
    number = f"no. {issue.number}" if issue.number else "no number"
    return f"{issue.newsletter}  {issue.slot}  {number}  {issue.state}  {_say_reason(room, issue)}".rstrip()


def _say_reason(room: Newsroom, issue: Issue) -> str:
    return room.words[room.site.language].say_reason(issue.reason) if issue.reason else ""


def _warn(renditions: Sequence[Rendition], words: Words) -> list[str]:
    """What an editor should know before the issue goes out: its size, and what inboxes make of its subject."""
    return [
        f"{item.variant}: {words.say_reason(found)}" for item in renditions for found in lint_rendition(item)
    ]
