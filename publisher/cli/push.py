"""`nashra push`: who is told when a feed changes, and whether they take it."""

from datetime import datetime

from cyclopts import App

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.examine_push import is_late
from publisher.jobs.pushing import HUB_PATH
from publisher.store.push_hosts import FollowingState, HubState, load_following_state, load_hub_states

app = App(
    name="push", help="Show the hubs and followers that are told of changed feeds, and what they are owed."
)


@app.command(name="status")
def status(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """List the hubs, when each last took a ping and what it is still owed; and the followers of our own hub."""
    with opened(settings) as house:
        room = house.room
        now, push, base_url = room.now(), room.push, room.site.base_url
        with room.database.read() as tx:
            hubs, own = load_hub_states(tx), load_following_state(tx, now=now)
    named = push.settings.hubs if push else ()
    is_hub = push is not None and push.settings.own_hub
    if json:
        tell_json({"hubs": hubs, "own_hub": {"is_on": is_hub, "state": own}})
        return
    for hub in hubs:
        tell(_hub_line(hub))
    for name in sorted(set(named) - {hub.hub for hub in hubs}):
        tell(f"{name}  told of nothing yet")
    if is_hub:
        tell(f"{base_url}{HUB_PATH}  (ours)  {_own_line(own)}")
    if push is None:
        say("push is off: name `hubs` or set `own_hub = true` in [push]")
    for hub in hubs:
        if is_late(hub, now):
            say(f"{hub.hub} has not taken a change since {_at(hub.since)}: {hub.status or 'not tried yet'}")


def _hub_line(hub: HubState) -> str:
    owed = f"owed {hub.owed} since {_at(hub.since)}" if hub.owed else "owed nothing"
    return (
        f"{hub.hub}  {hub.topics} feeds  last told {_at(hub.told_at)}  {owed}  last try {hub.status or '-'}"
    )


def _own_line(own: FollowingState) -> str:
    owed = f"owed {own.owed} since {_at(own.since)}" if own.owed else "owed nothing"
    told = f"last told {_at(own.told_at)}  {owed}"
    return f"{own.followers} followers at {own.hosts} hosts  {told}  {own.requests} requests wait"


def _at(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M}Z"
