"""What the jobs work with: made once by the wiring, handed down, never reached for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import jinja2

from publisher.engine.dispatcher import Dispatcher
from publisher.feeds.fragments import Fragments
from publisher.feeds.places import FeedPlan
from publisher.jobs.pushing import Push, list_hubs
from publisher.mail.fleet import Express, Fleet
from publisher.mail.signing import MessageSigner
from publisher.mail.token import TokenSigner
from publisher.model.site import FeedRules, FeedSpec, Newsletter, Sender, Site, Source
from publisher.store.database import Database
from publisher.store.ledger import Ledger
from publisher.text.words import Words

BATCH_SIZE = 500
"""Deliveries in one batch: small enough to lease and retry, large enough that leasing costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """Everything a running Nashra holds.

    `newsletter_ids` maps slugs to the store's numbers. `words` and `templates` are by language, one for each of
    `site.languages`. `relay` carries issues, `notice_relay` single mails that somebody waits for. `feeds_folder` is
    where the feed files go, `fragments` keeps their written entries from one publication to the next. `now` tells the
    time, aware, in UTC. `is_stopping` turns true when the process is asked to end; `spread` gives a random number from
    0 to 1, to keep retries apart. `dkim` signs our mail; without it the relay does. `lease` is how long a worker holds
    a batch without renewing, `patience` how long a message in flight has when the process is to end. `push` is there
    where hubs or followers are to be told of feeds.
    """

    site: Site
    sender: Sender
    sources: tuple[Source, ...]
    newsletters: tuple[Newsletter, ...]
    newsletter_ids: Mapping[str, int]
    feed_specs: tuple[FeedSpec, ...]
    words: Mapping[str, Words]
    templates: Mapping[str, jinja2.Environment]
    database: Database
    ledger: Ledger
    dispatcher: Dispatcher
    signer: TokenSigner
    relay: Fleet
    notice_relay: Express
    feeds_folder: Path
    now: Callable[[], datetime]
    is_stopping: Callable[[], bool]
    spread: Callable[[], float]
    dkim: MessageSigner | None = None
    push: Push | None = None
    lease: timedelta = timedelta(minutes=15)
    patience: timedelta = timedelta(seconds=30)
    batch_size: int = BATCH_SIZE
    feed_rules: FeedRules = field(default_factory=FeedRules)
    fragments: Fragments = field(default_factory=Fragments)

    @property
    def feed_plan(self) -> FeedPlan:
        """Which feeds there are."""
        return FeedPlan(
            site=self.site,
            rules=self.feed_rules,
            specs=self.feed_specs,
            newsletters=self.newsletters,
            hubs=list_hubs(self.site, self.push.settings) if self.push else (),
        )

    def newsletter(self, slug: str) -> Newsletter | None:
        """The newsletter of that slug, or None where the settings no longer name it."""
        return next((item for item in self.newsletters if item.slug == slug), None)

    def is_breaking(self, slug: str) -> bool:
        """Whether the issues of that newsletter are breaking news; not where the settings no longer name it."""
        newsletter = self.newsletter(slug)
        return newsletter is not None and newsletter.urgent
