"""A database that lets a test look in just before a commit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from publisher.store.database import Database, Transaction


class Hesitating:
    """A database whose transactions stop just before they commit, until they are told to go on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.written = threading.Event()
        self.may_commit = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._database.write() as tx:
            yield tx
            self.written.set()
            assert self.may_commit.wait(10)
