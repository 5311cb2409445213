"""The publication itself: what the settings say of the site, its feeds and its newsletters."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.model.address import EmailAddress
from publisher.model.moves import Moves
from publisher.model.schedule import CatchUp, Recurrence


class MonthStyle(StrEnum):
    """Which month names an Arabic house uses."""

    GREGORIAN = "gregorian"
    """نوفمبر: Egypt, the Gulf, and Iraqi sites such as our first user."""
    LEVANTINE = "levantine"
    """تشرين الثاني: Iraq, Syria, Lebanon, Jordan."""
    DUAL = "dual"
    """نوفمبر/تشرين الثاني: pan-Arab desks."""
    MAGHREBI = "maghrebi"
    """نونبر: Morocco."""


class Digits(StrEnum):
    """Which digits dates and numbers are written with."""

    LATN = "latn"
    """0 to 9."""
    ARAB = "arab"
    """٠ to ٩ (in Sorani and Persian text the same setting gives that language's own forms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """How the house writes dates and numbers."""

    months: MonthStyle = MonthStyle.GREGORIAN
    digits: Digits = Digits.LATN


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The publication. `home` is its own front page, `base_url` where Nashra's feeds and pages are served
    (absolute, no trailing slash). `timezone` is where its wall clock hangs. `words_per_minute` sets reading time.
    `accent` is the one colour, `#rrggbb`. `postal_address` and `rights` stand in every mail's footer. `icon` is the
    address of a square picture that readers show beside the feeds; empty: none.
    """

    title: str
    home: str
    base_url: str
    language: str
    timezone: ZoneInfo
    languages: tuple[str, ...] = ("ar", "en", "ckb")
    description: str = ""
    style: HouseStyle = field(default_factory=HouseStyle)
    accent: str = "#7a1f1f"
    postal_address: str = ""
    rights: str = ""
    words_per_minute: int = 180
    icon: str = ""
    moves: Moves = field(default_factory=Moves)
    """Feeds that moved to another address, or were retired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles a feed or newsletter takes. An empty tuple means no restriction."""

    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_age: timedelta | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    """Words that must be in the title, summary, topics or text: any one of them, found as a searcher finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as the settings ask for it; sections, languages and newsletters get theirs without being asked.

    `correction_entries` gives each correction an entry of its own, for readers that never update what they have.
    """

    slug: str
    title: str
    selection: Selection
    full: bool = True
    max_entries: int = 50
    correction_entries: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """What holds for the feeds nobody asked for one by one.

    A topic or an author gets a feed with its `topics_at_least`th or `authors_at_least`th article, since each feed is
    nine files; 0: never. `tombstones_for` is how long a feed tells that an entry was taken back.
    """

    max_entries: int = 50
    topics_at_least: int = 5
    authors_at_least: int = 5
    correction_entries: bool = False
    tombstones_for: timedelta = timedelta(days=30)
    archives: bool = True
    """Whether what left a feed can still be had, back to the first article (RFC 5005)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A title readers subscribe to, with a schedule and a selection.

    `max_items` bounds the stories shown with text; what does not fit is listed by headline.
    `approve` holds each issue for a person. `not_after` is how long after its slot an issue may still be
    mailed; later deliveries expire. `max_lateness` bounds catch-up after a stop.
    """

    slug: str
    title: str
    recurrence: Recurrence
    selection: Selection
    language: str
    description: str = ""
    max_items: int = 20
    catch_up: CatchUp = CatchUp.LATEST
    max_lateness: timedelta = timedelta(hours=12)
    not_after: timedelta = timedelta(hours=24)
    approve: bool = False
    urgent: bool = False
    """Breaking news: its issues overtake those of newsletters that are not."""
    hold_ambiguous: bool = False
    """`on_ambiguous = hold`: a delivery whose fate a crash hid is listed as uncertain, not resent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the mail is from. `name` is shown; `bounce_domain` takes the envelope sender (VERP). `takes_mail`: mail to
    that domain comes in to us, so that addresses at it may be offered to readers and mailboxes.
    """

    name: str
    address: EmailAddress
    reply_to: EmailAddress | None = None
    bounce_domain: str | None = None
    takes_mail: bool = False

    @property
    def feedback_address(self) -> EmailAddress | None:
        """Where providers send complaints (RFC 9477); None where no mail comes in, or where it is not of the domain
        mail is from or below it, since only that one is vouched for (section 3.1).
        """
        domain, own = self.bounce_domain, self.address.domain
        if domain is None or not self.takes_mail or not f".{domain}".endswith(f".{own}"):
            return None
        return EmailAddress(local="fbl", domain=domain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where articles come from: a folder of files for now. `slug` names it in ids and messages."""

    slug: str
    path: Path
