"""`nashra doctor`: is everything in order, and if not, what to do."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import tell, tell_json
from publisher.feeds.places import FeedPlan
from publisher.jobs.examine import (
    Finding,
    Health,
    examine_address,
    examine_clock,
    examine_database,
    examine_folder,
    examine_newsletters,
    examine_relay,
    examine_settings,
    examine_sources,
)
from publisher.jobs.examine_feeds import count_known, examine_ended, examine_feeds, examine_waiting
from publisher.jobs.examine_push import examine_push
from publisher.jobs.examine_returns import examine_doors, examine_feedback, examine_shelf
from publisher.model.disk_trouble import DiskError
from publisher.settings import Settings
from publisher.store.opening import StoreError
from publisher.text.words import load_words
from publisher.wiring.folder import database_of, feeds_of, is_held, secret_of
from publisher.wiring.intake import shelf_of

_MARKS = {Health.GOOD: "ok", Health.UNWISE: "!", Health.BAD: "FAIL"}


def doctor(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> int:
    """Check settings, clock, folder, database, sources, feeds, relays, doors for bounces, the shelf of unrecognised
    mail, who refuses us, and hubs: a line for each, with what to do where something is wrong.

    Sends nothing and changes nothing, also beside a running Nashra. Ends with 1 where something does not work.
    """
    findings = _examine(settings)
    if json:
        tell_json(findings)
    else:
        for item in findings:
            tell(f"{_MARKS[item.health]:<4} {item.subject}: {item.seen}")
            if item.next_step:
                tell(f"       next: {item.next_step}")
    return int(any(item.health is Health.BAD for item in findings))


def _examine(settings: Path) -> list[Finding]:
    loaded = load(settings)
    database = database_of(loaded.data)
    return [
        examine_clock(datetime.now(UTC)),
        *examine_settings(loaded.warnings),
        examine_folder(loaded.data, (secret_of(loaded.data), database)),
        examine_database(database),
        *examine_sources(loaded.sources),
        examine_address(loaded.site),
        examine_newsletters(loaded.newsletters),
        examine_feeds(feeds_of(loaded.data), load_words("en"), known=count_known(database)),
        *(asyncio.run(examine_relay(relay)) for relay in loaded.relays),
        *asyncio.run(
            examine_doors(
                loaded.intake,
                sender=loaded.sender,
                base_url=loaded.site.base_url,
                is_running=is_held(loaded.data),
            )
        ),
        *examine_shelf(shelf_of(loaded.data)),
        *_examine_rows(database, feeds_of(loaded.data), _plan_of(loaded)),
    ]


def _examine_rows(database: Path, feeds: Path, plan: FeedPlan) -> tuple[Finding, ...]:
    """What is wrong with the database itself has been told before."""
    now = datetime.now(UTC)
    try:
        return (
            *examine_waiting(database, feeds),
            *examine_ended(database, plan, now),
            *examine_feedback(database, now),
            *examine_push(database, now),
        )
    except (StoreError, DiskError):
        return ()


def _plan_of(loaded: Settings) -> FeedPlan:
    return FeedPlan(
        site=loaded.site, rules=loaded.feed_rules, specs=loaded.feeds, newsletters=loaded.newsletters
    )
