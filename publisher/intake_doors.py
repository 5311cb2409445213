"""The doors through which bounces and complaints come in, open for as long as the service runs.

Promise: a door that cannot be opened stops the start, with what to do; one that fails later (a mailbox at some
provider) slows nothing and comes back by itself. What was not acknowledged when the service ends comes again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from publisher.mail.imap_intake import take_imap
from publisher.mail.intake import Take
from publisher.mail.intake_settings import HookSettings, ImapSettings, IntakeSettings
from publisher.mail.lmtp_intake import LmtpIntake
from publisher.mail.maildir_intake import Pass, look_at_maildir, take_maildir
from publisher.mail.watch import Watch
from publisher.model.errors import NashraError
from publisher.web.webhooks import Hooks
from publisher.wiring.intake import build_intake, build_take, build_take_events
from publisher.wiring.newsroom import House
from publisher.wiring.sns_certificate import fetch_from_sns

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_doors(house: House, settings: IntakeSettings) -> AsyncIterator[None]:
    """Take mail by every door that is set up, until the block ends. Raises NashraError where one cannot be opened."""
    take = build_take(build_intake(house))
    async with AsyncExitStack() as stack:
        if settings.lmtp is not None:
            await stack.enter_async_context(_lmtp(settings.lmtp, take))
        for watch in _build_watches(settings, take):
            await stack.enter_async_context(_watched(watch))
        for door in settings.describe():
            log.info("bounces.door_open", extra={"door": door})
        yield


def build_hooks(house: House, settings: HookSettings) -> Hooks | None:
    """What the webhook routes work with; None where no provider is set up."""
    if not settings.providers:
        return None
    return Hooks(
        take=build_take_events(build_intake(house)),
        now=house.room.now,
        mailgun_key=settings.mailgun_key,
        postmark=settings.postmark,
        sendgrid_key=settings.sendgrid_key,
        ses_topics=settings.ses_topics,
        fetch=fetch_from_sns,
    )


def require_maildir(folder: Path) -> None:
    """Raises NashraError where the Maildir cannot be used."""
    seen = look_at_maildir(folder)
    if seen:
        step = (
            "let the mail server make it and this account read and write it, or correct maildir in [bounces]"
        )
        raise NashraError(f"Cannot take bounces from {folder}: {seen}.", next_step=step)


@asynccontextmanager
async def _lmtp(listen: Path | tuple[str, int], take: Take) -> AsyncIterator[None]:
    intake = LmtpIntake(take, listen=listen)
    try:
        await intake.start()
    except OSError as error:
        place = f"{listen}" if isinstance(listen, Path) else f"{listen[0]} port {listen[1]}"
        raise NashraError(
            f"Cannot listen for bounces on {place}: {error.strerror or error}.",
            next_step="Stop the program that uses it, or choose another place for lmtp in [bounces].",
        ) from error
    try:
        yield
    finally:
        await intake.close()


@asynccontextmanager
async def _watched(watch: Watch) -> AsyncIterator[None]:
    watch.start()
    try:
        yield
    finally:
        await asyncio.to_thread(watch.close)


def _build_watches(settings: IntakeSettings, take: Take) -> Iterator[Watch]:
    """The doors that must be looked into."""
    if settings.maildir is not None:
        require_maildir(settings.maildir)
        yield Watch("maildir", partial(_look_into_maildir, settings.maildir, take), every=settings.look_every)
    if settings.imap is not None:
        yield Watch("imap", partial(_look_into_imap, settings.imap, take), every=settings.look_every)


def _look_into_maildir(folder: Path, take: Take, goes_on: Callable[[], bool]) -> Pass:
    return take_maildir(folder, take, goes_on=goes_on)


def _look_into_imap(settings: ImapSettings, take: Take, goes_on: Callable[[], bool]) -> Pass:
    return take_imap(settings, take, goes_on=goes_on)
