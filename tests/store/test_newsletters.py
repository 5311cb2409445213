"""publisher.store.newsletters"""

from datetime import timedelta

import sqlalchemy as sa

from publisher.store.database import Database, to_ms
from publisher.store.newsletters import ensure_newsletters, load_newsletter_ids
from publisher.store.schema import newsletter
from tests.store.rows import NOW

LATER = NOW + timedelta(days=30)


def test_every_slug_gets_a_number_once_and_keeps_its_beginning(database: Database) -> None:
    """A newsletter that began anew at each start would skip the slots in between."""
    with database.write() as tx:
        first = ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)
    with database.write() as tx:
        again = ensure_newsletters(tx, ["weekly", "daily", "sports"], begun_at=LATER)
        begun = {row.slug: row.begun_at for row in tx.execute(sa.select(newsletter))}
    assert first == {slug: again[slug] for slug in ("daily", "weekly")}
    assert len(set(again.values())) == 3
    assert begun == {"daily": to_ms(NOW), "weekly": to_ms(NOW), "sports": to_ms(LATER)}


def test_a_newsletter_that_left_the_settings_keeps_its_number(database: Database) -> None:
    with database.write() as tx:
        before = ensure_newsletters(tx, ["daily", "weekly"], begun_at=NOW)
        assert ensure_newsletters(tx, ["daily"], begun_at=NOW) == before
    with database.read() as tx:
        assert load_newsletter_ids(tx) == before


def test_a_slug_named_twice_is_one_newsletter(database: Database) -> None:
    with database.write() as tx:
        assert ensure_newsletters(tx, ["daily", "daily"], begun_at=NOW).keys() == {"daily"}


def test_without_newsletters_there_is_none(database: Database) -> None:
    with database.write() as tx:
        assert ensure_newsletters(tx, [], begun_at=NOW) == {}
