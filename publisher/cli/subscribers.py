"""`nashra subscribers`: counts, import, export, leaving, erasure."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.forget_subscriber import forget_subscriber
from publisher.jobs.import_subscribers import ImportLine, import_subscribers
from publisher.jobs.unsubscribe import unsubscribe as end_subscription
from publisher.mail.address import AddressError, parse_address
from publisher.model.address import EmailAddress
from publisher.model.errors import NashraError, UsageError
from publisher.model.subscriber import ConsentKind
from publisher.store.audience import count_subscriptions, find_subscriber, load_readers
from publisher.wiring.newsroom import House

app = App(name="subscribers", help="Count subscribers, import and export them, let one leave, erase one.")

Address = Annotated[str, Parameter(help="The reader's address.")]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


@app.command
def count(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Count each newsletter's subscriptions by status."""
    with opened(settings) as house, house.room.database.read() as tx:
        counts = count_subscriptions(tx)
    if json:
        tell_json(counts)
        return
    for slug, by_status in counts.items():
        tell(
            f"{slug}: "
            + (", ".join(f"{total} {status}" for status, total in by_status.items()) or "none yet")
        )


@app.command(name="import")
def import_(
    file: Annotated[Path, Parameter(help="A CSV file with a column `address`, and maybe `language`.")],
    /,
    *,
    newsletter: Annotated[str, Parameter(help="The newsletter's slug.")],
    consent: Annotated[str, Parameter(help="Where the readers' consent is kept, for the record.")],
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Bring readers who confirmed elsewhere. Who left here, or must not be mailed, is not brought back."""
    with opened(settings) as house:
        room = house.room
        found = room.newsletter(newsletter)
        if found is None:
            raise UsageError(f"there is no newsletter {newsletter}", next_step="nashra subscribers count")
        report = import_subscribers(
            room.database,
            _read_lines(file),
            newsletter=newsletter,
            language=found.language,
            evidence=consent,
            hash_key=house.keys.suppression,
            now=room.now(),
        )
        words = room.words[room.site.language]
        left_out = [
            {"line": item.number, "reason": words.say_reason(item.reason)} for item in report.left_out
        ]
    if json:
        tell_json({"brought": report.brought, "left_out": left_out})
        return
    tell(f"{report.brought} brought, {len(left_out)} left out")
    for item in left_out:
        say(f"line {item['line']}: {item['reason']}")


@app.command
def export(
    *,
    newsletter: Annotated[str | None, Parameter(help="Only of this newsletter (its slug).")] = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Print every subscription as CSV. It holds addresses: keep it safe."""
    out = csv.writer(sys.stdout)
    out.writerow(("address", "newsletter", "status", "language", "requested_at", "confirmed_at", "ended_at"))
    with opened(settings) as house, house.room.database.read() as tx:
        for item in load_readers(tx, slug=newsletter):
            times = (item.requested_at, item.confirmed_at, item.ended_at)
            cells = (str(item.address), item.newsletter, item.status, item.language)
            out.writerow([*map(_cell, cells), *(at.isoformat() if at else "" for at in times)])


@app.command
def unsubscribe(
    address: Address,
    /,
    *,
    newsletter: Annotated[
        str | None, Parameter(help="Only this newsletter (its slug); all by default.")
    ] = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """End a reader's subscriptions at her request."""
    reader = _parse(address)
    with opened(settings) as house:
        room = house.room
        if newsletter is not None and newsletter not in room.newsletter_ids:
            raise UsageError(f"there is no newsletter {newsletter}", next_step="nashra subscribers count")
        end_subscription(
            room.database,
            subscriber=_find(house, reader),
            newsletter=None if newsletter is None else room.newsletter_ids[newsletter],
            how=ConsentKind.UNSUBSCRIBED,
            network=None,
            evidence="command of the operator",
            now=room.now(),
        )
    say("done: nothing more is sent to this reader" + (f" of {newsletter}" if newsletter else ""))


@app.command
def forget(address: Address, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Erase a reader: her address is removed, and only a keyed hash of it stays, so that nobody mails her again."""
    reader = _parse(address)
    with opened(settings) as house:
        known = forget_subscriber(
            house.room.database, reader, hash_key=house.keys.suppression, now=house.room.now()
        )
    say("erased" if known else "the address was not known; it is suppressed now")


def _read_lines(file: Path) -> Iterator[ImportLine]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened_file:
            rows = csv.DictReader(opened_file)
            if "address" not in (rows.fieldnames or ()):
                raise UsageError(f"{file} has no column `address`", next_step="name it in the first line")
            for row in rows:
                yield ImportLine(
                    number=rows.line_num,
                    address=row["address"] or "",
                    language=(row.get("language") or "").strip(),
                )
    except (OSError, UnicodeDecodeError) as error:
        raise NashraError(f"{file} cannot be read: {error}", next_step="save it as CSV in UTF-8") from error


def _parse(text: str) -> EmailAddress:
    try:
        return parse_address(text)
    except AddressError as error:
        raise UsageError("this is not an email address", next_step="check its spelling") from error


def _find(house: House, address: EmailAddress) -> int:
    with house.room.database.read() as tx:
        found = find_subscriber(tx, address)
    if found is None:
        raise NashraError("the address is not known", next_step="nashra subscribers export")
    return found


def _cell(text: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
