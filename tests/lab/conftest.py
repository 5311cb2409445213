"""The scene of the lab, opened once for all its tests; without Debian's programs they are skipped, with the reason."""

from collections.abc import Iterator

import pytest

from tests.lab.programs import why_not
from tests.lab.scene import Scene, open_scene


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    """Opened as `./dev lab` does."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with open_scene() as scene:
        yield scene
