"""From checked tables to the frozen values of the rest of the program: the rules that need more than one key."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import UNSET

from publisher.mail.dkim_settings import DkimSettings
from publisher.mail.intake_settings import IntakeSettings
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.address import EmailAddress
from publisher.model.identity import IMPORTED
from publisher.model.moves import Moves
from publisher.model.push import PushSettings
from publisher.model.site import (
    FeedRules,
    FeedSpec,
    HouseStyle,
    Newsletter,
    Selection,
    Sender,
    Site,
    Source,
)
from publisher.settings.check import Findings, variable_for
from publisher.settings.doors import (
    load_secret,
    read_address,
    read_hub,
    read_language,
    read_schedule,
    read_spoken,
    read_url,
    read_zone,
)
from publisher.settings.intake import MAX_BOUNCE_DOMAIN
from publisher.settings.tables import (
    FeedsTable,
    FeedTable,
    MailTable,
    NewsletterTable,
    OnAmbiguous,
    PushTable,
    RelayTable,
    SiteTable,
    SourceTable,
)

RELAY_KEEPS = timedelta(days=5)
"""How long a relay tries to pass mail on (RFC 5321 section 4.5.4.1)."""
NOTICE_WAITS = timedelta(days=2)
"""How long a single mail may wait for a relay that takes it (store.notices.LIFETIME); its Date is from before."""
_FOR_EVER = 36_500
"""Days."""
USUAL_PORTS = {Tls.NONE: 25, Tls.STARTTLS: 587, Tls.TLS: 465}


def build_site(
    table: SiteTable, base_url: str | None, offered: tuple[str, ...], moves: Moves, findings: Findings
) -> Site | None:
    """The site; `offered` are the languages there are catalogues for."""
    home = read_url(table.home, "$.site.home", findings)
    icon = read_url(table.icon, "$.site.icon", findings) if table.icon else ""
    zone = read_zone(table.timezone, "$.site.timezone", findings)
    language = read_spoken(table.language, "$.site.language", findings, offered=offered)
    for n, tag in enumerate(table.languages):
        read_spoken(tag, f"$.site.languages[{n}]", findings, offered=offered)
    if language and language not in table.languages:
        findings.fault("$.site.languages", f'lacks "{language}", the language of the site')
    if home is None or zone is None or language is None or base_url is None:
        return None
    return Site(
        title=table.title,
        home=home,
        base_url=base_url,
        language=language,
        timezone=zone,
        languages=table.languages,
        description=table.description,
        style=HouseStyle(months=table.months, digits=table.digits),
        accent=table.accent,
        postal_address=table.postal_address,
        rights=table.rights,
        words_per_minute=table.words_per_minute,
        moves=moves,
        icon=icon or "",
    )


def build_sources(tables: Sequence[SourceTable], base: Path, findings: Findings) -> tuple[Source, ...]:
    """The sources; relative paths count from `base`."""
    _refuse_twins([table.slug for table in tables], "source", findings)
    for n, table in enumerate(tables):
        if table.slug == IMPORTED:
            findings.fault(
                f"$.source[{n}].slug", f'"{IMPORTED}" names the articles of `nashra article import`'
            )
    return tuple(Source(slug=table.slug, path=base / table.path) for table in tables)


def build_feed_rules(table: FeedsTable) -> FeedRules:
    """What holds for all feeds."""
    return FeedRules(
        max_entries=table.max_entries,
        topics_at_least=table.topics_at_least,
        authors_at_least=table.authors_at_least,
        correction_entries=table.correction_entries,
        tombstones_for=timedelta(days=table.tombstone_days or _FOR_EVER),
        archives=table.archives,
    )


def build_feeds(
    tables: Sequence[FeedTable], rules: FeedRules, newsletters: Sequence[Newsletter], findings: Findings
) -> tuple[FeedSpec, ...]:
    """The feeds asked for beside those of the site, its sections, languages and newsletters."""
    _refuse_twins([table.slug for table in tables], "feed", findings)
    for n, table in enumerate(tables):
        if table.slug == "index":
            findings.fault(f"$.feed[{n}].slug", '"index" is the feed of the whole site')
        _check_languages(table.languages, f"$.feed[{n}].languages", findings)
    return tuple(
        _build_feed(table, f"$.feed[{n}]", rules, newsletters, findings) for n, table in enumerate(tables)
    )


def _build_feed(
    table: FeedTable, path: str, rules: FeedRules, newsletters: Sequence[Newsletter], findings: Findings
) -> FeedSpec:
    selection = Selection(
        sections=table.sections,
        languages=table.languages,
        authors=table.authors,
        topics=table.topics,
        terms=table.terms,
    )
    if table.newsletter is not UNSET:
        named = next((item for item in newsletters if item.slug == table.newsletter), None)
        if named is None:
            findings.fault(f"{path}.newsletter", f'there is no newsletter "{table.newsletter}"')
        elif table.sections or table.languages:
            findings.fault(f"{path}.newsletter", "stands for sections and languages: leave them out")
        else:
            chosen = named.selection
            selection = replace(selection, sections=chosen.sections, languages=chosen.languages)
    asked = table.correction_entries
    return FeedSpec(
        slug=table.slug,
        title=table.title,
        selection=selection,
        full=table.full,
        max_entries=table.max_entries,
        correction_entries=rules.correction_entries if asked is UNSET else asked,
    )


def build_newsletters(
    tables: Sequence[NewsletterTable], site_language: str, offered: tuple[str, ...], findings: Findings
) -> tuple[Newsletter, ...]:
    """The newsletters; those with a fault are left out."""
    _refuse_twins([table.slug for table in tables], "newsletter", findings)
    built = [
        _build_newsletter(table, f"$.newsletter[{n}]", site_language, offered, findings)
        for n, table in enumerate(tables)
    ]
    return tuple(newsletter for newsletter in built if newsletter)


def _build_newsletter(
    table: NewsletterTable, path: str, site_language: str, offered: tuple[str, ...], findings: Findings
) -> Newsletter | None:
    recurrence = read_schedule(table.schedule, f"{path}.schedule", findings)
    language = site_language
    if table.language is not UNSET:
        language = read_spoken(table.language, f"{path}.language", findings, offered=offered) or site_language
    _check_languages(table.languages, f"{path}.languages", findings)
    if recurrence is None:
        return None
    return Newsletter(
        slug=table.slug,
        title=table.title,
        recurrence=recurrence,
        selection=Selection(
            sections=table.sections,
            languages=table.languages,
            max_age=timedelta(hours=table.max_age_hours) if table.max_age_hours else None,
        ),
        language=language,
        description=table.description,
        max_items=table.max_items,
        catch_up=table.catch_up,
        max_lateness=timedelta(hours=table.max_lateness_hours),
        not_after=timedelta(hours=table.not_after_hours),
        approve=table.approve,
        urgent=table.urgent,
        hold_ambiguous=table.on_ambiguous is OnAmbiguous.HOLD,
    )


def build_push(table: PushTable, findings: Findings) -> PushSettings:
    """Who is told of a change."""
    hubs: list[str] = []
    for n, text in enumerate(table.hubs):
        hub = read_hub(text, f"$.push.hubs[{n}]", findings)
        if hub in hubs:
            findings.fault(f"$.push.hubs[{n}]", f'"{text}" is named twice')
        elif hub is not None:
            hubs.append(hub)
    return PushSettings(hubs=tuple(hubs), own_hub=table.own_hub, max_followers=table.max_followers)


def build_sender(
    table: MailTable, site: Site | None, intake: IntakeSettings, findings: Findings
) -> Sender | None:
    """Who the mail is from; without `from` it is newsletter@ the domain of the site's home."""
    address = reply_to = bounce = None
    if table.from_address is not UNSET:
        address = read_address(table.from_address, "$.mail.from", findings)
    elif site is not None:
        address = _usual_address(site.home, findings)
    if table.reply_to is not UNSET:
        reply_to = read_address(table.reply_to, "$.mail.reply_to", findings)
    if table.bounce_domain is not UNSET:
        bounce = read_address(f"bounce@{table.bounce_domain}", "$.mail.bounce_domain", findings)
        if bounce is not None and len(bounce.domain) > MAX_BOUNCE_DOMAIN:
            findings.fault("$.mail.bounce_domain", f"is longer than {MAX_BOUNCE_DOMAIN} letters")
    if address is None or site is None:
        return None
    return Sender(
        name=site.title if table.from_name is UNSET else table.from_name,
        address=address,
        reply_to=reply_to,
        bounce_domain=bounce.domain if bounce else None,
        takes_mail=bounce is not None and intake.takes_mail,
    )


