"""A desk to subscribe at: what the tests of subscribing, confirming and leaving share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from publisher.jobs.confirm import Confirmation, confirm, load_confirmation
from publisher.jobs.subscribe import Answer, Limits, Request, subscribe
from publisher.mail.address import parse_address
from publisher.model.delivery import DeliveryState
from publisher.model.subscriber import SubscriptionStatus
from publisher.model.work import Work
from publisher.store import schema
from publisher.store.database import Database
from publisher.store.newsletters import ensure_newsletters
from publisher.store.notices import claim_notice, record_notice
from publisher.store.subscriptions import load_subscriptions
from publisher.store.suppressions import add_suppression, hash_address
from tests.migrated import open_migrated

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEY = b"h" * 32
SARA = "sara@example.net"


@dataclass(slots=True)
class Desk:
    """An empty database with the newsletters `daily` and `weekly`, a clock, and the works that were submitted."""

    database: Database
    ids: dict[str, int]
    now: datetime = NOW
    works: list[Work] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)

    def ask(self, address: str = SARA, *newsletters: str, **more: Any) -> Answer:
        """Somebody posts the form."""
        values = {"language": "ar", "network": "net", "evidence": "form", **more}
        request = Request(address=parse_address(address), newsletters=newsletters or ("daily",), **values)
        return subscribe(
            self.database,
            request,
            now=self.now,
            submit=lambda _tx, work: self.works.append(work),
            hash_key=KEY,
            limits=self.limits,
        )

    def press(
        self, subscriber: int = 1, notice: int = 1, *, shown: tuple[str, ...] | None = None
    ) -> Confirmation | None:
        """The reader presses the button; the page showed her what waits now unless `shown` says otherwise."""
        if shown is None:
            page = load_confirmation(self.database, subscriber=subscriber, notice=notice)
            shown = page.waiting if page else ()
        return confirm(
            self.database,
            subscriber=subscriber,
            notice=notice,
            shown=shown,
            network="net",
            evidence="page",
            now=self.now,
            submit=lambda _tx, work: self.works.append(work),
        )

    def wait(self, **long: float) -> None:
        """Time passes, as for timedelta."""
        self.now += timedelta(**long)

    def send(self, state: DeliveryState = DeliveryState.SENT) -> list[int]:
        """Send whatever is due, as the sender would; returns the ids of the confirmations that went out."""
        went: list[int] = []
        for row in self.rows(schema.notice):
            with self.database.write() as tx:
                claimed = claim_notice(tx, row.id, self.now)
                if claimed is not None:
                    record_notice(
                        tx,
                        row.id,
                        claimed.attempt,
                        state,
                        reply="",
                        ambiguous=0,
                        retry_at=self.now,
                        now=self.now,
                    )
                    went += [row.id] if row.kind == "confirm" else []
        return went

    def suppress(self, address: str) -> None:
        """A complaint came in."""
        with self.database.write() as tx:
            add_suppression(tx, hash_address(KEY, parse_address(address)), reason="complaint", now=self.now)

    def statuses(self, subscriber: int = 1) -> dict[str, SubscriptionStatus]:
        """How a reader's subscriptions stand."""
        with self.database.read() as tx:
            return {item.newsletter: item.status for item in load_subscriptions(tx, subscriber)}

    def rows(self, table: sa.Table) -> list[Any]:
        """Every row of a table, by its key."""
        with self.database.read() as tx:
            return list(tx.execute(sa.select(table).order_by(*table.primary_key.columns)))


def open_desk(folder: Path) -> Desk:
    """A fresh desk."""
    database = open_migrated(folder / "nashra.db")
    with database.write() as tx:
        ids = ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)
    return Desk(database=database, ids=ids)
