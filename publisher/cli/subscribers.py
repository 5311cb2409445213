"""`nashra subscribers`: counts, import, export, leaving, erasure."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import opened, require_newsletter
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.subscriber_file import read_lines, write_readers
from publisher.jobs.forget_subscriber import forget_subscriber
from publisher.jobs.import_subscribers import Import, import_subscribers
from publisher.jobs.unsubscribe import unsubscribe as end_subscription
from publisher.mail.address import AddressError, parse_address
from publisher.model.address import EmailAddress
from publisher.model.errors import NashraError, UsageError
from publisher.model.subscriber import ConsentKind
from publisher.store.audience import count_subscriptions, find_subscriber, load_readers
from publisher.wiring.newsroom import House

app = App(name="subscribers", help="Count subscribers, import and export them, let one leave, erase one.")

Address = Annotated[str, Parameter(help="The reader's address.")]
_SHOWN = 20
"""Lines left out that are listed one by one; `--json` lists all."""


@app.command
def count(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Count each newsletter's subscriptions by status."""
    with opened(settings) as house, house.room.database.read() as tx:
        counts = count_subscriptions(tx)
    if json:
        tell_json(counts)
        return
    for slug, by_status in counts.items():
        listed = ", ".join(f"{total:,} {status}" for status, total in by_status.items())
        tell(f"{slug}: {listed or 'none yet'}")
    if not counts:
        say("no newsletter is set: add a [[newsletter]] to nashra.toml")


@app.command(name="import")
def import_(
    file: Annotated[
        Path,
        Parameter(
            help="A CSV file in UTF-8. Its first line names the columns: `address`, and maybe `language`."
        ),
    ],
    /,
    *,
    newsletter: Annotated[str, Parameter(help="The newsletter's slug.")],
    consent: Annotated[str, Parameter(help="Where the readers' consent is kept, for the record.")],
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Bring readers who confirmed elsewhere. Who left here, or must not be mailed, is not brought back.

    Lines that are not brought are listed with their number and the reason. Importing the same file again brings only
    what is new in it. Where it has the columns `status` and `newsletter`, as an export has, only the confirmed
    readers of this newsletter are brought. For example:

    nashra subscribers import readers.csv --newsletter daily --consent "forms of 2024, folder 12"
    """
    with opened(settings) as house:
        room = house.room
        require_newsletter(newsletter, (item.slug for item in room.newsletters))
        terms = Import(
            newsletter=newsletter,
            language=next(item.language for item in room.newsletters if item.slug == newsletter),
            languages=room.site.languages,
            evidence=_require_evidence(consent),
        )
        with closing(read_lines(file)) as lines:
            report = import_subscribers(
                room.database, lines, terms, hash_key=house.keys.suppression, now=room.now()
            )
        words = room.words[room.site.language]
        left_out = [
            {"line": item.number, "reason": words.say_reason(item.reason)} for item in report.left_out
        ]
    if json:
        tell_json({"brought": report.brought, "left_out": left_out})
        return
    tell(f"{report.brought:,} brought, {len(left_out):,} left out")
    for item in left_out[:_SHOWN]:
        tell(f"line {item['line']}: {item['reason']}")
    if len(left_out) > _SHOWN:
        say(f"{len(left_out) - _SHOWN:,} more were left out; --json lists all of them")


@app.command
def export(
    *,
    newsletter: Annotated[str | None, Parameter(help="Only of this newsletter (its slug).")] = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Print every subscription as CSV. It holds addresses: keep it safe."""
    with opened(settings) as house:
        require_newsletter(newsletter, house.room.newsletter_ids)
        with house.room.database.read() as tx:
            write_readers(load_readers(tx, slug=newsletter), sys.stdout)


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
    with opened(settings) as house:
        room = house.room
        require_newsletter(newsletter, room.newsletter_ids)
        left = end_subscription(
            room.database,
            subscriber=_find(house, _parse(house, address)),
            newsletter=None if newsletter is None else room.newsletter_ids[newsletter],
            how=ConsentKind.UNSUBSCRIBED,
            network=None,
            evidence="command of the operator",
            now=room.now(),
        )
    if left is None:
        raise NashraError(
            "this reader has no subscription to end",
            next_step="to make sure that she is never mailed: nashra subscribers forget",
        )
    say(f"done: this reader gets nothing more of {', '.join(left.newsletters)}")


@app.command
def forget(address: Address, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Erase a reader: her address is removed, and only a keyed hash of it stays, so that nobody mails her again.

    Backups and exports that were made before still hold her address: delete them too.
    """
    with opened(settings) as house:
        forgotten = forget_subscriber(
            house.room.database,
            _parse(house, address),
            hash_key=house.keys.suppression,
            now=house.room.now(),
        )
    if not forgotten.is_traceless:
        raise NashraError(
            "erased, but the database's log still holds the address while another process reads it",
            next_step="run this again in a while",
        )
    say("erased" if forgotten.was_known else "the address was not known; it will never be mailed")


def _require_evidence(consent: str) -> str:
    if not consent.strip():
        raise UsageError(
            "an import needs to say where the readers' consent is kept",
            next_step='such as --consent "sign-up forms of 2024, folder 12"',
        )
    return consent.strip()


def _parse(house: House, text: str) -> EmailAddress:
    try:
        return parse_address(text)
    except AddressError as error:
        site = house.room.site
        raise UsageError(house.room.words[site.language].say_reason(error.reason)) from error


def _find(house: House, address: EmailAddress) -> int:
    with house.room.database.read() as tx:
        found = find_subscriber(tx, address)
    if found is None:
        raise NashraError(
            "the address is not known here",
            next_step="to make sure that it is never mailed: nashra subscribers forget",
        )
    return found
