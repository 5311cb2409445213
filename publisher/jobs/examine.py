"""What `nashra doctor` looks at: each check says what it saw, and what to do where something is wrong.

Promise: looking changes nothing, makes nothing and sends nothing.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from publisher.mail.relay_settings import RelaySettings
from publisher.mail.smtp import UnreachableError, open_session
from publisher.model.disk_trouble import DiskError
from publisher.model.site import Newsletter, Site, Source
from publisher.store.opening import StoreError, load_standing

_EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This version did not exist before: a clock that says so is wrong."""


class Health(StrEnum):
    """What a check came to."""

    GOOD = "good"
    """As it should be."""
    UNWISE = "unwise"
    """Works, and yet should be changed."""
    BAD = "bad"
    """Does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: what was looked at, what was seen, what to do (empty where nothing is to be done)."""

    subject: str
    health: Health
    seen: str
    next_step: str = ""


def examine_clock(now: datetime) -> Finding:
    """Whether the machine's clock can be right."""
    seen = f"{now:%Y-%m-%d %H:%M} UTC"
    return _good("clock", seen) if now >= _EARLIEST else _bad("clock", seen, "set the clock")


def examine_settings(warnings: Sequence[str]) -> tuple[Finding, ...]:
    """What the settings say that is allowed and yet unwise."""
    return tuple(_unwise("settings", warning, "") for warning in warnings)


def examine_folder(folder: Path, private: Sequence[Path]) -> Finding:
    """Whether the data folder can be written (or made), and its `private` files are nobody else's to read."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        step = "give it to this account, or name another `folder` in [data]"
        return _bad("data folder", f"{place} cannot be written", step)
    for file in private:
        if file.exists() and file.stat().st_mode & 0o077:
            return _bad("data folder", f"{file} can be read by others", f"chmod 600 {file}")
    return _good("data folder", f"{folder}" if place == folder else f"{folder}: the first start makes it")


def examine_database(file: Path) -> Finding:
    """Whether the database is whole and fits this version. Reads all of it."""
    if not file.exists():
        return _good("database", "none yet: the first start makes it")
    try:
        standing = load_standing(file)
    except (StoreError, DiskError) as error:
        return _bad("database", str(error), error.next_step)
    seen = f"revision {standing.revision or 'none'}"
    if standing.damage:
        return _bad("database", f"damaged: {standing.damage}", "restore a backup")
    if not standing.is_known:
        step = "install that version again, or restore a backup"
        return _bad("database", f"{seen}, written by a newer Nashra; this one wants {standing.wanted}", step)
    if standing.revision != standing.wanted:
        step = "nashra db migrate; every other command does it too"
        return _unwise("database", f"{seen}; this version wants {standing.wanted}", step)
    return _good("database", seen)


def examine_sources(sources: Sequence[Source]) -> tuple[Finding, ...]:
    """Whether every source is there and can be read."""
    return tuple(_examine_source(source) for source in sources)


def examine_address(site: Site) -> Finding:
    """Whether readers can open the pages, and mail programs offer one-click unsubscribe: over https alone (RFC 8058
    section 3.1).
    """
    url = urlsplit(site.base_url)
    step = "before readers subscribe, serve the pages over https and set base_url in [web]"
    if url.hostname in ("127.0.0.1", "localhost", "::1"):
        return _unwise("base_url", f"{site.base_url} opens on this machine only", step)
    if url.scheme != "https":
        return _bad("base_url", f"{site.base_url} is not https: no issue may be sent with it", step)
    return _good("base_url", site.base_url)


def examine_newsletters(newsletters: Sequence[Newsletter]) -> Finding:
    """Whether there is anything to send."""
    if not newsletters:
        seen = "none: feeds are published, nothing is mailed"
        return _unwise("newsletters", seen, "add a [[newsletter]] to nashra.toml")
    return _good("newsletters", ", ".join(item.slug for item in newsletters))


async def examine_relay(relay: RelaySettings) -> Finding:
    """Whether the relay lets us in: connect, TLS, EHLO, AUTH. Sends nothing."""
    subject = f"relay {relay.host} port {relay.port} ({relay.tls})"
    try:
        session = await open_session(relay)
    except UnreachableError as error:
        seen = f"{error.reply.code or ''} {error.reply.text}".strip()
        return _bad(
            subject, seen, f"check host, port, tls, username and the password of the relay {relay.name}"
        )
    await session.quit()
    return _good(subject, "lets us in")


def _examine_source(source: Source) -> Finding:
    subject = f"source {source.slug}"
    if not source.path.is_dir():
        step = "create it, or correct `path` in nashra.toml"
        return _bad(subject, f"{source.path} is not a folder", step)
    if not os.access(source.path, os.R_OK | os.X_OK):
        return _bad(subject, f"{source.path} cannot be read", "let this account read it")
    return _good(subject, str(source.path))


def _good(subject: str, seen: str) -> Finding:
    return Finding(subject=subject, health=Health.GOOD, seen=seen)


def _unwise(subject: str, seen: str, next_step: str) -> Finding:
    return Finding(subject=subject, health=Health.UNWISE, seen=seen, next_step=next_step)


def _bad(subject: str, seen: str, next_step: str) -> Finding:
    return Finding(subject=subject, health=Health.BAD, seen=seen, next_step=next_step)
