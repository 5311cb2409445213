"""A newsroom of the product, as its settings make one, whose relay is the lab's Postfix.

Nothing of it is replaced: settings file, keys and DNS records by `nashra dkim`, sources, templates, store, ledger and
fleet are those of `nashra serve`; only the engine is missing, so its works are done here, one after the other.
"""

import asyncio
import contextlib
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.cli.app import run
from publisher.jobs.confirm import confirm
from publisher.jobs.import_subscribers import Import, ImportLine, import_subscribers
from publisher.jobs.ingest import ingest
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.open_slots import open_due_slots
from publisher.jobs.perform import perform
from publisher.jobs.subscribe import Limits, Request, subscribe
from publisher.mail.address import parse_address
from publisher.mail.fleet import Fleet
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.mail.token import Purpose, TokenContent
from publisher.model.delivery import DeliveryState
from publisher.settings import load_settings
from publisher.store.audience import find_subscriber
from publisher.store.deliveries import count_deliveries
from publisher.wiring import bundled
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import House, open_house
from tests.jobs.rooms import RecordingDispatcher

DOMAIN = "news.example.org"
BOUNCES = f"b.{DOMAIN}"
RELAY = f"relay.{DOMAIN}"
"""What our relay is called towards the world, and what `nashra dkim show` names in SPF."""
NEWSLETTERS = ("morning", "evening")
_SETTINGS = """
[site]
title = "الجبال"
home = "https://{domain}"
language = "ar"
languages = ["ar", "en", "ckb"]
timezone = "Asia/Baghdad"
postal_address = "شارع المتنبي، بغداد"

[[source]]
kind = "folder"
path = "articles"

[[newsletter]]
slug = "morning"
title = "نشرة الصباح"
schedule = "daily {slot}"
max_age_hours = 0

[[newsletter]]
slug = "evening"
title = "نشرة المساء"
schedule = "daily {slot}"
max_age_hours = 0

[mail]
from = "newsletter@{domain}"
from_name = "نشرة الجبال"
bounce_domain = "{bounces}"
host = "127.0.0.1"
port = {port}
tls = "{tls}"
{ca_file}
ehlo_name = "{relay}"
lanes = 4

[web]
base_url = "https://{domain}"

[data]
folder = "data"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An invented reader who is brought by import, so she confirmed elsewhere."""

    address: str
    language: str = "ar"


class Desk:
    """The folder of a newsroom: its settings, and the commands a person types there."""

    def __init__(self, folder: Path, *, port: int, ca_file: Path | None = None) -> None:
        folder.mkdir()
        shutil.copytree(bundled("seeds"), folder / "articles")
        self.settings = folder / "nashra.toml"
        slot = datetime.now(ZoneInfo("Asia/Baghdad")) - timedelta(minutes=1)
        text = _SETTINGS.format(
            slot=f"{slot:%H:%M}", domain=DOMAIN, bounces=BOUNCES, relay=RELAY, port=port,
            tls="none" if ca_file is None else "starttls",
            ca_file="" if ca_file is None else f'ca_file = "{ca_file}"',
        )  # fmt: skip
        self.settings.write_text(text, encoding="utf-8")

    def call(self, *words: str) -> str:
        """What a command prints. Raises RuntimeError where it fails."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([*words, "--settings", str(self.settings)])
        if code:
            raise RuntimeError(f"nashra {' '.join(words)}: {err.getvalue()}")
        return out.getvalue()

    @contextmanager
    def open(self) -> Iterator["Press"]:
        """The newsroom itself. It began just before the newsletters' slot, so that each has one issue due."""
        settings = load_settings(self.settings, {})
        dispatcher = RecordingDispatcher()
        begun_at = datetime.now(UTC) - timedelta(minutes=2)
        with (
            DataFolder(settings.data, lock=True) as folder,
            open_house(settings, folder=folder, dispatcher=dispatcher, begun_at=begun_at) as house,
        ):
            yield Press(house=house, dispatcher=dispatcher)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """An open newsroom and the works it has to do."""

    house: House
    dispatcher: RecordingDispatcher

    @property
    def room(self) -> Newsroom:
        return self.house.room

    def in_the_clear(self, port: int) -> "Press":
        """The same newsroom, handing its mail to that port without TLS."""
        relay = RelaySettings(host="127.0.0.1", port=port, tls=Tls.NONE, lanes=2, ehlo_name=RELAY)
        fleet = Fleet((relay,), now=self.room.now)
        room = replace(self.room, relay=fleet, notice_relay=fleet.express)
        return Press(house=replace(self.house, room=room), dispatcher=self.dispatcher)

    def bring(self, newsletter: str, readers: Sequence[Reader]) -> Mapping[str, int]:
        """Subscribe readers; their ids by address as it was given."""
        lines = [
            ImportLine(number=n, address=r.address, language=r.language) for n, r in enumerate(readers, 1)
        ]
        terms = Import(
            newsletter=newsletter, language="ar", languages=self.room.site.languages, evidence="the lab"
        )
        key = self.house.keys.suppression
        report = import_subscribers(self.room.database, lines, terms, hash_key=key, now=self.room.now())
        if report.left_out:
            raise RuntimeError(f"not brought: {report.left_out}")
        with self.room.database.read() as tx:
            found = {r.address: find_subscriber(tx, parse_address(r.address)) for r in readers}
        return {address: number for address, number in found.items() if number is not None}

    async def publish(self) -> tuple[int, ...]:
        """Read the sources, compose what is due, freeze and send it; the issues, in the order of `NEWSLETTERS`."""
        await asyncio.to_thread(ingest, self.room)
        issues = await asyncio.to_thread(open_due_slots, self.room)
        await self._work()
        return issues

    async def ask(self, address: str, *, language: str) -> None:
        """The form of the front page; a confirmation notice goes out."""
        request = Request(
            address=parse_address(address), newsletters=NEWSLETTERS, language=language, network=None,
            evidence="the lab",
        )  # fmt: skip
        subscribe(
            self.room.database, request, now=self.room.now(), submit=self.dispatcher.submit,
            hash_key=self.house.keys.suppression, limits=Limits(),
        )  # fmt: skip
        await self._work()

    async def confirm(self, url: str) -> None:
        """The button of the page that a confirmation notice leads to; a welcome goes out."""
        token = self.room.signer.read(url.rpartition("/")[2], Purpose.CONFIRM, self.room.now())
        if not isinstance(token, TokenContent):
            raise RuntimeError(f"no link to confirm: {token}")
        confirm(
            self.room.database, subscriber=token.subscriber, notice=token.subject, shown=NEWSLETTERS,
            network=None, evidence="the lab", now=self.room.now(), submit=self.dispatcher.submit,
        )  # fmt: skip
        await self._work()

    async def close(self) -> None:
        """QUIT on every connection; they are opened again when needed."""
        await self.room.relay.close()

    def states(self, issue: int) -> dict[DeliveryState, int]:
        """How the deliveries of an issue stand."""
        with self.room.database.read() as tx:
            return dict(count_deliveries(tx, issue))

    async def _work(self) -> None:
        while works := self.dispatcher.works:
            self.dispatcher.works = []
            for work in works:
                await perform(self.room, work)
