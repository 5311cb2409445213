"""The feeds of a folder, served: by the application alone, by the built-in server with its fast lane, by nginx."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from publisher.model.moves import Moves
from publisher.web.absolute_form import AbsoluteForm
from publisher.web.fast_lane import lane_of
from publisher.web.feed_door import FeedDoor
from publisher.web.feed_memory import FRESH_SECONDS, FeedMemory
from publisher.web.feeds import Feeds
from publisher.web.moved import build_old_addresses
from publisher.web.poll_counter import PollCounter
from tests.web.nginx import free_port, running_nginx

BASE_URL = "https://news.example"


def feeds_of(public: Path, *, production: bool = False, moves: Moves | None = None) -> Feeds:
    """The feeds in `public`/feeds, looked at anew by every request; `production`: once a second, and counted."""
    memory = FeedMemory(public / "feeds", fresh_seconds=FRESH_SECONDS if production else 0)
    note = PollCounter().note if production else None
    return Feeds(memory, old=build_old_addresses(moves or Moves(), BASE_URL), note=note)


def app_of(feeds: Feeds) -> Starlette:
    """An application of nothing but feeds."""
    return Starlette(middleware=[Middleware(AbsoluteForm), Middleware(FeedDoor, feeds=feeds)])


@contextmanager
def by_application(public: Path, moves: Moves | None = None) -> Iterator[httpx2.Client]:
    """In memory, without a socket."""
    with TestClient(app_of(feeds_of(public, moves=moves)), follow_redirects=False) as client:
        yield client


@contextmanager
def by_built_in_server(public: Path, moves: Moves | None = None) -> Iterator[httpx2.Client]:
    """Over a socket, as `nashra serve` does it."""
    with (
        serving(feeds_of(public, moves=moves)) as port,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


@contextmanager
def by_nginx(public: Path, moves: Moves | None = None) -> Iterator[httpx2.Client]:
    """nginx before the built-in server."""
    with (
        serving(feeds_of(public, moves=moves)) as upstream,
        running_nginx(public.parent / "nginx", public=public, upstream=upstream) as address,
        httpx2.Client(base_url=address) as client,
    ):
        yield client


SERVERS: dict[str, Callable[..., AbstractContextManager[httpx2.Client]]] = {
    "application": by_application,
    "built-in": by_built_in_server,
    "nginx": by_nginx,
}


class _Server(uvicorn.Server):
    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        return nullcontext()


@contextmanager
def serving(
    feeds: Feeds, app: Starlette | None = None, *, port: int = 0, keep_alive: float = 5, loop: str = "auto"
) -> Iterator[int]:
    """The port of the built-in server in a thread of its own."""
    port = port or free_port()
    config = uvicorn.Config(
        app or app_of(feeds), port=port, http=lane_of(feeds), log_config=None, access_log=False,
        server_header=False, lifespan="off", loop=loop, timeout_keep_alive=keep_alive,  # type: ignore[arg-type]
    )  # fmt: skip
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield port
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()
