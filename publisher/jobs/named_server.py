"""What an operator's command may reach: the server she named, and the public web."""

from publisher.fetch.address import WebAddress
from publisher.fetch.guard import Guard, NamedServer, Resolve


async def guard_for(address: WebAddress, resolve: Resolve) -> Guard:
    """The host and port that were named may be reached, also in her own network; beyond them the public web alone, at
    its own ports: wherever the named server leads on to is a stranger's word.
    """
    try:
        addresses = tuple(await resolve(address.host, address.port))
    except OSError:
        addresses = ()  # the fetcher meets the same and says so
    return Guard(named=NamedServer(host=address.host, port=address.port, addresses=addresses))
