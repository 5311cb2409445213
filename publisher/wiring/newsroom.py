"""From settings to a newsroom: opens what a process holds, closes it in the reverse order."""

import random
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from publisher.engine.dispatcher import Dispatcher
from publisher.fetch.client import Fetcher
from publisher.fetch.guard import FOR_STRANGERS
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.pushing import Push, build_hub_guard
from publisher.mail.fleet import Fleet
from publisher.mail.signers import Signers
from publisher.mail.signing import MessageSigner
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.ledger import Ledger
from publisher.store.newsletters import ensure_newsletters
from publisher.store.opening import opened_database
from publisher.text.words import load_words
from publisher.wiring.dkim import load_message_signer, signing_beside
from publisher.wiring.folder import DataFolder
from publisher.wiring.keys import Keys, derive_keys
from publisher.wiring.templates import build_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A newsroom with what only its process needs: the folder, the keys, the switch that ends it, and the processes
    that sign for it, none before an issue is sent.
    """

    room: Newsroom
    folder: DataFolder
    keys: Keys
    stopping: threading.Event
    signers: Signers


@contextmanager
def open_house(
    settings: Settings,
    *,
    folder: DataFolder,
    dispatcher: Dispatcher,
    begun_at: datetime | None = None,
) -> Iterator[House]:
    """Open the database (migrating it first), the ledger and the relays. `begun_at` is when a newsletter that is new
    begins, the present by default: no slot before it is ever issued. Raises NashraError where anything is unusable.
    """
    keys = derive_keys(folder.load_secret())
    stopping = threading.Event()
    signer = load_message_signer(settings.dkim, domain=settings.sender.address.domain, folder=folder.dkim)
    with (
        opened_database(folder.ensure_database()) as database,
        closing(Ledger(database, _now)) as ledger,
        signing_beside(signer, settings.dkim.signers) as (dkim, signers),
    ):
        room = _build_room(
            settings,
            folder=folder,
            database=database,
            ledger=ledger,
            keys=keys,
            dkim=dkim,
            dispatcher=dispatcher,
            stopping=stopping,
            begun_at=begun_at or _now(),
        )
        yield House(room=room, folder=folder, keys=keys, stopping=stopping, signers=signers)


def _build_room(
    settings: Settings,
    *,
    folder: DataFolder,
    database: Database,
    ledger: Ledger,
    keys: Keys,
    dkim: MessageSigner | None,
    dispatcher: Dispatcher,
    stopping: threading.Event,
    begun_at: datetime,
) -> Newsroom:
    slugs = [newsletter.slug for newsletter in settings.newsletters]
    with database.write() as tx:
        ids = ensure_newsletters(tx, slugs, begun_at=begun_at)
    fleet = Fleet(settings.relays, now=_now)
    words = {language: load_words(language) for language in settings.site.languages}
    return Newsroom(
        site=settings.site,
        sender=settings.sender,
        sources=settings.sources,
        newsletters=settings.newsletters,
        newsletter_ids=ids,
        feed_specs=settings.feeds,
        feed_rules=settings.feed_rules,
        words=words,
        templates={language: build_templates(found) for language, found in words.items()},
        database=database,
        ledger=ledger,
        dispatcher=dispatcher,
        signer=keys.signer,
        dkim=dkim,
        relay=fleet,
        notice_relay=fleet.express,
        feeds_folder=folder.feeds,
        now=_now,
        is_stopping=stopping.is_set,
        spread=random.SystemRandom().random,
        push=_build_push(settings),
    )


def _build_push(settings: Settings) -> Push | None:
    """The way out to hubs and followers; None where the settings want no push, so that nothing is ever fetched."""
    if not settings.push.is_on:
        return None
    return Push(
        settings=settings.push,
        to_hubs=Fetcher(build_hub_guard(settings.push, settings.own_networks)),
        to_followers=Fetcher(FOR_STRANGERS),
        challenge=secrets.token_urlsafe,
    )


def _now() -> datetime:
    return datetime.now(UTC)
