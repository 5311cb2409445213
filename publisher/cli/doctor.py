"""`nashra doctor`: is everything in order, and if not, what to do."""

import asyncio
from pathlib import Path

from publisher.cli.house import load, opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.examine import (
    Finding,
    Health,
    examine_address,
    examine_clock,
    examine_database,
    examine_folder,
    examine_newsletters,
    examine_relay,
    examine_sources,
)

_MARKS = {Health.GOOD: "ok", Health.UNWISE: "!", Health.BAD: "FAIL"}


def doctor(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> int:
    """Check settings, clock, folder, database, sources and relay; say in one line each what is wrong. Sends nothing.

    Ends with 1 where something does not work.
    """
    findings = _examine(settings)
    if json:
        tell_json(findings)
    else:
        for item in findings:
            tell(f"{_MARKS[item.health]:<4} {item.subject}: {item.seen}")
            if item.next_step:
                say(f"       next: {item.next_step}")
    return int(any(item.health is Health.BAD for item in findings))


def _examine(settings: Path) -> list[Finding]:
    loaded = load(settings)
    with opened(settings) as house:
        room = house.room
        return [
            examine_clock(room.now()),
            examine_folder(house.folder.path),
            examine_database(room.database),
            *examine_sources(room.sources),
            examine_address(room.site),
            *examine_newsletters(room.newsletters, loaded.warnings),
            asyncio.run(examine_relay(loaded.mail)),
        ]
