"""The guarded way to the network: where a connection is allowed or refused.

Promise: a name is resolved once, every address it has is judged, and the connection goes to an address that was judged.
So a name server that answers differently the second time gains nothing, and neither does a spelling of an address that
our own parsers do not know: what counts is what the machine would connect to. The name itself stays in the Host header
and in TLS, which are checked against it as always.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Any

import httpcore2

from publisher.fetch.public import Address, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses of a host, as `Resolver.resolve` gives them. A host that is an address already is its own."""

WEB_PORTS = frozenset({80, 443})
"""Those of http and https."""
_TRIED = 4
"""Addresses of one host that are tried in turn."""


class DeniedError(Exception):
    """The guard refuses the connection. str() says why, without naming what was found: the asker may be a stranger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedServer:
    """One server that the operator named: its host as she wrote it, its port, and the addresses the host had then.

    All three count: another port of the same machine is another service, another name at the same address is another
    site of hers, and whoever a name belongs to may point it at her network later.
    """

    host: str
    port: int
    addresses: tuple[Address, ...]

    def is_at(self, address: Address, port: int, host: str) -> bool:
        """Whether a connection goes to this server."""
        is_named = (host, port) == (self.host, self.port)
        return is_named and (address in self.addresses or is_public(address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What may be connected to: public addresses at `ports`, `own_networks` at any port, and the server `named`.

    More than the default is for addresses that the operator gave. `own_networks` is where her hub stands in her own
    network.
    """

    ports: frozenset[int] = WEB_PORTS
    own_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    named: NamedServer | None = None

    def may_connect(self, address: Address, port: int, host: str = "") -> bool:
        """Whether a connection to this address and port is allowed. `host` is how the server is called there."""
        plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        if any(plain in network for network in self.own_networks):
            return True
        if self.named is not None and self.named.is_at(address, port, host):
            return True
        return port in self.ports and is_public(address)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """The backend of a connection pool: every connection of it is made here."""

    def __init__(self, guard: Guard, resolve: Resolve, inner: httpcore2.AsyncNetworkBackend) -> None:
        self._guard = guard
        self._resolve = resolve
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore2
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of `host` that answers. Raises DeniedError where one of them is not allowed:
        a name with a public and a private address is a trap or a mistake.
        """
        try:
            addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("its name was looked up for too long") from error
        if not addresses or not all(self._guard.may_connect(address, port, host) for address in addresses):
            raise DeniedError("the host is not on the public internet, or the port is not the web's")
        tried = addresses[:_TRIED]
        share = None if timeout is None else timeout / len(tried)
        for address in tried[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._inner.connect_tcp(str(address), port, share, local_address, socket_options)
        return await self._inner.connect_tcp(str(tried[-1]), port, share, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore2
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Never: nothing of ours is asked for through a file."""
        raise DeniedError(f"no Unix socket is ever connected to ({path!r}, {timeout}, {socket_options})")

    async def sleep(self, seconds: float) -> None:
        """Between tries of the pool."""
        await asyncio.sleep(seconds)


FOR_STRANGERS = Guard()
"""What an address is allowed that a stranger gave: the public web, whatever the settings say."""
