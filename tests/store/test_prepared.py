"""A statement compiled once does what Core does, on both databases."""

import sqlalchemy as sa

from publisher.store.database import Database
from publisher.store.prepared import Prepared
from publisher.store.schema import rate


def test_rows_are_changed_in_one_call_and_counted_together(database: Database) -> None:
    """Only those that match; a constant of the statement is kept, a value may be used twice."""
    with database.write() as tx:
        tx.execute(sa.insert(rate), [{"bucket": f"b{n}", "window": n, "count": 0} for n in range(4)])
    bucket, number = sa.bindparam("of_bucket", type_=sa.Text), sa.bindparam("number", type_=sa.Integer)
    raise_count = Prepared(
        sa.update(rate)
        .where(rate.c.bucket == bucket, rate.c.window == number, rate.c.count == 0)
        .values(count=rate.c.count + number + 5),
        database.engine.dialect,
    )
    with database.write() as tx:
        rows = [{"of_bucket": f"b{n}", "number": n} for n in range(3)]
        assert raise_count.run(tx, rows) == 3
        assert raise_count.run(tx, [*rows, {"of_bucket": "b3", "number": 3}]) == 1
    with database.read() as tx:
        assert list(tx.scalars(sa.select(rate.c.count).order_by(rate.c.window))) == [5, 6, 7, 8]
