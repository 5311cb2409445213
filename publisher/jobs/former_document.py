"""A former system's feed or export, wherever it is: a file, or an address and the addresses it leads on to.

Promise: it only asks, one page after the other; whatever cannot be had or read means that nothing is brought. The
operator may name a server in her own network; wherever the feed leads on to, nothing else in there is reached, be it
another port or another name of the same machine.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from publisher.fetch.address import WebAddress, parse_web_address
from publisher.fetch.client import Answer, Failure, Fetcher, Request
from publisher.fetch.guard import Resolve
from publisher.fetch.resolver import Resolver
from publisher.jobs.named_server import guard_for
from publisher.model.errors import NashraError
from publisher.sources.moving.entry import FormerEntry, Onward
from publisher.sources.moving.read import Terms, read_entries

MOST_PAGES = 1000
"""Documents of one feed, at most."""
MOST_BYTES = 300 * 1024 * 1024
"""Of all of them together; they are kept in memory until everything was read."""
_MOST_OF_ONE = 20 * 1024 * 1024
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

Entries = Callable[[], Iterator[FormerEntry]]
"""Reads the entries from the beginning, as often as it is asked. May raise UnreadableError in the middle."""


def read_file(file: Path, terms: Terms) -> Entries:
    """The entries of a file. Opening it may raise OSError."""

    def opened() -> AbstractContextManager[BinaryIO]:
        return file.open("rb")

    return partial(_entries_only, lambda: read_entries(opened, terms))


async def fetch_feed(text: str, terms: Terms, *, resolve: Resolve | None = None) -> Entries:
    """The entries of a feed that is served, with all older ones it leads on to (RFC 5005, JSON Feed `next_url`).

    Raises ValueError where `text` is no web address, NashraError where a page cannot be had, and UnreadableError where
    one cannot be read.
    """
    first = parse_web_address(text)
    resolve = resolve or Resolver().resolve
    fetcher = Fetcher(await guard_for(first, resolve), resolve=resolve)
    try:
        pages = await _fetch_pages(fetcher, first, terms)
    finally:
        await fetcher.close()

    def read() -> Iterator[FormerEntry | Onward]:
        for page in pages:
            yield from read_entries(partial(BytesIO, page.body), replace(terms, address=str(page.address)))

    return partial(_entries_only, read)


async def _fetch_pages(fetcher: Fetcher, first: WebAddress, terms: Terms) -> list[Answer]:
    pages: list[Answer] = []
    waiting, seen = [first], {str(first)}
    while waiting:
        answer = await _ask(fetcher, waiting.pop(0), left=MOST_BYTES - sum(len(page.body) for page in pages))
        pages.append(answer)
        for found in read_entries(partial(BytesIO, answer.body), terms):
            if isinstance(found, Onward):
                onward = _resolve(found.address, answer.address)
                if str(onward) not in seen:
                    seen.add(str(onward))
                    waiting.append(onward)
        if len(pages) == MOST_PAGES and waiting:
            raise NashraError(
                f"the feed leads on to more than {MOST_PAGES:,} documents, to {waiting[0]} next",
                next_step="import an export of the former system instead",
            )
    return pages


async def _ask(fetcher: Fetcher, address: WebAddress, *, left: int) -> Answer:
    if left <= 0:
        raise NashraError(
            f"the feed and what it leads on to are more than {MOST_BYTES // 1024 // 1024} MB; nothing was imported",
            next_step="import an export of the former system instead",
        )
    most = min(left, _MOST_OF_ONE)
    request = Request(address=address, headers=(("Accept", _ACCEPT),), redirects=5, most_bytes=most)
    answer = await fetcher.fetch(request)
    if isinstance(answer, Failure):
        raise NashraError(
            f"{address} could not be fetched ({answer.fault}): {answer.detail}; nothing was imported",
            next_step="check the address, or import a file",
        )
    if not answer.is_success:
        raise NashraError(
            f"{address} answered {answer.status}; nothing was imported",
            next_step="check the address in a browser, or import a file",
        )
    return answer


def _resolve(written: str, page: WebAddress) -> WebAddress:
    try:
        return parse_web_address(urljoin(str(page), written.strip()))
    except ValueError as error:
        raise NashraError(
            f"{page} leads on to {written[:200]!r}, which {error}; nothing was imported",
            next_step="import an export of the former system instead",
        ) from error


def _entries_only(read: Callable[[], Iterator[FormerEntry | Onward]]) -> Iterator[FormerEntry]:
    return (found for found in read() if isinstance(found, FormerEntry))
