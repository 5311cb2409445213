"""A whole web application on an empty database, driven in memory: what the tests of the reader pages share."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from publisher.jobs.subscribe import Limits
from publisher.mail.address import parse_address
from publisher.mail.mailbox import Mailbox
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.issue import Rendition
from publisher.model.schedule import Recurrence, Weekday
from publisher.model.site import Newsletter, Selection, Site
from publisher.model.subscriber import SubscriptionStatus
from publisher.model.work import Work
from publisher.store import schema
from publisher.store.database import Database, Transaction, to_ms
from publisher.store.newsletters import ensure_newsletters
from publisher.store.subscriptions import load_subscriptions
from publisher.store.suppressions import add_suppression, hash_address
from publisher.text.words import Words, load_words
from publisher.web.app import build_app
from publisher.web.context import WebContext
from publisher.wiring import build_templates
from tests.migrated import open_migrated
from tests.web.markup import parse_page

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HASH_KEY = b"h" * 32
LANGUAGES = ("ar", "en", "ckb")
SITE = Site(
    title="الجبال",
    home="https://aljeebal.example",
    base_url="https://news.example",
    language="ar",
    timezone=ZoneInfo("Asia/Baghdad"),
    description="أخبار العراق والمنطقة، كل مساء في بريدك.",
    rights="© 2026 الجبال",
)
DAILY = Newsletter(
    slug="daily",
    title="نشرة المساء",
    description="أهم ما نُشر اليوم في رسالة واحدة",
    recurrence=Recurrence(times=(time(18),)),
    selection=Selection(),
    language="ar",
)
WEEKLY = Newsletter(
    slug="weekly",
    title="The week in Iraq",
    description="Five long reads for the weekend",
    recurrence=Recurrence(times=(time(17),), weekdays=(Weekday.THURSDAY,)),
    selection=Selection(),
    language="en",
)


@dataclass(slots=True)
class ReaderApp:
    """The application, a client of it, and what it did. `now` is its clock: set it to move time."""

    context: WebContext
    client: TestClient
    works: list[Work]
    clock: list[datetime]
    newsletter_ids: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.context.database

    def wait(self, long: timedelta) -> None:
        """Let time pass."""
        self.clock[0] += long

    def subscribe(self, address: str, *newsletters: str, **more: str) -> int:
        """Post the form; returns the status."""
        data = {"email": address, "newsletter": list(newsletters or ("daily",)), "language": "ar", **more}
        return self.client.post("/subscribe", data=data).status_code

    def statuses(self, address: str) -> dict[str, SubscriptionStatus]:
        """How the address's subscriptions stand, by slug."""
        with self.database.read() as tx:
            found = sa.select(schema.subscriber.c.id).filter_by(address_key=address.lower())
            reader = tx.scalar(found)
            hers = load_subscriptions(tx, reader) if reader else ()
        return {item.newsletter: item.status for item in hers}

    def notices(self, kind: str = "confirm") -> list[tuple[int, int]]:
        """(id, subscriber) of the notices of one kind, in order."""
        with self.database.read() as tx:
            query = sa.select(schema.notice.c.id, schema.notice.c.subscriber).filter_by(kind=kind)
            return [(row.id, row.subscriber) for row in tx.execute(query.order_by(schema.notice.c.id))]

    def confirm_path(self, place: int = -1) -> str:
        """The link in the confirmation mail, the latest one unless said otherwise."""
        notice, subscriber = self.notices()[place]
        token = self.context.signer.mint(
            Purpose.CONFIRM, subscriber=subscriber, subject=notice, issued_at=self.clock[0]
        )
        return f"/confirm/{token}"

    def press(self, path: str | None = None, client: TestClient | None = None) -> Response:
        """Open a confirmation page, the latest unless said otherwise, and press its button as a browser does."""
        client, path = client or self.client, path or self.confirm_path()
        forms = parse_page(client.get(path).text).forms
        return client.post(path, data=_values(forms[0]) if forms else {})

    def leave_path(self, slug: str | None, subscriber: int = 1) -> str:
        """The link in an issue's footer; None: the one that leaves everything."""
        token = self.context.signer.mint(
            Purpose.UNSUBSCRIBE,
            subscriber=subscriber,
            subject=self.newsletter_ids[slug] if slug else 0,
            issued_at=self.clock[0],
        )
        return f"/u/{token}"

    def suppress(self, address: str) -> None:
        """Suppress an address, as a complaint would."""
        with self.database.write() as tx:
            address_hash = hash_address(HASH_KEY, parse_address(address))
            add_suppression(tx, address_hash, reason="complaint", now=self.clock[0])

    def add_issue(self, slug: str, number: int, subjects: Mapping[str, str], html: str = "<p>x</p>") -> None:
        """A frozen issue with one rendition for each subject."""
        with self.database.write() as tx:
            _insert_issue(tx, self.newsletter_ids[slug], number, subjects, html, self.clock[0])

    def fingerprint(self) -> str:
        """A hash over every row of every table."""
        with self.database.read() as tx:
            rows = [
                sorted(map(repr, tx.execute(sa.select(table)))) for table in schema.metadata.sorted_tables
            ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def build_reader_app(
    folder: Path,
    *,
    newsletters: tuple[Newsletter, ...] = (DAILY, WEEKLY),
    site: Site = SITE,
    limits: Limits | None = None,
    mailbox: Mailbox | None = None,
    host: str = "198.51.100.7",
) -> ReaderApp:
    """Make one. Requests come from `host`; one client may take another with `client_from`."""
    database = open_migrated(folder / "nashra.db")
    with database.write() as tx:
        ids = ensure_newsletters(tx, [item.slug for item in newsletters], begun_at=NOW)
    clock, works = [NOW], list[Work]()
    context = WebContext(
        site=site,
        newsletters=newsletters,
        database=database,
        signer=TokenSigner({1: b"s" * 32}),
        words=_words(),
        templates=_templates(),
        feeds_folder=folder / "feeds",
        submit=lambda _tx, work: works.append(work),
        now=lambda: clock[0],
        hash_key=HASH_KEY,
        network_key=b"n" * 32,
        limits=limits or Limits(),
        mailbox=mailbox,
    )
    return ReaderApp(
        context=context,
        client=client_from(context, host),
        works=works,
        clock=clock,
        newsletter_ids=ids,
    )


def _values(form: Any) -> dict[str, list[str]]:
    """The fields of a form as the browser posts them."""
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


@cache
def _words() -> Mapping[str, Words]:
    return {tag: load_words(tag) for tag in LANGUAGES}


@cache
def _templates() -> Mapping[str, jinja2.Environment]:
    return {tag: build_templates(words) for tag, words in _words().items()}


def client_from(context: WebContext, host: str) -> TestClient:
    """A client with its own address; it shows answers to defects as a visitor would see them."""
    return TestClient(
        build_app(context),
        base_url=context.site.base_url,
        client=(host, 40000),
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def with_context(app: ReaderApp, **changes: object) -> TestClient:
    """A client of the same application with some of its context changed."""
    return client_from(replace(app.context, **changes), "198.51.100.7")  # type: ignore[arg-type]


def _insert_issue(
    tx: Transaction,
    newsletter: int,
    number: int,
    subjects: Mapping[str, str],
    html: str,
    at: datetime,
) -> None:
    due_at = at - timedelta(days=1) + timedelta(minutes=number)
    row = {
        "newsletter": newsletter,
        "slot": f"2026-11-21T18:{number:02}",
        "due_at": to_ms(due_at),
        "not_after": to_ms(due_at + timedelta(days=1)),
        "state": "sent",
        "number": number,
        "frozen_at": None,
    }
    issue = tx.execute(sa.insert(schema.issue).values(row).returning(schema.issue.c.id)).scalar_one()
    for variant, subject in subjects.items():
        rendition = Rendition(variant=variant, subject=subject, preheader="", html=html, text="x")
        tx.execute(
            sa.insert(schema.rendition).values(
                issue=issue,
                variant=rendition.variant,
                subject=rendition.subject,
                preheader=rendition.preheader,
                html=rendition.html,
                text=rendition.text,
            )
        )
    tx.execute(sa.update(schema.issue).filter_by(id=issue).values(frozen_at=to_ms(due_at)))
