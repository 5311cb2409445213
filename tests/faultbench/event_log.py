"""Every change of a delivery or a subscription, written by triggers in the transaction that makes it.

The harness's own record: the sender does not know of it and cannot leave anything out. On SQLite its order is the
order of the commits.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.store.database import Database

_SQLITE = (
    """CREATE TABLE faultbench_log (seq INTEGER PRIMARY KEY, kind TEXT, issue INTEGER, subscriber INTEGER,
       before TEXT, after TEXT, attempt INTEGER, ambiguous INTEGER)""",
    """CREATE TRIGGER faultbench_frozen AFTER INSERT ON delivery BEGIN INSERT INTO faultbench_log
       (kind, issue, subscriber, after, attempt, ambiguous)
       VALUES ('delivery', NEW.issue, NEW.subscriber, NEW.state, NEW.attempt, NEW.ambiguous); END""",
    """CREATE TRIGGER faultbench_delivery AFTER UPDATE ON delivery WHEN NEW.state <> OLD.state BEGIN
       INSERT INTO faultbench_log (kind, issue, subscriber, before, after, attempt, ambiguous)
       VALUES ('delivery', NEW.issue, NEW.subscriber, OLD.state, NEW.state, NEW.attempt, NEW.ambiguous); END""",
    """CREATE TRIGGER faultbench_left AFTER UPDATE ON subscription WHEN NEW.status <> OLD.status BEGIN
       INSERT INTO faultbench_log (kind, subscriber, before, after)
       VALUES ('subscription', NEW.subscriber, OLD.status, NEW.status); END""",
)

_POSTGRES = (
    """CREATE TABLE faultbench_log (seq BIGSERIAL PRIMARY KEY, kind TEXT, issue BIGINT, subscriber BIGINT,
       before TEXT, after TEXT, attempt INTEGER, ambiguous INTEGER)""",
    """CREATE FUNCTION faultbench_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO faultbench_log (kind, issue, subscriber, after, attempt, ambiguous)
       VALUES ('delivery', NEW.issue, NEW.subscriber, NEW.state, NEW.attempt, NEW.ambiguous);
       RETURN NULL; END $$""",
    """CREATE FUNCTION faultbench_delivery() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO faultbench_log (kind, issue, subscriber, before, after, attempt, ambiguous)
       VALUES ('delivery', NEW.issue, NEW.subscriber, OLD.state, NEW.state, NEW.attempt, NEW.ambiguous);
       RETURN NULL; END $$""",
    """CREATE FUNCTION faultbench_left() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO faultbench_log (kind, subscriber, before, after)
       VALUES ('subscription', NEW.subscriber, OLD.status, NEW.status);
       RETURN NULL; END $$""",
    """CREATE TRIGGER faultbench_frozen AFTER INSERT ON delivery
       FOR EACH ROW EXECUTE FUNCTION faultbench_frozen()""",
    """CREATE TRIGGER faultbench_delivery AFTER UPDATE ON delivery
       FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION faultbench_delivery()""",
    """CREATE TRIGGER faultbench_left AFTER UPDATE ON subscription
       FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION faultbench_left()""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change. `before` is None for the row's beginning; `issue`, `attempt` and `ambiguous` are of deliveries."""

    seq: int
    kind: str
    issue: int | None
    subscriber: int
    before: str | None
    after: str
    attempt: int | None
    ambiguous: int | None


def install_event_log(database: Database) -> None:
    """Add the log to a migrated database."""
    with database.write() as tx:
        for statement in _SQLITE if tx.dialect.name == "sqlite" else _POSTGRES:
            tx.exec_driver_sql(statement)


def load_events(database: Database) -> Iterator[Event]:
    """All changes in order."""
    with database.read() as tx:
        for row in tx.exec_driver_sql("SELECT * FROM faultbench_log ORDER BY seq"):
            yield Event(**row._mapping)


def last_event(database: Database) -> int:
    """How far the log has come: grows as long as anything happens."""
    with database.read() as tx:
        return int(tx.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM faultbench_log").scalar_one())
