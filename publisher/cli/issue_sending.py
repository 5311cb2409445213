"""`nashra issue pause`, `resume`, `retry`, `resolve`, `missed`: an issue in mid-send and after it."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.subscriber_file import guard
from publisher.cli.which_issue import IssueId, find_issue
from publisher.jobs.after_send import Resolution, resolve_uncertain, retry_failed
from publisher.jobs.hold_issue import pause_sending, resume_sending
from publisher.model.delivery import DeliveryState
from publisher.model.errors import NashraError, UsageError
from publisher.store.aftermath import Fate, load_fates

COLUMNS = ("address", "state", "attempt", "at", "relay", "reply")
_NOT_HAD = tuple(state for state in DeliveryState if state is not DeliveryState.SENT)
_WITHIN = "a running `nashra serve` does so within half a minute"


def add_commands(app: App) -> None:
    """Put the commands of this file under `nashra issue`."""
    for command in (pause, resume, retry, resolve, missed):
        app.command(command)


def pause(issue: IssueId, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Hold an issue in mid-send: nothing more of it is begun until it is resumed."""
    with opened(settings) as house:
        found = find_issue(house.room, issue)
        if not pause_sending(house.room, issue):
            raise NashraError(f"issue {issue} is {found.state}, not sending", next_step="nashra issue list")
    say(f"issue {issue} is paused; next: nashra issue resume {issue}, or cancel {issue}")


def resume(issue: IssueId, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Let a paused issue go on."""
    with opened(settings) as house:
        found = find_issue(house.room, issue)
        if not resume_sending(house.room, issue):
            raise NashraError(f"issue {issue} is {found.state}, not paused", next_step="nashra issue list")
    say(f"issue {issue} goes on; {_WITHIN}")


def retry(
    issue: IssueId,
    /,
    *,
    failed: Annotated[bool, Parameter(negative=(), help="Those that the relay refused for good.")] = False,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Try again what ended without success, for as long as the issue is sent at all. Suppressed readers stay out."""
    if not failed:
        raise UsageError("say what is to be tried again", next_step=f"nashra issue retry {issue} --failed")
    with opened(settings) as house:
        reopened = retry_failed(house.room, find_issue(house.room, issue))
    say(f"{reopened} to be tried again; {_WITHIN}" if reopened else "nothing failed")


def resolve(
    issue: IssueId,
    /,
    *,
    uncertain: Annotated[Resolution, Parameter(help="Send one more copy, or leave it and note so.")],
    settings: SettingsOption = SETTINGS,
) -> None:
    """Decide about deliveries whose fate nobody knows: begun twice, and no answer to the final dot."""
    with opened(settings) as house:
        resolved = resolve_uncertain(house.room, find_issue(house.room, issue), uncertain)
    if not resolved:
        say("nothing is uncertain, or it was decided before")
    elif uncertain is Resolution.RESEND:
        say(f"{resolved} to be sent once more; {_WITHIN}")
    else:
        say(f"{resolved} left as they are")


def missed(
    issue: IssueId,
    /,
    *,
    as_csv: Annotated[
        bool,
        Parameter(name="--csv", negative=(), help="Every reader, as CSV. It holds addresses: keep it safe."),
    ] = False,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Tell who did not get an issue, or not yet: how many for each cause, or each reader with state and reply."""
    with opened(settings) as house:
        find_issue(house.room, issue)
        with house.room.database.read() as tx:
            rows = load_fates(tx, issue, _NOT_HAD)
            if as_csv:
                _write(rows)
            elif json:
                tell_json(list(rows))
            else:
                _tell_causes(Counter((row.state.value, row.reply or "") for row in rows))


def _tell_causes(causes: Counter[tuple[str, str]]) -> None:
    for (state, reply), total in causes.most_common():
        tell(f"{total:>8} {state}  {reply}".rstrip())
    if not causes:
        say("everybody got it")


def _write(rows: Iterable[Fate]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    for row in rows:
        texts = (row.address or "", row.state.value)
        more = (row.relay or "", row.reply or "")
        out.writerow([*map(guard, texts), row.attempt, row.at.isoformat(), *map(guard, more)])
