"""What the doors of the web need: made once by the wiring, found by handlers on the application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import jinja2
from starlette.requests import Request

from publisher.jobs.ask_hub import HubLimits
from publisher.jobs.subscribe import Limits, Submit
from publisher.mail.mailbox import Mailbox
from publisher.mail.token import TokenSigner
from publisher.model.push import PushSettings
from publisher.model.site import Newsletter, Site
from publisher.store.database import Database
from publisher.text.words import Words
from publisher.web.listings import Listings
from publisher.web.webhooks import Hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class WebContext:
    """Everything the reader pages work with.

    `words` and `templates` are by language, one for each of `site.languages`. `hash_key` is the key of the
    suppressions, `network_key` the one under which networks are counted (they may be rotated apart). `feeds_folder`
    is what is served below `/feeds/`. `now` tells the time, aware, in UTC. `mailbox` is there in the demo only.
    `trusted_proxies` say in `X-Forwarded-For` whom they speak for (`network_of`). `hooks` are the mail providers
    who may call.
    """

    site: Site
    newsletters: tuple[Newsletter, ...]
    database: Database
    signer: TokenSigner
    words: Mapping[str, Words]
    templates: Mapping[str, jinja2.Environment]
    feeds_folder: Path
    submit: Submit
    now: Callable[[], datetime]
    hash_key: bytes
    network_key: bytes
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    limits: Limits = field(default_factory=Limits)
    push: PushSettings = field(default_factory=PushSettings)
    hub_limits: HubLimits = field(default_factory=HubLimits)
    mailbox: Mailbox | None = None
    hooks: Hooks | None = None

    def newsletter(self, slug: str) -> Newsletter | None:
        """The newsletter of that slug, or None where the settings do not name it."""
        return next((item for item in self.newsletters if item.slug == slug), None)

    def title_of(self, slug: str) -> str:
        """What readers call the newsletter; the slug for one that has left the settings."""
        found = self.newsletter(slug)
        return found.title if found else slug


def context_of(request: Request) -> WebContext:
    """The context of the application that handles this request."""
    context: WebContext = request.app.state.context
    return context


def listings_of(request: Request) -> Listings:
    """The published feeds, as the application that handles this request knows them."""
    listings: Listings = request.app.state.listings
    return listings
