"""`nashra issue deliveries`: an issue reader by reader."""

from itertools import islice
from typing import Annotated

from cyclopts import Parameter

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json_line
from publisher.cli.which_issue import IssueId, find_issue
from publisher.model.delivery import DeliveryState
from publisher.store.aftermath import Fate, load_fates


def deliveries(
    issue: IssueId,
    /,
    *,
    state: Annotated[
        tuple[DeliveryState, ...], Parameter(help="Only those in this state; may be given again.")
    ] = (),
    limit: Annotated[int, Parameter(help="At most so many; 0: all.")] = 0,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Tell for each reader of an issue what happened, when, after how many attempts, over which relay, and its reply.

    Readers stand by their number, not by their address; `nashra trace` finds one by her address, `nashra issue missed
    --csv` writes the addresses of those who did not get it. With --json one object a line.
    """
    with opened(settings) as house:
        find_issue(house.room, issue)
        with house.room.database.read() as tx:
            fates = load_fates(tx, issue, state or tuple(DeliveryState))
            told = 0
            for fate in islice(fates, limit or None):
                if json:
                    tell_json_line(_fields(fate))
                else:
                    tell(_line(fate))
                told += 1
    if not told and not json:
        say("no delivery is in that state" if state else "nothing is frozen yet")


def _fields(fate: Fate) -> dict[str, object]:
    return {
        "subscriber": fate.subscriber,
        "state": fate.state,
        "attempt": fate.attempt,
        "at": fate.at,
        "relay": fate.relay,
        "reply": fate.reply,
    }


def _line(fate: Fate) -> str:
    relay = f"  {fate.relay}:" if fate.relay else ""
    at = fate.at.isoformat(timespec="seconds")
    return f"{fate.subscriber:>9}  {at}  {fate.state:<10}  attempt {fate.attempt}{relay} {fate.reply or ''}".rstrip()
