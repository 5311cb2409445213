"""One demonstration for all browser tests, one browser a file; a fresh context for each visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import find_chromium
from tests.browser.demonstration import Demonstration, running_demonstration
from tests.browser.visit import Visit, visiting

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder needs a browser."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Started only where there is a browser to show it to."""
    if find_chromium() is None:
        pytest.skip("no Chromium here")
    with running_demonstration(tmp_path_factory.mktemp("browser") / "demo") as demo:
        yield demo


@pytest.fixture
def visit(chromium: Browser, demonstration: Demonstration) -> Iterator[Visit]:
    """A phone without JavaScript. At its end, nothing may have gone elsewhere or been complained of."""
    with visiting(chromium, demonstration.address, script=False) as visit:
        yield visit
