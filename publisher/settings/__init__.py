"""The settings: one TOML file, the environment over it, every fault told at once.

    gather.py   the file's tables, with NASHRA_… variables laid over them
    check.py    tables -> the structs of tables.py; unknown keys and wrong types
    build.py    structs -> frozen values; doors.py reads addresses, zones, schedules
    intake.py   the same for [bounces] and [hooks]: the doors for what comes back
    tell.py     what `nashra config` prints, and warnings

A secret is never read from the file: only from the environment or from a file of its own (`*_file` keys).
"""

from collections.abc import Mapping
from pathlib import Path

from publisher.settings.build import (
    build_dkim,
    build_feed_rules,
    build_feeds,
    build_newsletters,
    build_push,
    build_relay,
    build_relays,
    build_sender,
    build_site,
    build_sources,
)
from publisher.settings.check import Findings, check_table
from publisher.settings.doors import read_base_url, read_bind, read_networks
from publisher.settings.faults import Fault, SettingsError
from publisher.settings.gather import load_file, overlay_environment
from publisher.settings.intake import build_intake_settings
from publisher.settings.moves import read_moves
from publisher.settings.tables import NashraTable
from publisher.settings.tell import tell_settings, tell_warnings
from publisher.settings.values import Setting, Settings

__all__ = [
    "Fault",
    "Setting",
    "Settings",
    "SettingsError",
    "load_settings",
    "load_spoken_languages",
]

_LOCALE = Path(__file__).parents[1] / "locale"


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read the settings. Relative paths in them count from the file's folder. Raises SettingsError with all faults."""
    path = path.absolute()
    raw = load_file(path)
    findings = Findings()
    findings.faults.extend(overlay_environment(raw, environ))
    table = check_table(NashraTable, raw, "$", findings)
    settings = _build(table, path, findings)
    if settings is None or findings.faults:
        raise SettingsError(str(path), findings.faults)
    return settings


def load_spoken_languages() -> tuple[str, ...]:
    """The languages that Nashra's own pages and mails can be written in: those with a catalogue, Arabic first."""
    found = sorted(folder.name for folder in _LOCALE.iterdir() if (folder / "LC_MESSAGES").is_dir())
    return tuple(sorted(found, key=lambda language: language != "ar"))


def _build(table: NashraTable, file: Path, findings: Findings) -> Settings | None:
    offered = load_spoken_languages()
    base_url = read_base_url(table.web.base_url, "$.web.base_url", findings)
    bind = read_bind(table.web.bind, "$.web.bind", findings)
    proxies = read_networks(table.web.trusted_proxies, "$.web.trusted_proxies", findings)
    newsletters = build_newsletters(table.newsletter, table.site.language, offered, findings)
    rules = build_feed_rules(table.feeds)
    feeds = build_feeds(table.feed, rules, newsletters, findings)
    moves = read_moves(table.moved, table.feeds, feeds, findings)
    site = build_site(table.site, base_url, offered, moves, findings)
    relay = build_relay(table.mail, "$.mail", file.parent, findings)
    further = build_relays(table.relay, file.parent, relay.name, findings)
    dkim = build_dkim(table.mail, file.parent, newsletters, findings)
    push = build_push(table.push, findings)
    own_networks = read_networks(table.push.own_networks, "$.push.own_networks", findings)
    sources = build_sources(table.source, file.parent, findings)
    intake = build_intake_settings(table.bounces, table.hooks, file.parent, findings)
    sender = build_sender(table.mail, site, intake, findings)
    if site is None or bind is None or sender is None:
        return None
    derived: dict[str, str | int | None] = {
        "$.mail.from": str(sender.address),
        "$.mail.from_name": sender.name,
        "$.mail.port": relay.port,
        "$.mail.tls": relay.tls,
        "$.bounces.imap.port": None if intake.imap is None else intake.imap.port,
        **{f"$.relay[{n}].port": item.port for n, item in enumerate(further)},
        **{f"$.relay[{n}].tls": item.tls for n, item in enumerate(further)},
        **{f"$.feed[{n}].correction_entries": spec.correction_entries for n, spec in enumerate(feeds)},
        **{f"$.newsletter[{n}].language": newsletter.language for n, newsletter in enumerate(newsletters)},
    }
    return Settings(
        file=file,
        site=site,
        sources=sources,
        feeds=feeds,
        feed_rules=rules,
        newsletters=newsletters,
        sender=sender,
        mail=relay,
        bind_host=bind[0],
        bind_port=bind[1],
        data=file.parent / table.data.folder,
        told=tell_settings(table, findings.origins, derived),
        warnings=tell_warnings(newsletters, (relay, *further), table.push),
        dkim=dkim,
        further_relays=further,
        trusted_proxies=proxies,
        intake=intake,
        push=push,
        own_networks=own_networks,
    )
