"""The order of intents and of what forbids them, on PostgreSQL; SQLite has one writer at a time and needs nothing.

Promise: of an intent and a change that forbids it (the reader left, the issue was paused or cancelled) the one that
commits later has seen the other. Without it both could read the time before, and the mail be begun after the change
was acknowledged.

Intents take `subscription` and `suppression` in SHARE mode, which waits for every writer of these tables and keeps
the next ones out. Who writes to them needs to do nothing. Who holds an issue writes to neither, and says that he is
about to: a lock of the issue's row by each commit of the ledger would be a write more for each, and two senders that
share it in turn could keep a pause waiting without end. Table locks are a queue. They are taken before anything else
is locked, so that no two transactions can wait for each other.
"""

from publisher.store.database import Transaction


def lock_for_intents(tx: Transaction) -> None:
    """For a transaction that is about to write intents: wait for whoever forbids any, and keep the next ones out."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE subscription, suppression IN SHARE MODE")


def wait_for_intents(tx: Transaction) -> None:
    """For a transaction that is about to hold an issue: intents being written are durable after this, and none is
    read before this transaction ends.
    """
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE suppression IN ROW EXCLUSIVE MODE")
