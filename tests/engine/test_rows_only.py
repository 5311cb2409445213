"""publisher.engine.rows_only"""

import pytest

from publisher.engine.dispatcher import Dispatcher
from publisher.engine.rows_only import RowsOnly
from publisher.model.work import Work, WorkKind

pytestmark = pytest.mark.anyio


async def test_nothing_is_handed_out() -> None:
    """A command leaves its works in rows; it does not do them, and it does not wait for anybody who does."""
    done: list[Work] = []

    async def handle(work: Work) -> None:
        done.append(work)

    engine: Dispatcher = RowsOnly()
    engine.submit(object(), Work(WorkKind.COMPOSE, "1"))
    await engine.run(handle)
    await engine.close()
    assert done == []
