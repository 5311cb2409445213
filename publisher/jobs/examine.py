"""What `nashra doctor` looks at: each check says what it saw, and what to do where something is wrong."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from publisher.mail.relay import RelaySettings
from publisher.mail.smtp import UnreachableError, open_session
from publisher.model.site import Newsletter, Site, Source
from publisher.store.database import Database
from publisher.store.migrate import load_revision

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
    if now < _EARLIEST:
        return Finding(
            subject="clock",
            health=Health.BAD,
            seen=f"it is {now:%Y-%m-%d %H:%M} UTC",
            next_step="set the clock",
        )
    return Finding(subject="clock", health=Health.GOOD, seen=f"{now:%Y-%m-%d %H:%M} UTC")


def examine_folder(folder: Path) -> Finding:
    """Whether the data folder can be written and is nobody else's to read."""
    subject = "data folder"
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            subject=subject,
            health=Health.BAD,
            seen=f"{folder} cannot be written",
            next_step="give it to this account",
        )
    secret = folder / "secret.key"
    if secret.exists() and secret.stat().st_mode & 0o077:
        return Finding(
            subject=subject,
            health=Health.BAD,
            seen=f"{secret} can be read by others",
            next_step=f"chmod 600 {secret}",
        )
    return Finding(subject=subject, health=Health.GOOD, seen=str(folder))


def examine_database(database: Database) -> Finding:
    """Whether the schema is this version's."""
    revision, wanted = load_revision(database)
    if revision != wanted:
        return Finding(
            subject="database",
            health=Health.BAD,
            seen=f"revision {revision or 'none'}, wanted {wanted}",
            next_step="nashra db migrate",
        )
    return Finding(subject="database", health=Health.GOOD, seen=f"revision {revision}")


def examine_sources(sources: Sequence[Source]) -> tuple[Finding, ...]:
    """Whether every source is there."""
    return tuple(
        Finding(subject=f"source {source.slug}", health=Health.GOOD, seen=str(source.path))
        if source.path.is_dir()
        else Finding(
            subject=f"source {source.slug}",
            health=Health.BAD,
            seen=f"{source.path} is not a folder",
            next_step="create it, or correct `path` in nashra.toml",
        )
        for source in sources
    )


def examine_address(site: Site) -> Finding:
    """Whether mail programs will offer one-click unsubscribe (RFC 8058 section 3.1: https)."""
    url = urlsplit(site.base_url)
    if url.scheme == "https" or url.hostname in ("127.0.0.1", "localhost", "::1"):
        return Finding(subject="base_url", health=Health.GOOD, seen=site.base_url)
    return Finding(
        subject="base_url",
        health=Health.BAD,
        seen=f"{site.base_url} is not https: no issue may be sent with it",
        next_step="serve the pages over https and set base_url in [web]",
    )


def examine_newsletters(newsletters: Sequence[Newsletter], warnings: Sequence[str]) -> tuple[Finding, ...]:
    """Whether there is anything to send, and what the settings warn of."""
    if not newsletters:
        return (
            Finding(
                subject="newsletters",
                health=Health.UNWISE,
                seen="none: feeds are published, nothing is mailed",
                next_step="add a [[newsletter]] to nashra.toml",
            ),
        )
    seen = ", ".join(item.slug for item in newsletters)
    return (
        Finding(subject="newsletters", health=Health.GOOD, seen=seen),
        *(Finding(subject="settings", health=Health.UNWISE, seen=warning) for warning in warnings),
    )


async def examine_relay(relay: RelaySettings) -> Finding:
    """Whether the relay lets us in: connect, TLS, EHLO, AUTH. Sends nothing."""
    subject = f"relay {relay.host} port {relay.port} ({relay.tls})"
    try:
        session = await open_session(relay)
    except UnreachableError as error:
        return Finding(
            subject=subject,
            health=Health.BAD,
            seen=f"{error.reply.code or ''} {error.reply.text}".strip(),
            next_step="check host, port, tls, username and the password in [mail]",
        )
    await session.quit()
    return Finding(subject=subject, health=Health.GOOD, seen="lets us in")
