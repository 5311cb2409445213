"""Asking other people's servers: one request, one answer or a failure with its kind.

Promises:
- Every connection passes the guard; a redirect is a new request and passes it again.
- The environment's proxies are not used, no cookie is kept, nobody is logged in.
- Nothing is waited for longer than `Limits.total`, nothing larger than the request's `most_bytes` is kept, compressed
  or not.
"""

import asyncio
import ssl
import zlib
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urljoin

import httpcore2

from publisher import __version__
from publisher.fetch.address import WebAddress, parse_web_address
from publisher.fetch.body import BrokenError, TooLargeError, read_body
from publisher.fetch.guard import DeniedError, Guard, GuardedBackend, Resolve
from publisher.fetch.resolver import BusyError, Resolver

AGENT = f"Nashra/{__version__}"
_MEGABYTE = 1024 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)


class Fault(StrEnum):
    """Why there is no answer."""

    DENIED = "denied"
    """The guard refused the address or port."""
    UNKNOWN_HOST = "unknown-host"
    """The name has no address."""
    UNREACHABLE = "unreachable"
    """Nobody answers there, or the connection broke; TLS that does not hold is this too."""
    TIMEOUT = "timeout"
    """It took too long."""
    BUSY = "busy"
    """Too many names are being looked up already: nobody was asked. Later it may be otherwise."""
    TOO_LARGE = "too-large"
    """More bytes came than were asked for."""
    BROKEN = "broken"
    """What came was no HTTP that we read."""
    REDIRECT = "redirect"
    """It leads on too often, to nowhere, or from https to http."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """There was no answer. `detail` is for logs and operators, not for whoever gave the address."""

    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said. Names of `headers` are in lower case, of two with one name the last counts. `address` is
    where the answer came from, after redirects. `body` is empty where the request wanted none.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    address: WebAddress

    @property
    def is_success(self) -> bool:
        """2xx (RFC 9110 section 15.3)."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask. `redirects` is how many may be followed, of a GET only; with `most_bytes` 0 the answer's body is not
    read at all.
    """

    address: WebAddress
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    redirects: int = 0
    most_bytes: int = 10 * _MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long an answer may take: to `connect`, between two pieces of it (`pause`), and in `total`, redirects too."""

    connect: timedelta = timedelta(seconds=5)
    pause: timedelta = timedelta(seconds=10)
    total: timedelta = timedelta(seconds=20)
    connections: int = 32


class Fetcher:
    """Asks; keeps connections open for a few seconds. Use it on one event loop, and close it. Its lookups are its own:
    however long those of another fetcher take, its own go on.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
        inner: httpcore2.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=self._limits.connections,
            max_keepalive_connections=self._limits.connections // 2,
            keepalive_expiry=5,
            network_backend=GuardedBackend(
                guard, resolve or Resolver().resolve, inner or httpcore2.AnyIOBackend()
            ),
        )

    async def fetch(self, request: Request) -> Answer | Failure:
        """Ask, following redirects as the request allows. Never raises for what a server or its network does."""
        try:
            async with asyncio.timeout(self._limits.total.total_seconds()):
                return await self._follow(request)
        except TimeoutError:
            return Failure(fault=Fault.TIMEOUT, detail=f"no answer within {self._limits.total}")

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _follow(self, request: Request) -> Answer | Failure:
        address = request.address
        for _ in range(request.redirects + 1):
            answer = await self._ask_once(request, address)
            if isinstance(answer, Failure) or request.method != "GET" or not request.redirects:
                return answer
            if answer.status not in _REDIRECTS:
                return answer
            try:
                following = parse_web_address(urljoin(str(address), answer.headers.get("location", "")))
            except ValueError as error:
                return Failure(fault=Fault.REDIRECT, detail=f"the address it leads to {error}")
            if address.scheme == "https" and following.scheme == "http":
                return Failure(fault=Fault.REDIRECT, detail="it leads from https to http")
            address = following
        return Failure(fault=Fault.REDIRECT, detail=f"it leads on more than {request.redirects} times")

    async def _ask_once(self, request: Request, address: WebAddress) -> Answer | Failure:
        try:
            return await self._ask(request, address)
        except DeniedError as error:
            return Failure(fault=Fault.DENIED, detail=str(error))
        except BusyError as error:
            return Failure(fault=Fault.BUSY, detail=str(error))
        except httpcore2.TimeoutException as error:
            return Failure(fault=Fault.TIMEOUT, detail=str(error) or type(error).__name__)
        except (httpcore2.NetworkError, ssl.SSLError) as error:
            return Failure(fault=Fault.UNREACHABLE, detail=str(error) or type(error).__name__)
        except OSError as error:  # only the resolver's come through as they are
            return Failure(fault=Fault.UNKNOWN_HOST, detail=error.strerror or str(error))
        except (httpcore2.ProtocolError, zlib.error, BrokenError) as error:
            return Failure(fault=Fault.BROKEN, detail=str(error))
        except TooLargeError:
            return Failure(fault=Fault.TOO_LARGE, detail=f"more than {request.most_bytes} bytes")

    async def _ask(self, request: Request, address: WebAddress) -> Answer:
        pause = self._limits.pause.total_seconds()
        timeouts = {
            "connect": self._limits.connect.total_seconds(),
            "read": pause,
            "write": pause,
            "pool": pause,
        }
        async with self._pool.stream(
            request.method,
            httpcore2.URL(
                scheme=address.scheme.encode(),
                host=address.host.encode(),
                port=address.port,
                target=address.target.encode(),
            ),
            headers=_headers(request, address),
            content=request.body,
            extensions={"timeout": timeouts},
        ) as response:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            coding = headers.get("content-encoding", "identity").strip().lower()
            body = b""
            if request.most_bytes:
                body = await read_body(response.aiter_stream(), coding, request.most_bytes)
            return Answer(status=response.status, headers=headers, body=body, address=address)


def _headers(request: Request, address: WebAddress) -> list[tuple[str, str]]:
    ours = [("Host", address.authority), ("User-Agent", AGENT), ("Accept-Encoding", "gzip")]
    if request.body is not None:
        ours.append(("Content-Length", str(len(request.body))))
    return [*ours, *request.headers]
