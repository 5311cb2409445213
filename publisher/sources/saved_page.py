"""A saved page: an article as a browser's "save as text" leaves it, with everything the page prints around it.

What the page cannot know (its address, its section, its language) comes from a sidecar, `name.toml` beside
`name.txt`, and what a person wrote there wins over what the page says.
"""

from collections.abc import Sequence
from dataclasses import replace

from publisher.model.article import Parsed, Quarantined
from publisher.model.media import Image
from publisher.model.reason import Reason, reason
from publisher.sources.acceptance import check_dates, decide_language, first_public, settle_corrections
from publisher.sources.attribution import find_attributions
from publisher.sources.caption import split_credit
from publisher.sources.credits import parse_byline, parse_rights_holder, parse_source_line
from publisher.sources.decoding import decode_document
from publisher.sources.headings import build_blocks
from publisher.sources.lines import Line, join_blocks, split_lines
from publisher.sources.metadata import EMPTY, Metadata
from publisher.sources.origin import Origin
from publisher.sources.page_dates import PageDate, PageDates, decide_dates, find_dates
from publisher.sources.roles import Role, Roles, decide_roles
from publisher.sources.sanitise import strip_markup
from publisher.sources.sidecar import parse_sidecar, sidecar_name
from publisher.text.clean import clean_text
from publisher.text.direction import direction_of, language_direction
from publisher.text.listing import join_names
from publisher.text.reading import count_words

MAX_LINES = 2_000
"""Lines that say something on a page, at most. A long article has 200; the worst 2,000 are read in 2 seconds."""


def parse_saved_page(data: bytes, origin: Origin, *, sidecar: bytes | None = None) -> Parsed | Quarantined:
    """Read a saved page, or say why not. Never raises. `sidecar` are the octets of the file beside it, if any."""
    result = _parse(data, origin, sidecar)
    return origin.quarantine(result) if isinstance(result, Reason) else result


def _parse(data: bytes, origin: Origin, sidecar: bytes | None) -> Parsed | Reason:
    text = decode_document(data)
    if isinstance(text, Reason):
        return text
    zone = origin.site.timezone
    stated = EMPTY if sidecar is None else parse_sidecar(sidecar, file=sidecar_name(origin.name), zone=zone)
    if isinstance(stated, Reason):
        return stated
    lines = split_lines(clean_text(text))
    if len(lines) > MAX_LINES:
        return reason("sources.too_many_lines", count=len(lines), limit=MAX_LINES)
    page_dates = find_dates(lines, zone=zone)
    names = [name for name in (origin.site.title, stated.publisher) if name]
    roles = decide_roles(lines, dates=page_dates, names=names, has_title=stated.title is not None)
    if isinstance(roles, Reason):
        return roles
    dates = _decide_dates(page_dates, roles, stated)
    if isinstance(dates, Reason):
        return dates
    return check_dates(dates.published, dates.updated, now=origin.now) or _build(
        lines, origin, roles, dates, stated
    )


def _decide_dates(page_dates: Sequence[PageDate], roles: Roles, stated: Metadata) -> PageDates | Reason:
    """The stated dates before the page's; a page whose own date is in doubt is mended by stating it."""
    own = {index for index, role in enumerate(roles.by_line) if role is Role.DATE}
    found = decide_dates(page_dates, title=roles.title, own=own)
    updated = stated.updated or (found.updated if isinstance(found, PageDates) else None)
    if stated.published is not None:
        return PageDates(published=stated.published, updated=updated)
    return found if isinstance(found, Reason) else replace(found, updated=updated)


def _build(
    lines: tuple[Line, ...], origin: Origin, roles: Roles, dates: PageDates, stated: Metadata
) -> Parsed | Reason:
    title = stated.title or strip_markup(lines[roles.title].text)
    if not title:
        return reason("sources.title_missing")
    paragraphs = join_blocks(roles.pick(lines, Role.BODY))
    if not paragraphs:
        return reason("sources.body_missing")
    language = decide_language(stated.language, "\n".join((title, *paragraphs)), site=origin.site)
    if isinstance(language, Reason):
        return language
    blocks = build_blocks(paragraphs)
    published_at = first_public(dates.published, stated.embargo)
    corrections = settle_corrections(stated.corrections, published_at, now=origin.now)
    if isinstance(corrections, Reason):
        return corrections
    return Parsed(
        source=origin.source,
        key=origin.key,
        title=title,
        url=stated.url,
        url_from="sidecar" if stated.url else None,
        language=language,
        direction=direction_of("\n".join((title, *paragraphs)), default=language_direction(language)),
        blocks=blocks,
        published_at=published_at,
        published_raw=dates.published.raw,
        zone_from=dates.published.zone_from,
        updated_at=dates.updated.at if dates.updated else None,
        byline=stated.author or join_names(stated.authors, language) or _read_byline(lines, roles),
        section=stated.section,
        publisher=stated.publisher or _read_publisher(lines, roles),
        image=_read_image(lines, roles, stated.image or next(iter(stated.images), None)),
        summary=stated.summary,
        attributed_to=stated.attributed_to or _read_attributions(lines, roles, paragraphs),
        rights=stated.rights or " ".join(line.text for line in roles.pick(lines, Role.RIGHTS)) or None,
        removed=tuple(line.text for line in roles.pick(lines, Role.REMOVED)),
        words=sum(count_words(block.text) for block in blocks),
        sample=stated.sample,
        authors=stated.authors if len(stated.authors) > 1 else (),
        tags=stated.tags,
        images=stated.images if stated.image else stated.images[1:],
        enclosures=stated.enclosures,
        wire=stated.wire,
        embargo_until=stated.embargo.at if stated.embargo else None,
        corrections=corrections,
        guid=stated.guid,
    )


def _read_byline(lines: Sequence[Line], roles: Roles) -> str | None:
    return next((parse_byline(line.text) for line in roles.pick(lines, Role.BYLINE)), None)


def _read_publisher(lines: Sequence[Line], roles: Roles) -> str | None:
    named = [line.text for line in roles.pick(lines, Role.PUBLISHER)]
    holders = (parse_rights_holder(line.text) for line in roles.pick(lines, Role.RIGHTS))
    return next(iter(named), None) or next((holder for holder in holders if holder), None)


def _read_image(lines: Sequence[Line], roles: Roles, stated: Image | None) -> Image | None:
    """The caption's picture, with whatever was stated about it in place of what the page says."""
    title = lines[roles.title].text if roles.title >= 0 else ""
    captions = [split_credit(line.text.removeprefix(title)) for line in roles.pick(lines, Role.CAPTION)]
    own = stated or Image()
    image = replace(
        own,
        caption=own.caption or next((caption.text for caption in captions if caption.text), None),
        credit=own.credit or next((caption.credit for caption in captions if caption.credit), None),
    )
    return None if image == Image() else image


def _read_attributions(lines: Sequence[Line], roles: Roles, paragraphs: Sequence[str]) -> tuple[str, ...]:
    labelled = (name for line in roles.pick(lines, Role.SOURCE) for name in parse_source_line(line.text))
    return tuple(dict.fromkeys((*labelled, *find_attributions(paragraphs))))