def _usual_address(home: str, findings: Findings) -> EmailAddress | None:
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    if "." in host and not host.replace(".", "").isdigit():  # neither this machine nor an IP address
        try:
            return EmailAddress(local="newsletter", domain=host.encode("idna").decode("ascii").lower())
        except ValueError:
            pass  # a host that is no mail domain: told below, like the others
    findings.fault("$.mail.from", "is missing", 'the address mail is from, such as "news@news.example"')
    return None


def build_relays(
    tables: Sequence[RelayTable], base: Path, first: str, findings: Findings
) -> tuple[RelaySettings, ...]:
    """The further relays; `first` is the name of the one in [mail]."""
    names = [first, *(table.name for table in tables)]
    for n, table in enumerate(tables):
        if table.name in names[: n + 1]:
            findings.fault(f"$.relay[{n}].name", f'"{table.name}" is taken by an earlier relay')
    return tuple(build_relay(table, f"$.relay[{n}]", base, findings) for n, table in enumerate(tables))


def build_relay(table: MailTable | RelayTable, path: str, base: Path, findings: Findings) -> RelaySettings:
    """The relay of the table at `path`. Credentials come from the environment or from a file of their own."""
    is_near = table.host in ("localhost", "127.0.0.1", "::1")
    tls = table.tls if table.tls is not UNSET else (Tls.NONE if is_near else Tls.STARTTLS)
    username = None if table.username is UNSET else table.username
    ca_file = None if table.ca_file is UNSET else base / table.ca_file
    if ca_file and not ca_file.is_file():
        findings.fault(f"{path}.ca_file", f"{ca_file} is not there")
    return RelaySettings(
        name=table.name,
        host=table.host,
        port=USUAL_PORTS[tls] if table.port is UNSET else table.port,
        tls=tls,
        username=username,
        password=_load_password(table, username, path, base, findings),
        ca_file=ca_file,
        lanes=table.lanes,
        messages_per_minute=table.messages_per_minute,
        ehlo_name=None if table.ehlo_name is UNSET else table.ehlo_name,
    )


