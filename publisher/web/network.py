"""Where a request came from, as a keyed hash: enough to count by, nothing to find anybody by.

Promise: no IP address is written anywhere. What is hashed is the network (/24 of IPv4, /64 of IPv6), and the month
goes in too, so that the same network has another name next month and old rows cannot be tied together.

Behind a proxy the connecting client is the proxy. Only one that is trusted is believed about whom it speaks for: each
proxy adds its own client at the right of `X-Forwarded-For`, and what stands further left anybody may have written.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from publisher.web.context import WebContext

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


def network_of(request: Request, context: WebContext) -> str | None:
    """The network of the client, seen through trusted proxies; None where it is not known (a Unix socket)."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getlist("x-forwarded-for")
    host = find_client(peer, forwarded, trusted=context.trusted_proxies)
    return hash_network(host, key=context.network_key, at=context.now())


def find_client(peer: str, forwarded: Sequence[str], *, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The address a request came from: the right-most of `X-Forwarded-For` that is no trusted proxy.

    `forwarded` are the header's lines in order (RFC 9110 section 5.3: one list). It counts only where `peer` itself is
    trusted; this machine always is. `peer` where the header is absent, names nobody else, or is malformed where read.
    """
    if not _is_trusted(parse_host(peer), trusted):
        return peer
    for text in reversed(",".join(forwarded).split(",")):
        address = parse_host(text.strip())
        if address is None:
            return peer
        if not _is_trusted(address, trusted):
            return str(address)
    return peer


def parse_host(text: str) -> IPv4Address | IPv6Address | None:
    """The address in `192.0.2.7`, `2001:db8::1`, `fe80::1%eth0`; IPv4 in IPv6 is IPv4; None for anything else.

    Some proxies write the port too: `192.0.2.7:4711`, `[2001:db8::1]:4711`.
    """
    found = _WITH_PORT.fullmatch(text)
    bare = (found[1] or found[2]) if found else text
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_trusted(
    address: IPv4Address | IPv6Address | None, trusted: Sequence[IPv4Network | IPv6Network]
) -> bool:
    return address is not None and (address.is_loopback or any(address in network for network in trusted))


def hash_network(host: str, *, key: bytes, at: datetime) -> str | None:
    """32 hexadecimal digits for the network of the address `host`; None where it is none."""
    address = parse_host(host)
    if address is None:
        return None
    prefix = ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False)
    return hmac.new(key, f"{at:%Y-%m} {prefix}".encode(), sha256).hexdigest()[:32]
