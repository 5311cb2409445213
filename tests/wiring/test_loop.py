"""The loop of a running Nashra."""

import asyncio
import sys

import pytest

from publisher.wiring import loop


async def name_loop() -> str:
    """The module of the loop this runs on."""
    return type(asyncio.get_running_loop()).__module__


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop has no Windows")
def test_process_runs_on_the_quick_loop() -> None:
    assert loop.run(name_loop()).startswith("uvloop")


def test_without_it_asyncio_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop.run(name_loop()).startswith("asyncio")
