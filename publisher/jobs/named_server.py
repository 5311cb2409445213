"""What an operator's command may reach: the server she named, and the public web."""

from ipaddress import ip_network

from publisher.fetch.address import WebAddress
from publisher.fetch.guard import Guard, Resolve


async def guard_for(address: WebAddress, resolve: Resolve) -> Guard:
    """What was named may be reached, also in her own network; beyond it the public web alone."""
    try:
        named = await resolve(address.host, address.port)
    except OSError:
        named = ()  # the fetcher meets the same and says so
    return Guard(
        ports=frozenset({80, 443, address.port}), own_networks=tuple(ip_network(one) for one in named)
    )
