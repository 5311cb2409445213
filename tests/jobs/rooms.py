"""A newsroom for tests: real store, ledger, words, templates and relay settings; works are recorded, not done."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publisher.engine.dispatcher import Handle
from publisher.jobs.newsroom import Newsroom
from publisher.mail.fleet import Fleet
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.mail.token import TokenSigner
from publisher.model.address import EmailAddress
from publisher.model.schedule import Recurrence
from publisher.model.schedule_text import parse_recurrence
from publisher.model.site import Newsletter, Selection, Sender, Site, Source
from publisher.model.work import Work
from publisher.store.database import Database, after_commit
from publisher.store.ledger import Ledger
from publisher.store.newsletters import ensure_newsletters
from publisher.text.words import Words, load_words
from publisher.wiring import build_templates
from tests.migrated import open_migrated

START = datetime(2025, 11, 1, 14, 0, tzinfo=UTC)
"""17:00 in Baghdad: an hour before the default slot."""

LANGUAGES = ("ar", "en")


class RecordingDispatcher:
    """Keeps the works that were committed."""

    def __init__(self) -> None:
        self.works: list[Work] = []

    def submit(self, tx: Any, work: Work) -> None:
        after_commit(tx, lambda: self.works.append(work))

    async def run(self, handle: Handle) -> None:
        raise AssertionError(f"tests do the works themselves, not {handle}")

    async def close(self) -> None:
        return


@dataclass(slots=True)
class Time:
    """A clock that goes when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A newsroom with what a test turns: its time, its dispatcher, its switch, its folder of articles."""

    room: Newsroom
    time: Time
    dispatcher: RecordingDispatcher
    stopping: list[bool] = field(default_factory=list)
    articles: Path

    def write(
        self, name: str, *, title: str = "Title", date: str = "2025-11-01T16:00:00+03:00", **more: str
    ) -> None:
        """Put an article into the source folder."""
        fields = {
            "title": title,
            "date": date,
            "language": "en",
            "url": f"https://news.example/{name}",
            **more,
        }
        front = "\n".join(f"{key}: {value}" for key, value in fields.items() if value)
        (self.articles / f"{name}.md").write_text(
            f"---\n{front}\n---\n\nOne paragraph about {title}.\n", encoding="utf-8"
        )

    def taken(self) -> list[Work]:
        """The works submitted so far; forgets them."""
        works, self.dispatcher.works = self.dispatcher.works, []
        return works


def daily(**changes: Any) -> Newsletter:
    """The newsletter of the tests: daily at 18:00."""
    values: dict[str, Any] = {
        "slug": "daily",
        "title": "نشرة المساء",
        "recurrence": parse_recurrence("daily 18:00"),
        "selection": Selection(),
        "language": "ar",
    }
    return Newsletter(**{**values, **changes})


@contextmanager
def open_scene(
    folder: Path,
    *,
    port: int = 9,
    newsletters: tuple[Newsletter, ...] = (),
    database: Database | None = None,
    **changes: Any,
) -> Iterator[Scene]:
    """A newsroom begun at START whose relay listens on `port` of loopback (9: nobody does); its rows are in `database`,
    a file of its own where there is none.
    """
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    time, dispatcher = Time(), RecordingDispatcher()
    stopping: list[bool] = []
    database = database or open_migrated(folder / "nashra.db")
    ledger = Ledger(database, time)
    titles = newsletters or (daily(),)
    with database.write() as tx:
        ids = ensure_newsletters(tx, [item.slug for item in titles], begun_at=time.now)
    relay = RelaySettings(
        host="127.0.0.1", port=port, tls=Tls.NONE, lanes=2, ehlo_name="test.example",
        timeouts=Timeouts(connect=5, command=5, body=5, dot=5, quit=1),
    )  # fmt: skip
    fleet = Fleet((relay,), now=time)
    words = _words()
    values: dict[str, Any] = {
        "site": site(),
        "sender": Sender(name="نشرة", address=EmailAddress("news", "news.example")),
        "sources": (Source(slug="desk", path=articles),),
        "newsletters": titles,
        "newsletter_ids": ids,
        "feed_specs": (),
        "words": words,
        "templates": {language: build_templates(found) for language, found in words.items()},
        "database": database,
        "ledger": ledger,
        "dispatcher": dispatcher,
        "signer": TokenSigner({1: hashlib.sha256(b"test").digest()}),
        "relay": fleet,
        "notice_relay": fleet.express,
        "feeds_folder": folder / "feeds",
        "now": time,
        "is_stopping": lambda: bool(stopping),
        "spread": lambda: 0.0,
    }
    room = Newsroom(**{**values, **changes})
    try:
        yield Scene(room=room, time=time, dispatcher=dispatcher, stopping=stopping, articles=articles)
    finally:
        ledger.close()
        database.close()


def site(**changes: Any) -> Site:
    """The publication of the tests."""
    values: dict[str, Any] = {
        "title": "صحيفة",
        "home": "https://news.example",
        "base_url": "https://mail.news.example",
        "language": "ar",
        "languages": LANGUAGES,
        "timezone": ZoneInfo("Asia/Baghdad"),
    }
    return Site(**{**values, **changes})


@lru_cache
def _words() -> dict[str, Words]:
    return {language: load_words(language) for language in LANGUAGES}


def every(minutes: int) -> Recurrence:
    """A beat."""
    return parse_recurrence(f"every {minutes} minutes")
