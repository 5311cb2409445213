"""What is left of deleted text in the database's files.

SQLite overwrites with zeros what it deletes (`secure_delete`, set for every connection), but the text it replaced
stands in older pages of the write-ahead log until that is carried over and cut.
"""

from publisher.store.database import Database


def erase_traces(database: Database) -> bool:
    """Carry the write-ahead log over and cut it to nothing, so that no file holds what was deleted before.

    False where a reader held on to the log for longer than the busy timeout: then it is to be tried again. True
    at once on PostgreSQL, where this is vacuum's work.
    """
    if database.engine.dialect.name != "sqlite":
        return True
    connection = database.engine.raw_connection()
    try:
        (busy, _, _) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return not busy
