"""publisher.store.quarantine"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from publisher.model.article import Quarantined
from publisher.model.reason import Reason, reason
from publisher.store.database import Database, Transaction, from_ms
from publisher.store.quarantine import load_quarantined, replace_quarantined
from publisher.store.schema import quarantine
from tests.store.rows import NOW

LATER = NOW + timedelta(hours=1)
NO_DATE = reason("sources.no_date")
FUTURE = reason("sources.future", date="2031-01-01", hours=3)


def held(key: str, why: Reason = NO_DATE, source: str = "desk") -> Quarantined:
    return Quarantined(source=source, key=key, reason=why)


def since(tx: Transaction) -> dict[str, datetime]:
    return {row.key: from_ms(row.since) for row in tx.execute(sa.select(quarantine))}


def test_what_is_held_is_read_back_by_source_and_key(database: Database) -> None:
    items = (held("b", FUTURE), held("a"))
    with database.write() as tx:
        replace_quarantined(tx, "desk", items, now=NOW)
        replace_quarantined(tx, "archive", [held("z", source="archive")], now=NOW)
    with database.read() as tx:
        assert load_quarantined(tx) == (held("z", source="archive"), held("a"), held("b", FUTURE))


def test_a_document_that_is_mended_or_gone_leaves_and_only_that_one(database: Database) -> None:
    with database.write() as tx:
        replace_quarantined(tx, "desk", [held("a"), held("b")], now=NOW)
        replace_quarantined(tx, "archive", [held("a", source="archive")], now=NOW)
        replace_quarantined(tx, "desk", [held("b")], now=LATER)
        assert load_quarantined(tx) == (held("a", source="archive"), held("b"))
        replace_quarantined(tx, "desk", [], now=LATER)
        assert load_quarantined(tx) == (held("a", source="archive"),)


def test_a_document_held_for_the_same_reason_keeps_the_moment_it_was_first_held(database: Database) -> None:
    with database.write() as tx:
        replace_quarantined(tx, "desk", [held("same", FUTURE), held("other")], now=NOW)
        swapped = reason("sources.future", hours=3, date="2031-01-01")
        replace_quarantined(tx, "desk", [held("same", swapped), held("other", FUTURE)], now=LATER)
        assert since(tx) == {"same": NOW, "other": LATER}
        assert load_quarantined(tx) == (held("other", FUTURE), held("same", FUTURE))


def test_a_document_named_twice_is_held_once(database: Database) -> None:
    with database.write() as tx:
        replace_quarantined(tx, "desk", [held("a"), held("a", FUTURE)], now=NOW)
        assert load_quarantined(tx) == (held("a", FUTURE),)
