"""A promise of an answer that another thread will give.

Made in an event loop, it is kept there and may be awaited at hardly any cost; made elsewhere, a thread may wait for it.
It cannot be called off: an asker who was cancelled must not upset the answers of others.
"""

import asyncio
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Promise(Generic[T]):
    """`loop` is where it was made, None outside of loops. It is kept by `fulfil` or `break_off`, in that loop."""

    __slots__ = ("_future", "loop")

    def __init__(self) -> None:
        self.loop = _running_loop()
        self._future: asyncio.Future[T] | Future[T] = (
            Future() if self.loop is None else self.loop.create_future()
        )

    def __await__(self) -> Generator[Any, Any, T]:
        """The answer, or what broke the promise. Only in its loop."""
        if isinstance(self._future, Future):
            raise TypeError("a promise made outside of a loop cannot be awaited")
        return self._future.__await__()

    @property
    def is_kept(self) -> bool:
        """Whether the answer is there."""
        return self._future.done()

    def result(self, timeout: float | None = None) -> T:
        """The answer. Outside of loops waits for it, `timeout` seconds at most; in one it must be there already."""
        return self._future.result(timeout) if isinstance(self._future, Future) else self._future.result()

    def fulfil(self, answer: T) -> None:
        """Give the answer."""
        if not self._future.done():
            self._future.set_result(answer)

    def break_off(self, error: Exception) -> None:
        """Say why there is none."""
        if not self._future.done():
            self._future.set_exception(error)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
