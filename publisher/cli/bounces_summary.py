"""`nashra bounces`: how bounces come in, what came, who refuses us."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from publisher.cli.house import load, opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.store.feedback_summary import FeedbackSummary, load_summary
from publisher.wiring.intake import build_intake

SINCE = timedelta(days=30)


def summary(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Say how bounces come in, what came in 30 days, who refuses us and what is paused because of it."""
    intake = load(settings).intake
    with opened(settings) as house, house.room.database.read() as tx:
        now = house.room.now()
        found = load_summary(tx, since=now - SINCE, now=now)
        kept = build_intake(house).shelf.weigh().mails
    doors = intake.describe()
    if json:
        tell_json({"doors": doors, "summary": found, "unrecognised": kept})
        return
    tell(f"ways in: {', '.join(doors) or 'none'}")
    if not doors:
        say("next: [bounces] or [hooks.…] in nashra.toml; until then: nashra bounces take FILE")
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
    tell(f"in {SINCE.days} days: {counts or 'nothing came back'}")
    for line in describe_troubles(found):
        tell(line)
    tell(f"unrecognised: {kept} kept for a person")


def describe_troubles(found: FeedbackSummary) -> Iterator[str]:
    """Who refuses us, because of us; and what waits for that reason. A line each."""
    for alarm in found.alarms:
        said = " ".join(part for part in (alarm.status, alarm.detail) if part)
        yield f"refused by {alarm.domain}: {alarm.readers} readers, last {say_at(alarm.latest)}: {said}"
    for pause in found.pauses:
        yield f"paused: {pause.scope} until {say_at(pause.until)} ({pause.reason})"


def say_at(at: datetime) -> str:
    """An instant in a line."""
    return f"{at:%Y-%m-%d %H:%M}Z"
