"""Readers whose issues came back: what the tests of taking reports, events and refusals share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from publisher.jobs.take_report import Intake, Taken, take_report
from publisher.mail.return_path import build_return_path
from publisher.mail.shelf import Shelf
from publisher.mail.token import Purpose
from publisher.model.address import EmailAddress
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.audience import find_subscriber
from publisher.store.database import Database, Transaction, open_database
from publisher.store.deliveries import freeze_issue
from publisher.store.feedback import StoredFeedback, load_feedback
from publisher.store.schema import delivery, subscriber
from publisher.store.subscriptions import load_subscriptions
from publisher.store.suppressions import hash_address, is_suppressed
from tests.mail.bounce.reports import MARKS, SIGNER
from tests.migrated import open_migrated
from tests.store import rows

KEY = b"h" * 32
READERS = 12
ISSUES = 8


@dataclass(slots=True)
class Returns:
    """Issues 1 to 8 were sent to readers 1 to 12 at `reader<n>@reader.example`; `intake.now` is `now`."""

    intake: Intake
    database: Database
    now: list[datetime]

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now[0] += timedelta(**span)

    def take(self, raw: bytes, *envelope_to: str) -> Taken:
        """A mail comes in."""
        return take_report(self.intake, raw, envelope_to=envelope_to)

    def is_suppressed(self, reader: int = 1) -> bool:
        """Whether nothing may be sent to her."""
        with self.database.read() as tx:
            return is_suppressed(tx, hash_address(KEY, address_of(reader)))

    def is_subscribed(self, reader: int = 1) -> bool:
        """Whether her subscription stands."""
        with self.database.read() as tx:
            statuses = {item.status for item in load_subscriptions(tx, reader)}
        return statuses == {SubscriptionStatus.CONFIRMED}

    def rows(self) -> tuple[StoredFeedback, ...]:
        """All feedback, newest first."""
        with self.database.read() as tx:
            return load_feedback(tx)

    def kept(self) -> int:
        """How many mails wait for a person."""
        return len(self.intake.shelf.list_mails())


def address_of(reader: int) -> EmailAddress:
    """A reader's address by her id."""
    return EmailAddress(f"reader{reader - 1}", "reader.example")


def verp(issue: int = 1, reader: int = 1) -> str:
    """The envelope sender of a delivery."""
    return str(build_return_path(SIGNER, issue=issue, subscriber=reader, domain="b.news.example.org"))


def link(reader: int = 1) -> str:
    """The reader's unsubscribe link."""
    token = SIGNER.mint(Purpose.UNSUBSCRIBE, subscriber=reader, subject=1, issued_at=rows.NOW)
    return f"https://news.example.org/u/{token}"


@contextmanager
def open_returns(folder: Path) -> Iterator[Returns]:
    """A database in which everything was sent."""
    (folder / "nashra.db").write_bytes(_sent())
    database = open_database(folder / "nashra.db")
    now: list[datetime] = [rows.NOW]
    intake = Intake(
        database=database,
        marks=MARKS,
        shelf=Shelf(folder / "unrecognised"),
        hash_key=KEY,
        now=lambda: now[0],
    )
    yield Returns(intake=intake, database=database, now=now)
    database.close()


@lru_cache
def _sent() -> bytes:
    """The octets of that database, made once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "nashra.db"
        database = open_migrated(file)
        with database.write() as tx:
            _send_everything(tx)
        database.close()
        return file.read_bytes()


def _send_everything(tx: Transaction) -> None:
    newsletter_id = rows.newsletter(tx)
    for n in rows.readers(tx, newsletter_id, READERS):
        address_hash = hash_address(KEY, address_of(n))
        tx.execute(sa.update(subscriber).filter_by(id=n).values(address_hash=address_hash))
        assert find_subscriber(tx, address_of(n)) == n
    for n in range(1, ISSUES + 1):
        issue_id = rows.approved_issue(tx, newsletter_id, slot=f"2025-11-0{n}T18:00", number=n)
        assert issue_id == n
        freeze_issue(tx, issue_id, fallback="ar", batch_size=100, now=rows.NOW)
    tx.execute(sa.update(delivery).values(attempt=1))
