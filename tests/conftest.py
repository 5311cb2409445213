"""What every test has at hand."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import find_chromium, launched


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests (`pytestmark = pytest.mark.anyio`) run on asyncio, as Nashra does."""
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of the session. Only tests marked `browser` may take it: see below."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here")
    with launched(executable) as browser:
        yield browser


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: while Playwright is open its event loop occupies the thread, and nothing else that is
    asynchronous can run there.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skip is a failure: CI has everything that the tests need, or its set-up is broken."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return
    if reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line("\nCI=true: a skipped test counts as failed", red=True)
