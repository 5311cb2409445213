"""The settings as the rest of the program sees them: frozen values, parsed and checked."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from publisher.mail.dkim_settings import DkimSettings
from publisher.mail.intake_settings import IntakeSettings
from publisher.mail.relay_settings import RelaySettings
from publisher.model.push import PushSettings
from publisher.model.site import FeedRules, FeedSpec, Newsletter, Sender, Site, Source

MASK = "••••••••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value as `nashra config` shows it. `path` as in `$.mail.port`; `origin` is `file`, `default` or
    `environment NASHRA_…`; a secret's `value` is already masked; None where nothing is set.
    """

    path: str
    value: str | int | float | bool | tuple[str, ...] | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the settings say. `file` is where they were read from; paths are absolute. `data` is the folder of
    database, feeds and keys. `mail` is the first relay. `told` lists every value and its origin; `warnings` are
    sentences about what is allowed and yet unwise. `own_networks` are where the hubs of
    `push` may be though they are not public.
    """

    file: Path
    site: Site
    sources: tuple[Source, ...]
    feeds: tuple[FeedSpec, ...]
    newsletters: tuple[Newsletter, ...]
    sender: Sender
    mail: RelaySettings
    bind_host: str
    bind_port: int
    data: Path
    told: tuple[Setting, ...]
    warnings: tuple[str, ...] = ()
    feed_rules: FeedRules = field(default_factory=FeedRules)
    dkim: DkimSettings = field(default_factory=DkimSettings)
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    further_relays: tuple[RelaySettings, ...] = ()
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    push: PushSettings = field(default_factory=PushSettings)
    own_networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @property
    def relays(self) -> tuple[RelaySettings, ...]:
        """All relays, the first one first."""
        return (self.mail, *self.further_relays)
