"""The shape of nashra.toml: one struct a table, one field a key, with its default.

These structs are the door: they know types and nothing else. Rules that need more than one value, and the frozen
values the rest of the program uses, are in `build.py`. A field that is `UNSET` by default takes its value from
another one, as said beside it.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from publisher.mail.dkim_settings import DkimMode
from publisher.mail.relay_settings import Tls
from publisher.model.schedule import CatchUp
from publisher.model.site import Digits, MonthStyle

# A description is the hint a person gets when the value does not fit.
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description='small Latin letters, digits and single hyphens, such as "daily-news"',
    ),
]
Text = Annotated[str, Meta(pattern=r"\S", max_length=500, description="1 to 500 characters, not all blank")]
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", description='a colour such as "#7a1f1f"')]
Port = Annotated[int, Meta(ge=1, le=65535, description="a port from 1 to 65535")]
Hours = Annotated[float, Meta(gt=0, le=24 * 366, description="hours, more than 0 and at most a year")]
Age = Annotated[float, Meta(ge=0, le=24 * 366, description="hours, at most a year; 0: however old")]
Pace = Annotated[int, Meta(ge=50, le=1000, description="words a minute, 50 to 1000")]
Entries = Annotated[int, Meta(ge=1, le=500, description="1 to 500")]
AtLeast = Annotated[int, Meta(ge=0, le=1_000_000, description="a number of articles; 0: never")]
Stories = Annotated[int, Meta(ge=1, le=200, description="1 to 200")]
Lanes = Annotated[int, Meta(ge=1, le=64, description="connections to the relay, 1 to 64")]
Rate = Annotated[int, Meta(ge=0, le=1_000_000, description="messages a minute; 0: as fast as it takes them")]
Signers = (
    Literal["auto"]
    | Annotated[int, Meta(ge=0, le=64, description='processes that sign, 0 to 64, or "auto": by the cores')]
)
Seconds = Annotated[int, Meta(ge=1, le=3600, description="seconds, at most an hour")]
Followers = Annotated[int, Meta(ge=1, le=1_000_000, description="followers, 1 to 1,000,000")]
Days = Annotated[int, Meta(ge=0, le=366, description="days, at most a year; 0: for ever")]


class Table(Struct, frozen=True):
    """What every table is made of: frozen, and its keys are its fields."""


class SourceKind(StrEnum):
    """Where articles come from."""

    FOLDER = "folder"
    """Files in a folder: saved pages as text, Markdown with front matter."""


class OnAmbiguous(StrEnum):
    """What happens to a delivery whose fate a crash hid."""

    RESEND = "resend"
    """Sent once more with the same Message-ID."""
    HOLD = "hold"
    """Listed as uncertain, for a person."""


class SiteTable(Table, frozen=True):
    """[site]: the publication."""

    title: Text
    home: str
    language: str = "ar"
    languages: tuple[str, ...] = ("ar", "en", "ckb")
    timezone: str = "Asia/Baghdad"
    months: MonthStyle = MonthStyle.GREGORIAN
    digits: Digits = Digits.LATN
    description: str = ""
    accent: Colour = "#7a1f1f"
    postal_address: str = ""
    rights: str = ""
    words_per_minute: Pace = 180
    icon: str = ""


class SourceTable(Table, frozen=True):
    """[[source]]: where articles come from. `path` counts from the settings file."""

    kind: SourceKind
    path: Text
    slug: Slug = "articles"


class FeedTable(Table, frozen=True):
    """[[feed]]: a feed beside those of the site, of each section, language and newsletter.

    What it takes must fit every key that is set. `newsletter` stands for the sections and languages of that newsletter.
    `correction_entries` is that of [feeds] where it is not set.
    """

    slug: Slug
    title: Text
    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    newsletter: str | UnsetType = UNSET
    full: bool = True
    max_entries: Entries = 50
    correction_entries: bool | UnsetType = UNSET


class FeedsTable(Table, frozen=True):
    """[feeds]: what holds for all of them. `retired` are feeds and old addresses that will not come back. A topic or an
    author gets a feed with its so many-th article; 0: never.
    """

    retired: tuple[Text, ...] = ()
    max_entries: Entries = 50
    topics_at_least: AtLeast = 5
    authors_at_least: AtLeast = 5
    correction_entries: bool = False
    tombstone_days: Days = 30
    archives: bool = True


class MovedTable(Table, frozen=True):
    """[[moved]]: a feed, or an old address of another system, that is somewhere else now."""

    before: Text = field(name="from")
    after: Text = field(name="to")


class NewsletterTable(Table, frozen=True):
    """[[newsletter]]: a title readers subscribe to. `language` is the site's where it is not set."""

    slug: Slug
    title: Text
    description: str = ""
    schedule: str = "daily 18:00"
    language: str | UnsetType = UNSET
    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_items: Stories = 20
    max_age_hours: Age = 72.0
    catch_up: CatchUp = CatchUp.LATEST
    max_lateness_hours: Hours = 12.0
    not_after_hours: Hours = 24.0
    approve: bool = False
    urgent: bool = False
    on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND


class RelayTable(Table, frozen=True):
    """[[relay]]: a further relay, tried where those before it cannot be reached.

    Where not set: `port` is the usual one of `tls` (25, 587, 465), `tls` is starttls, or none for a relay on this
    machine, and `ehlo_name` is looked up. `messages_per_minute` is the knob: 0 for as fast as it takes them.
    """

    name: Slug
    host: Text
    port: Port | UnsetType = UNSET
    tls: Tls | UnsetType = UNSET
    username: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    password_file: str | UnsetType = UNSET
    ca_file: str | UnsetType = UNSET
    ehlo_name: str | UnsetType = UNSET
    lanes: Lanes = 8
    messages_per_minute: Rate = 0


