"""The event loop a running Nashra has: uvloop's where there is one, asyncio's own elsewhere.

Sending and serving are mostly waking up for a socket, and uvloop, in C, does that for a third less of our processor
time. Nothing depends on it: both loops keep the same promises (asyncio's transports and protocols).
"""

import asyncio
import importlib
from collections.abc import Coroutine
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    answer: T = _load_loop().run(main)
    return answer


def _load_loop() -> ModuleType:
    try:
        return importlib.import_module("uvloop")
    except ImportError:  # Windows has none
        return asyncio
