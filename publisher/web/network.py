"""Where a request came from, as a keyed hash: enough to count by, nothing to find anybody by.

Promise: no IP address is written anywhere. What is hashed is the network (/24 of IPv4, /64 of IPv6), and the month
goes in too, so that the same network has another name next month and old rows cannot be tied together.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from publisher.web.context import WebContext


def network_of(request: Request, context: WebContext) -> str | None:
    """The network of the connecting client; None where the server does not know it (a Unix socket)."""
    host = request.client.host if request.client else ""
    return hash_network(host, key=context.network_key, at=context.now())


def hash_network(host: str, *, key: bytes, at: datetime) -> str | None:
    """32 hexadecimal digits for the network of the address `host`; None where it is none."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False)
    return hmac.new(key, f"{at:%Y-%m} {prefix}".encode(), sha256).hexdigest()[:32]
