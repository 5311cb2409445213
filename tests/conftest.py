"""What every test has at hand."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import coverage
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.browser.chromium import find_chromium, launched

# Both look at the clock on the wall, which says nothing of our code on a machine that does other things as well. Tests
# that bound what an input may cost count processor time.
settings.register_profile("nashra", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nashra")

# In a worker of pytest-xdist this is what began to count lines (see ./dev); programs that tests start do not count.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_START", None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests (`pytestmark = pytest.mark.anyio`) run on asyncio, as Nashra does."""
    return "asyncio"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one file. Only tests marked `browser` may take it: see below."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here")
    with launched(executable) as browser:
        yield browser


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with browser tests go first, since the longest wait is in one of them. In a file they go last: while
    Playwright is open its event loop occupies the thread, and nothing else that is asynchronous can run there. It is
    closed after each file, as the next may be any.
    """
    driving = {item.path for item in items if item.get_closest_marker("browser")}
    place = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: _turn(item, driving, place))


def _turn(item: pytest.Item, driving: Collection[Path], place: Mapping[Path, int]) -> tuple[bool, int, bool]:
    return item.path not in driving, place[item.path], item.get_closest_marker("browser") is not None


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Whole files to each worker, and one worker for all that visits the demonstration: it runs once."""

    def _split_scope(self, nodeid: str) -> str:
        visiting = "tests/browser/"
        return visiting if nodeid.startswith(visiting) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """For `--dist loadfile`; pytest-xdist has the others."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A worker writes down which lines it saw, before it may be ended.

    With CI=true a skip is a failure: CI has everything that the tests need, or its set-up is broken.
    """
    counting = coverage.Coverage.current()
    if counting is not None and hasattr(session.config, "workerinput"):
        counting.stop()
        counting.save()
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return
    if reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line("\nCI=true: a skipped test counts as failed", red=True)
