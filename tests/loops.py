"""The event loops Nashra runs on: what speaks to sockets by itself is tested on each."""

import pytest

BOTH = [
    pytest.param(("asyncio", {"use_uvloop": False}), id="asyncio"),
    pytest.param(("asyncio", {"use_uvloop": True}), id="uvloop"),
]
"""Parameters of an `anyio_backend` fixture."""