def _load_password(
    table: MailTable | RelayTable, username: str | None, path: str, base: Path, findings: Findings
) -> str | None:
    variable = variable_for(f"{path}.password")
    password = None if table.password is UNSET else table.password
    if table.password_file is not UNSET:
        if password is not None:
            findings.fault(f"{path}.password_file", f"is set beside {variable}", "keep one of the two")
        password = load_secret(base / table.password_file, f"{path}.password_file", findings)
    if username and password is None and table.password_file is UNSET:
        findings.fault(f"{path}.username", "has no password", f"set {variable} or password_file")
    if password is not None and not username:
        findings.fault(f"{path}.username", "is missing", "there is a password, but nobody to log in")
    return password


def build_dkim(
    table: MailTable, base: Path, newsletters: Sequence[Newsletter], findings: Findings
) -> DkimSettings:
    """Who signs, with what, and for how long a signature counts: never less than until the last mail that we may
    still begin can have arrived. The key itself is read where it is used.
    """
    selector = None if table.dkim_selector is UNSET else table.dkim_selector
    key_file = None if table.dkim_key_file is UNSET else base / table.dkim_key_file
    if selector is None and key_file is not None:
        findings.fault("$.mail.dkim_selector", "is missing", "the name of dkim_key_file's key in DNS")
    if selector is not None and key_file is None:
        findings.fault("$.mail.dkim_key_file", "is missing", "without it, leave out dkim_selector too")
    if key_file is not None and not key_file.is_file():
        findings.fault("$.mail.dkim_key_file", f"{key_file} is not there")
    latest = max([newsletter.not_after for newsletter in newsletters] + [NOTICE_WAITS]) + RELAY_KEEPS
    wanted = timedelta(days=table.dkim_expire_days)
    return DkimSettings(
        mode=table.dkim,
        selector=selector,
        key_file=key_file,
        ed25519=table.dkim_ed25519,
        lifetime=max(wanted, latest) if wanted else None,
        signers=None if table.signers == "auto" else table.signers,
    )


def _refuse_twins(slugs: Sequence[str], name: str, findings: Findings) -> None:
    for n, slug in enumerate(slugs):
        if slug in slugs[:n]:
            findings.fault(f"$.{name}[{n}].slug", f'"{slug}" is taken by an earlier {name}')


def _check_languages(tags: tuple[str, ...], path: str, findings: Findings) -> None:
    for n, tag in enumerate(tags):
        read_language(tag, f"{path}[{n}]", findings)
