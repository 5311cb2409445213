"""publisher.store.upsert"""

from publisher.store.database import Database
from publisher.store.schema import suppression
from publisher.store.upsert import insert_unless_taken


def test_a_taken_key_keeps_its_row_and_says_so(database: Database) -> None:
    with database.write() as tx:
        assert insert_unless_taken(tx, suppression, address_hash="h", reason="first", at=1)
        assert not insert_unless_taken(tx, suppression, address_hash="h", reason="second", at=2)
        assert [row.reason for row in tx.execute(suppression.select())] == ["first"]
