"""A promise: kept in the loop it was made in, waited for by threads elsewhere, never called off."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from publisher.store.promise import Promise


def test_thread_waits_for_the_answer() -> None:
    promise: Promise[int] = Promise()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(promise.result, 5)
        assert not promise.is_kept
        promise.fulfil(7)
        assert waiting.result(5) == 7
    with pytest.raises(TypeError, match="outside of a loop"):
        promise.__await__()


@pytest.mark.anyio
async def test_loop_awaits_the_answer_of_another_thread() -> None:
    promise: Promise[int] = Promise()
    assert promise.loop is asyncio.get_running_loop()
    await asyncio.to_thread(promise.loop.call_soon_threadsafe, promise.fulfil, 7)
    assert await promise == 7
    assert promise.result() == 7


@pytest.mark.anyio
async def test_what_broke_a_promise_is_raised_to_who_asks() -> None:
    promise: Promise[int] = Promise()
    promise.break_off(OSError("no room"))
    with pytest.raises(OSError, match="no room"):
        await promise


@pytest.mark.anyio
async def test_answer_to_an_asker_who_gave_up_upsets_nobody() -> None:
    async def ask(promise: Promise[int]) -> int:
        return await promise

    promises: list[Promise[int]] = [Promise(), Promise()]
    asking = [asyncio.ensure_future(ask(promise)) for promise in promises]
    await asyncio.sleep(0)
    for asker in asking:
        asker.cancel()
    assert all(
        isinstance(x, asyncio.CancelledError) for x in await asyncio.gather(*asking, return_exceptions=True)
    )
    promises[0].fulfil(7)
    promises[1].break_off(OSError("no room"))
    assert all(promise.is_kept for promise in promises)
