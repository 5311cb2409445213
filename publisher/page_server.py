"""The pages of a running Nashra: one socket, one uvicorn, the web application on it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import uvicorn

from publisher.intake_doors import build_hooks
from publisher.jobs.save_polls import PollBook
from publisher.mail.mailbox import Mailbox
from publisher.model.errors import NashraError
from publisher.settings import Settings
from publisher.web.app import build_app, build_feeds
from publisher.web.context import WebContext
from publisher.web.fast_lane import lane_of
from publisher.web.poll_counter import PollCounter, saving_polls
from publisher.wiring.newsroom import House


@asynccontextmanager
async def serve_pages(
    house: House, settings: Settings, listening: socket.socket, mailbox: Mailbox | None
) -> AsyncIterator[None]:
    """Answer on the socket until the block ends; then requests in hand have five seconds."""
    room, keys = house.room, house.keys
    context = WebContext(
        site=room.site,
        newsletters=room.newsletters,
        database=room.database,
        signer=room.signer,
        words=room.words,
        templates=room.templates,
        feeds_folder=room.feeds_folder,
        submit=room.dispatcher.submit,
        now=room.now,
        hash_key=keys.suppression,
        network_key=keys.network,
        trusted_proxies=settings.trusted_proxies,
        push=settings.push,
        mailbox=mailbox,
        hooks=build_hooks(house, settings.intake.hooks),
    )
    counter = PollCounter(settings.trusted_proxies)
    book = PollBook(room.database, now=room.now, zone=room.site.timezone)
    feeds = build_feeds(context, counter.note)
    config = uvicorn.Config(
        build_app(context, feeds),
        http=lane_of(feeds),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `web.network` alone decides whom to believe
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = _Server(config)
    async with saving_polls(counter, book):
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Leaves signals alone: they end the whole service, pages last, not the pages first."""

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        return nullcontext()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises NashraError where the place is taken or is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise NashraError(
            f"Cannot listen on {host} port {port}: {error.strerror}.",
            next_step="Stop the program that uses it, or choose another port.",
        ) from error
    return listening


def build_address(host: str, port: int) -> str:
    """RFC 3986 section 3.2.2: an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
