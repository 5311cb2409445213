"""What push works with: the settings, the way out, and whose turn it is at each host."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from publisher.fetch.address import parse_web_address
from publisher.fetch.client import Fetcher
from publisher.fetch.guard import WEB_PORTS, Guard
from publisher.model.push import PushSettings
from publisher.model.site import Site

HUB_PATH = "/hub"
"""Where our own hub is, below the site's `base_url`."""
FEEDS_PATH = "/feeds/"


class HostTurns:
    """One at a time for each host: whoever comes meanwhile makes the one at work go round once more.

    So however much there is to tell a host that does not answer, it keeps one worker busy at most.
    """

    def __init__(self) -> None:
        self._again: dict[str, bool] = {}

    async def take(self, host: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` for the host, and again as often as somebody else came while it was done."""
        if host in self._again:
            self._again[host] = True
            return
        self._again[host] = True
        try:
            while self._again[host]:
                self._again[host] = False
                await work()
        finally:
            del self._again[host]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Held by the newsroom where push is on. `challenge` makes a random text that nobody guesses.

    `to_hubs` asks the hubs that the settings name, `to_followers` the callbacks that strangers gave: what an operator
    opens of her own network for the one is not open to the other, and neither waits for the other's lookups.
    """

    settings: PushSettings
    to_hubs: Fetcher
    to_followers: Fetcher
    challenge: Callable[[], str]
    turns: HostTurns = field(default_factory=HostTurns)

    @property
    def hub_hosts(self) -> dict[str, str]:
        """Others' hubs, each with its host."""
        return {hub: parse_web_address(hub).origin for hub in self.settings.hubs}

    async def close(self) -> None:
        """Close every connection."""
        await self.to_hubs.close()
        await self.to_followers.close()


def build_hub_guard(settings: PushSettings, own_networks: tuple[IPv4Network | IPv6Network, ...]) -> Guard:
    """What pings may reach: the operator named the hubs, so their ports are open, and her own networks."""
    ports = {parse_web_address(hub).port for hub in settings.hubs}
    return Guard(ports=WEB_PORTS | ports, own_networks=own_networks)


def list_hubs(site: Site, settings: PushSettings) -> tuple[str, ...]:
    """The addresses of every hub of our feeds, our own first: what feeds and their headers name (`rel=hub`)."""
    ours = (site.base_url + HUB_PATH,) if settings.own_hub else ()
    return (*ours, *settings.hubs)


def topic_url(site: Site, topic: str) -> str:
    """The address of a topic: a feed file's own (`rel=self`)."""
    return f"{site.base_url}{FEEDS_PATH}{topic}"


def find_topic(site: Site, url: str) -> str | None:
    """The topic of that address, whether or not it is published; None for an address that is not ours."""
    prefix = site.base_url + FEEDS_PATH
    return url.removeprefix(prefix) if url.startswith(prefix) else None
