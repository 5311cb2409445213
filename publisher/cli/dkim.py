"""`nashra dkim`: the keys that sign our mail, and what DNS must say of them."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.mail.address import AddressError, parse_address
from publisher.mail.dkim_dns import (
    DnsRecord,
    RecordFault,
    build_dkim_record,
    build_dmarc_record,
    build_report_permission,
    build_revoked_record,
    build_spf_record,
    find_record_faults,
    render_zone,
)
from publisher.mail.dkim_folder import KeyState, StoredKey, load_keys, save_new_key, switch_keys
from publisher.mail.dkim_key import Algorithm
from publisher.mail.dkim_settings import DkimMode
from publisher.model.address import EmailAddress
from publisher.model.errors import NashraError, UsageError
from publisher.settings import Settings
from publisher.wiring.folder import DataFolder

app = App(name="dkim", help="Make the keys that sign our mail; print and check what DNS must say.")

_PUBLISH_AHEAD = timedelta(days=2)
_KEEP_RETIRED = timedelta(days=7)
_FAULTS = {
    RecordFault.UNREADABLE: "it is no list of tags such as v=DKIM1; k=rsa; p=…: is a piece missing?",
    RecordFault.VERSION: "v=DKIM1 must come first",
    RecordFault.KEY_TYPE: "k= names another kind of key",
    RecordFault.REVOKED: "p= is empty: this key was withdrawn",
    RecordFault.OTHER_KEY: "p= is another key, or was cut short",
    RecordFault.HASH: "h= does not allow sha256",
    RecordFault.SERVICE: "s= does not allow email",
    RecordFault.TESTING: "t=y tells mailboxes to ignore the signature",
}

Ed25519Option = Annotated[
    bool, Parameter(name="--ed25519", negative=(), help="The Ed25519 key, which adds a second signature.")
]
ReportsOption = Annotated[
    str | None,
    Parameter(name="--reports", help="Where mailboxes send DMARC reports. Without it: dmarc@ your domain."),
]


@app.command
def generate(
    *,
    selector: Annotated[
        str | None, Parameter(help="The key's name in DNS. Without it: the year's next.")
    ] = None,
    ed25519: Ed25519Option = False,
    reports: ReportsOption = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Make the first key and print what to publish in DNS. It signs nothing before `nashra dkim switch`."""
    loaded = load(settings)
    algorithm, folder = _algorithm(ed25519), _folder(loaded)
    if any(stored.key.algorithm is algorithm for stored in load_keys(folder)):
        raise NashraError("there is a key already", next_step="nashra dkim show, or nashra dkim rotate")
    made = save_new_key(folder, algorithm, now=_now(), selector=selector)
    _tell_records([build_dkim_record(made.key, _domain(loaded)), *_policies(loaded, reports)])
    _say_where_bounces_go(loaded)
    _say_next(loaded, made)