class MailTable(Table, frozen=True):
    """[mail]: who the mail is from, and the first relay it is handed to; its keys are those of [[relay]].

    Where not set: `from` is newsletter@ the domain of the site's home, and `from_name` the site's title.
    `dkim_selector` and `dkim_key_file` name a key kept elsewhere; without them the data folder's active key signs.
    """

    from_address: str | UnsetType = field(default=UNSET, name="from")
    from_name: str | UnsetType = UNSET
    reply_to: str | UnsetType = UNSET
    bounce_domain: str | UnsetType = UNSET
    name: Slug = "main"
    host: Text = "localhost"
    port: Port | UnsetType = UNSET
    tls: Tls | UnsetType = UNSET
    username: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    password_file: str | UnsetType = UNSET
    ca_file: str | UnsetType = UNSET
    ehlo_name: str | UnsetType = UNSET
    lanes: Lanes = 8
    messages_per_minute: Rate = 0
    dkim: DkimMode = DkimMode.APP
    dkim_selector: str | UnsetType = UNSET
    dkim_key_file: str | UnsetType = UNSET
    dkim_ed25519: bool = False
    dkim_expire_days: Days = 14
    signers: Signers = "auto"


class ImapTable(Table, frozen=True):
    """[bounces.imap]: a mailbox that bounces come to at some provider. `port` is the usual one of `tls` (993; 143 for
    starttls and none) where it is not set.
    """

    host: Text
    username: Text
    port: Port | UnsetType = UNSET
    tls: Tls = Tls.TLS
    password: str | UnsetType = UNSET
    password_file: str | UnsetType = UNSET
    ca_file: str | UnsetType = UNSET
    mailbox: Text = "INBOX"


class BouncesTable(Table, frozen=True):
    """[bounces]: how mail to `bounce_domain` comes in. `lmtp` is `127.0.0.1:8024` or `unix:/run/nashra/lmtp`; Maildir
    and IMAP mailbox are looked into every `look_every_seconds`. Paths count from the settings file.
    """

    lmtp: Text | UnsetType = UNSET
    maildir: Text | UnsetType = UNSET
    imap: ImapTable | UnsetType = UNSET
    look_every_seconds: Seconds = 60


class MailgunTable(Table, frozen=True):
    """[hooks.mailgun]: the webhook signing key, from the environment or a file of its own."""

    signing_key: str | UnsetType = UNSET
    signing_key_file: str | UnsetType = UNSET


class PostmarkTable(Table, frozen=True):
    """[hooks.postmark]: the user name and password that Postmark is given in the webhook's address."""

    username: Text = "nashra"
    password: str | UnsetType = UNSET
    password_file: str | UnsetType = UNSET


class SendgridTable(Table, frozen=True):
    """[hooks.sendgrid]: the verification key that SendGrid shows; it is public."""

    verification_key: Text


class SesTable(Table, frozen=True):
    """[hooks.ses]: the ARNs of the SNS topics that SES tells of bounces and complaints."""

    topics: tuple[str, ...]


class HooksTable(Table, frozen=True):
    """[hooks]: a table for each mail provider whose webhook calls `/hooks/<provider>`."""

    mailgun: MailgunTable | UnsetType = UNSET
    postmark: PostmarkTable | UnsetType = UNSET
    sendgrid: SendgridTable | UnsetType = UNSET
    ses: SesTable | UnsetType = UNSET


class WebTable(Table, frozen=True):
    """[web]: where readers reach the pages and feeds, and where the server listens (`host:port`).

    `trusted_proxies` are addresses or networks whose `X-Forwarded-For` is believed, beside this machine itself.
    """

    base_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()


class PushTable(Table, frozen=True):
    """[push]: who is told when a feed changes (W3C WebSub). `hubs` are others' hubs, `own_hub` switches ours on.

    `own_networks` are addresses or networks where `hubs` may be though they are not public. Followers may not.
    """

    hubs: tuple[str, ...] = ()
    own_hub: bool = False
    max_followers: Followers = 10_000
    own_networks: tuple[str, ...] = ()


class DataTable(Table, frozen=True):
    """[data]: the folder of the database, the feeds and the keys. It counts from the settings file."""

    folder: Text = "var"


class NashraTable(Table, frozen=True):
    """The whole file."""

    site: SiteTable
    source: tuple[SourceTable, ...] = ()
    feed: tuple[FeedTable, ...] = ()
    feeds: FeedsTable = field(default_factory=FeedsTable)
    moved: tuple[MovedTable, ...] = ()
    newsletter: tuple[NewsletterTable, ...] = ()
    mail: MailTable = field(default_factory=MailTable)
    relay: tuple[RelayTable, ...] = ()
    bounces: BouncesTable = field(default_factory=BouncesTable)
    hooks: HooksTable = field(default_factory=HooksTable)
    web: WebTable = field(default_factory=WebTable)
    push: PushTable = field(default_factory=PushTable)
    data: DataTable = field(default_factory=DataTable)


SECRETS = frozenset(
    {
        "$.bounces.imap.password",
        "$.hooks.mailgun.signing_key",
        "$.hooks.postmark.password",
        "$.mail.password",
        "$.relay[].password",
    }
)
"""Keys that are refused in the file and masked wherever settings are shown; `[]` stands for every entry of a list."""


def is_secret(path: str) -> bool:
    """Whether the key at this path is one of them."""
    return re.sub(r"\[\d+\]", "[]", path) in SECRETS
