"""One run's folder, database and relay."""

import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

from publisher.engine.rows_only import RowsOnly
from publisher.jobs.ingest import ingest
from publisher.mail.dkim_dns import build_dkim_record
from publisher.mail.dkim_folder import save_new_key, switch_keys
from publisher.mail.dkim_key import Algorithm
from publisher.settings import load_settings
from publisher.store import opening
from publisher.store.database import Database, open_database
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import House, open_house
from tests.faultbench.audience import save_audience
from tests.faultbench.certificates import AUTHORITY, save_certificates
from tests.faultbench.event_log import install_event_log
from tests.faultbench.plan import Plan
from tests.faultbench.sink import Ports, run_sink
from tests.postgres import find_binaries, running_server

_SETTINGS = """
[site]
title = "صحيفة مختلقة"
home = "https://news.example"
languages = ["ar", "en"]
timezone = "UTC"
[[source]]
kind = "folder"
path = "articles"
[[newsletter]]
slug = "daily"
title = "نشرة"
schedule = "{day} {due:%H:%M}"
max_age_hours = 0
max_lateness_hours = 160
not_after_hours = 160
[mail]
host = "127.0.0.1"
tls = "none"
ehlo_name = "sender.example"
signers = {signers}
[web]
base_url = "https://mail.news.example"
[data]
folder = "."
"""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ARTICLE = """---
title: عيّنة مختلقة رقم {number}
date: 2025-11-01T10:00:00+03:00
language: ar
url: https://news.example/{number}
---

فقرة أولى من نص مختلق لا يقول شيئًا.

فقرة ثانية.
"""


def forking() -> ForkServerContext:
    """Processes are forked from one that has everything imported: a start costs milliseconds, as often as it dies."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faultbench.child", "tests.faultbench.sink"])
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a run happens in. `url` is the PostgreSQL database's, None on SQLite. `own` is the address of the database
    for the harness itself. `hash_key` hashes addresses; `dkim_records` is what DNS says of the key that signs.
    """

    plan: Plan
    folder: Path
    data: Path
    url: str | None
    own: str | Path
    begun_at: datetime
    database: Database
    ports: Ports
    hash_key: bytes
    dkim_records: Mapping[str, str]
    context: ForkServerContext

    @property
    def journal(self) -> Path:
        """The relay's."""
        return self.folder / "journal"

    @property
    def settings(self) -> Path:
        """The newsroom's."""
        return self.data / "nashra.toml"

    @property
    def samples(self) -> Path:
        """Messages that the relay kept."""
        return self.folder / "samples"

    @property
    def authority(self) -> Path:
        """Whom the senders trust to say who the relay is."""
        return self.folder / "tls" / AUTHORITY

    @property
    def durability(self) -> Path:
        """What the senders' connections said of their durability."""
        return self.folder / "durability"


@contextmanager
def open_scene(
    plan: Plan, folder: Path, *, data: Path | None = None, door: Path | None = None
) -> Iterator[Scene]:
    """Build all of it, issue due, and run the relay. `data` is where the newsroom lives if not in the folder; `door`
    leads to the same place for the harness, which must not be kept out with the senders.
    """
    data = data or folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    context = forking()
    with ExitStack() as stack:
        url = stack.enter_context(_postgres()) if plan.db == "postgres" else None
        hash_key, dkim_records = _found_newsroom(plan, data, url)
        own = url or (door or data) / "nashra.db"
        database = open_database(own)
        stack.callback(database.close)
        save_certificates(folder / "tls")
        ports = stack.enter_context(_running_sink(plan, folder / "journal", context))
        yield Scene(
            plan=plan,
            folder=folder,
            data=data,
            url=url,
            own=own,
            begun_at=datetime.now(UTC),
            database=database,
            ports=ports,
            hash_key=hash_key,
            dkim_records=dkim_records,
            context=context,
        )


@contextmanager
def _postgres() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("faultbench: no PostgreSQL on this machine")
    with running_server(binaries) as url:
        yield url.format(name="postgres")


@contextmanager
def _running_sink(plan: Plan, journal: Path, context: ForkServerContext) -> Iterator[Ports]:
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=run_sink, args=(plan, journal, tell), daemon=True)
    process.start()
    tell.close()
    try:
        if not hear.poll(60):
            raise RuntimeError("the sink did not start")
        yield hear.recv()
    finally:
        hear.close()
        process.terminate()
        process.join(10)


def _found_newsroom(plan: Plan, data: Path, url: str | None) -> tuple[bytes, Mapping[str, str]]:
    """Settings, articles, schema, a key that signs, readers, and a slot that has just come due; returns the key that
    hashes addresses, and what DNS says of the one that signs.
    """
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    text = _SETTINGS.format(due=due, day=_DAYS[due.weekday()], signers=plan.signers)
    (data / "nashra.toml").write_text(text, encoding="utf-8")
    (data / "articles").mkdir(exist_ok=True)
    for number in range(3):
        text = _ARTICLE.format(number=number)
        (data / "articles" / f"{number}.md").write_text(text, encoding="utf-8")
    settings = load_settings(data / "nashra.toml", {})
    with (
        _database_at(url),
        DataFolder(data, lock=False) as folder,
        open_house(
            settings, folder=folder, dispatcher=RowsOnly(), begun_at=due - timedelta(minutes=1)
        ) as house,
    ):
        ingest(house.room)
        _fill(plan, house)
        return house.keys.suppression, _make_dkim_key(folder.dkim, settings.sender.address.domain)


def _make_dkim_key(folder: Path, domain: str) -> Mapping[str, str]:
    """As `nashra dkim generate` and `nashra dkim switch` do: every message of the run is signed."""
    now = datetime.now(UTC)
    made = save_new_key(folder, Algorithm.RSA, now=now)
    switch_keys(folder, Algorithm.RSA, now=now)
    record = build_dkim_record(made.key, domain)
    return {record.name: record.value}


def _fill(plan: Plan, house: House) -> None:
    save_audience(
        house.room.database,
        plan.n,
        newsletter=house.room.newsletter_ids["daily"],
        languages=house.room.site.languages,
        hash_key=house.keys.suppression,
        now=house.room.now(),
    )
    install_event_log(house.room.database)
    if house.room.database.engine.dialect.name == "postgresql":
        with house.room.database.write() as tx:
            tx.exec_driver_sql("ANALYZE")


@contextmanager
def _database_at(url: str | None) -> Iterator[None]:
    if url is None:
        yield
        return
    with mock.patch.object(opening, "open_database", side_effect=lambda _path: open_database(url)):
        yield


def make_folder(base: Path, plan: Plan) -> Path:
    """A new folder for a run's artefacts."""
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-seed{plan.seed}-{os.getpid()}"
    for count in range(1000):
        folder = base / (name if not count else f"{name}-{count}")
        if not folder.exists():
            folder.mkdir(parents=True)
            return folder
    raise RuntimeError(f"no room under {base}")


def drop_folder(folder: Path) -> None:
    """Of a run that went well."""
    shutil.rmtree(folder, ignore_errors=True)