@app.command
def rotate(
    *,
    selector: Annotated[
        str | None, Parameter(help="The key's name in DNS. Without it: the year's next.")
    ] = None,
    ed25519: Ed25519Option = False,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Make the next key and print what to publish. The present one goes on signing until `nashra dkim switch`."""
    loaded = load(settings)
    algorithm, folder = _algorithm(ed25519), _folder(loaded)
    if not any(stored.key.algorithm is algorithm for stored in load_keys(folder)):
        raise NashraError("there is no key to rotate yet", next_step="nashra dkim generate")
    made = save_new_key(folder, algorithm, now=_now(), selector=selector)
    _tell_records([build_dkim_record(made.key, _domain(loaded))])
    _say_next(loaded, made)


@app.command
def switch(*, ed25519: Ed25519Option = False, settings: SettingsOption = SETTINGS) -> None:
    """Let the key that waits sign from now on, and retire the one before it."""
    loaded = load(settings)
    active, retired = switch_keys(_folder(loaded), _algorithm(ed25519), now=_now())
    say(f"{active.key.selector} signs from the next start on: restart nashra serve")
    for stored in retired:
        say(f"{stored.key.selector} is retired: keep its record until {_day(stored.since + _KEEP_RETIRED)},")
        say("  then publish what `nashra dkim show` prints for it, and delete its file")
    _say_who_signs(loaded, active.key.algorithm)


@app.command
def show(
    *, reports: ReportsOption = None, settings: SettingsOption = SETTINGS, json: JsonOption = False
) -> None:
    """Print every key, its state, and all that DNS must say now."""
    loaded = load(settings)
    keys = load_keys(_folder(loaded))
    if not keys:
        raise NashraError("there is no key yet", next_step="nashra dkim generate")
    records = [*(_record_now(stored, _domain(loaded)) for stored in keys), *_policies(loaded, reports)]
    if json:
        tell_json({"keys": [_describe(stored) for stored in keys], "records": records})
        return
    for stored in keys:
        say(
            f"{stored.key.selector}  {stored.key.algorithm}  {stored.state} since {stored.since:%Y-%m-%d %H:%M} UTC"
        )
    _tell_records(records)
    _say_where_bounces_go(loaded)


@app.command
def check(
    selector: Annotated[str | None, Parameter(help="The key. Without it: any of ours.")] = None,
    /,
    *,
    record: Annotated[
        str | None, Parameter(help="The record's text. Without it: read from standard input.")
    ] = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Check that a DKIM record belongs to a key of ours: dig +short TXT NAME | nashra dkim check. Asks no server."""
    keys = load_keys(_folder(load(settings)))
    asked = [stored for stored in keys if selector in (None, stored.key.selector)]
    if not asked:
        raise UsageError(
            f"there is no key {selector}" if selector else "there is no key yet", next_step="nashra dkim show"
        )
    text = sys.stdin.read() if record is None else record
    faults = {stored.key.selector: find_record_faults(text, stored.key) for stored in asked}
    for stored in asked:
        if not faults[stored.key.selector]:
            tell(f"{stored.key.selector}: the record belongs to this key, which is {stored.state}")
            return
    fewest = min(faults, key=lambda name: len(faults[name]))
    problems = "; ".join(_FAULTS[fault] for fault in faults[fewest])
    raise NashraError(
        f"not the record of {fewest}: {problems}", next_step="publish what nashra dkim show prints"
    )


def _algorithm(ed25519: bool) -> Algorithm:
    return Algorithm.ED25519 if ed25519 else Algorithm.RSA


def _folder(settings: Settings) -> Path:
    return DataFolder(settings.data, lock=False).dkim


def _domain(settings: Settings) -> str:
    return settings.sender.address.domain


def _now() -> datetime:
    return datetime.now(UTC)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _record_now(stored: StoredKey, domain: str) -> DnsRecord:
    """A retired key's record is emptied once the last mail it signed has long arrived."""
    if stored.state is KeyState.RETIRED and _now() - stored.since >= _KEEP_RETIRED:
        return build_revoked_record(stored.key.selector, domain)
    return build_dkim_record(stored.key, domain)


def _policies(settings: Settings, reports: str | None) -> list[DnsRecord]:
    """SPF for both envelope senders (issues go out from the bounce domain, single mails from the domain itself), DMARC
    for the domain people see.
    """
    domain = _domain(settings)
    address = _read_reports(reports) if reports else EmailAddress("dmarc", domain)
    permission = build_report_permission(domain, address)
    relay, bounces = settings.mail, settings.sender.bounce_domain
    is_near = relay.host in ("localhost", "::1") or relay.host.startswith("127.")
    sends_from = relay.ehlo_name or "THE.RELAY.EXAMPLE" if is_near else relay.host
    alone = [] if bounces in (None, domain) else [build_spf_record(bounces, sends_from, is_ours_alone=True)]
    return [
        *alone,
        build_spf_record(domain, sends_from, is_ours_alone=False),
        build_dmarc_record(domain, address),
        *([permission] if permission else []),
    ]


def _read_reports(text: str) -> EmailAddress:
    try:
        return parse_address(text)
    except AddressError as error:
        raise UsageError(f'"{text}" is no mail address', next_step="--reports dmarc@your.domain") from error


def _describe(stored: StoredKey) -> dict[str, object]:
    return {
        "selector": stored.key.selector,
        "algorithm": stored.key.algorithm,
        "state": stored.state,
        "since": stored.since,
    }


def _tell_records(records: Sequence[DnsRecord]) -> None:
    """Each record for a web form, and as the lines of a zone file."""
    for record in records:
        tell(f"name   {record.name}\ntype   TXT\nvalue  {record.value}\nzone   {render_zone(record)}\n")
    if any(record.value.startswith("v=spf1") for record in records):
        say("SPF names where your relay sends from; a provider gives you an include: to write instead.")
        say("A name has one SPF and one DMARC record: where there is one already, add to it.")


def _say_next(settings: Settings, made: StoredKey) -> None:
    ready = _day(made.since + _PUBLISH_AHEAD)
    name = build_dkim_record(made.key, _domain(settings)).name
    say(f"  next: publish this, then: dig +short TXT {name} | nashra dkim check")
    say(f"        from {ready} on, when every resolver can know them: nashra dkim switch")
    _say_who_signs(settings, made.key.algorithm)


def _say_where_bounces_go(settings: Settings) -> None:
    """What no TXT record does: without it no report ever comes back."""
    if settings.sender.bounce_domain is not None:
        say(
            f"{settings.sender.bounce_domain} needs an MX record too: the server that hands bounces to Nashra."
        )


def _say_who_signs(settings: Settings, algorithm: Algorithm) -> None:
    """Where the settings leave this key aside."""
    if settings.dkim.mode is DkimMode.RELAY:
        say('note: [mail] dkim is "relay": Nashra signs nothing until it is "app"')
    elif algorithm is Algorithm.ED25519 and not settings.dkim.ed25519:
        say("note: [mail] dkim_ed25519 is false: this key signs nothing until it is true")
    elif algorithm is Algorithm.RSA and settings.dkim.key_file is not None:
        say("note: [mail] dkim_key_file goes before the keys of the data folder")
