"""The application that the tests of the reader pages drive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.reader_app import ReaderApp, build_reader_app


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ReaderApp]:
    """A fresh application with two newsletters, `daily` in Arabic and `weekly` in English."""
    app = build_reader_app(tmp_path)
    with app.client:  # one event loop for the whole test, not one for each request
        yield app
    app.database.close()
