"""From an entry of a former system to an article, or the reason why it is none. The same rules as for any document."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.identity import IMPORTED, MAX_GUID_BYTES, is_guid
from publisher.model.media import Image
from publisher.model.reason import Reason, reason
from publisher.model.site import Site
from publisher.sources.acceptance import check_dates, decide_language
from publisher.sources.attribution import find_attributions
from publisher.sources.decoding import MAX_BYTES, too_large
from publisher.sources.embeds import enclosures_of
from publisher.sources.html_blocks import HtmlBody, parse_html
from publisher.sources.metadata_values import MAX_LISTED, is_language
from publisher.sources.moving.entry import FormerEntry
from publisher.sources.moving.wordpress import to_html
from publisher.sources.origin import Origin
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import parse_page_address
from publisher.text.clean import clean_text
from publisher.text.dates import ReadDate, parse_date
from publisher.text.direction import direction_of, language_direction
from publisher.text.listing import join_names
from publisher.text.reading import count_words
from publisher.text.truncate import truncate

_TITLE = 300
_TITLE_FROM_TEXT = 80
_SUMMARY = 2000
_ENDING = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)\s*$")


def accept_entry(entry: FormerEntry, origin: Origin, *, language: str = "") -> Parsed | Reason:
    """The article under its guid. Never raises. Its date must be stated; without a title its first words are one.
    `language` is what a person says entries are in that do not say it themselves; empty: nobody did.
    """
    if entry.left_out is not None:
        return entry.left_out
    if not entry.guid:
        return reason("moving.no_guid")
    if not is_guid(entry.guid):
        return reason("moving.bad_guid", limit=MAX_GUID_BYTES)
    published = parse_date(entry.published, zone=origin.site.timezone)
    if isinstance(published, Reason):
        return published
    wrong = check_dates(published, None, now=origin.now)
    if wrong is not None:
        return wrong
    body = _read_body(entry)
    if isinstance(body, Reason):
        return body
    return _build(entry, origin, published, body, language)


def _read_body(entry: FormerEntry) -> HtmlBody | Reason:
    if len(entry.content) > MAX_BYTES:
        return too_large(len(entry.content))
    markup = _spread(entry.content) if entry.is_plain else entry.content
    return parse_html(to_html(markup) if entry.is_autop else markup, base=entry.base)


def _spread(text: str) -> str:
    """Plain text as HTML: an empty line parts paragraphs, a line end stays one."""
    paragraphs = re.split(r"\n\s*\n", clean_text(text))
    return "".join(f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def _build(
    entry: FormerEntry, origin: Origin, published: ReadDate, body: HtmlBody, stated: str
) -> Parsed | Reason:
    blocks = body.blocks
    title = _read_title(entry, blocks)
    images = _order_images((*entry.images, *body.images))
    enclosures = tuple(dict.fromkeys((*entry.enclosures, *enclosures_of(blocks))))[:MAX_LISTED]
    if not title:
        return reason("moving.no_words")
    if not blocks and not images and not enclosures:
        return reason("moving.no_content")
    text = "\n".join((title, *(block.text for block in blocks)))
    language = _decide_language((entry.language, stated, entry.feed_language), text, origin.site)
    if isinstance(language, Reason):
        return language
    url = parse_page_address(entry.url)
    updated = parse_date(entry.updated, zone=origin.site.timezone) if entry.updated else None
    return Parsed(
        source=IMPORTED,
        key=entry.guid,
        title=title,
        language=language,
        direction=direction_of(text, default=language_direction(language)),
        blocks=blocks,
        published_at=published.at,
        published_raw=published.raw,
        zone_from=published.zone_from,
        url=url,
        url_from="feed" if url else None,
        updated_at=updated.at if isinstance(updated, ReadDate) and updated.at > published.at else None,
        byline=join_names(entry.authors[:MAX_LISTED], language) or None,
        section=strip_markup(entry.section)[:_TITLE] or None,
        image=images[0] if images else None,
        summary=_read_summary(entry, blocks),
        attributed_to=find_attributions(block.text for block in blocks),
        words=sum(count_words(block.text) for block in blocks),
        authors=entry.authors[:MAX_LISTED] if len(entry.authors) > 1 else (),
        tags=entry.tags,
        images=images[1:],
        enclosures=enclosures,
        guid=entry.guid,
    )


def _read_title(entry: FormerEntry, blocks: tuple[Block, ...]) -> str:
    """The title in one line, else the first words of the text: a short note has none, and a feed needs one."""
    stated = strip_markup(entry.title)
    if stated:
        return truncate(stated, _TITLE)
    first = next((block.text for block in blocks if block.text.strip()), "")
    return truncate(" ".join(first.split()), _TITLE_FROM_TEXT)


def _read_summary(entry: FormerEntry, blocks: tuple[Block, ...]) -> str | None:
    """The former system's summary, unless it is only the beginning of the text, which ours makes better."""
    told = truncate(strip_markup(entry.summary), _SUMMARY)
    beginning = " ".join(" ".join(block.text.split()) for block in blocks)
    if not told or beginning.startswith(_ENDING.sub("", told)):
        return None
    return told


def _decide_language(told: Iterable[str], text: str, site: Site) -> str | Reason:
    """The first tag that was told and that the script agrees with (many an Arabic site's system calls itself English);
    else as for any document.
    """
    for stated in told:
        tag = stated.replace("_", "-")
        towards = language_direction(tag)
        if is_language(tag) and direction_of(text, default=towards) is towards:
            return tag
    decided = decide_language(None, text, site=site)
    return reason("moving.language", language=site.language) if isinstance(decided, Reason) else decided


def _order_images(images: tuple[Image, ...]) -> tuple[Image, ...]:
    """Each address once; of two that tell of one picture, what either knows."""
    by_address: dict[str | None, Image] = {}
    for image in images:
        known = by_address.get(image.src)
        by_address[image.src] = image if known is None else _join(known, image)
    return tuple(by_address.values())[:MAX_LISTED]


def _join(one: Image, other: Image) -> Image:
    return replace(
        one,
        alt=one.alt or other.alt,
        caption=one.caption or other.caption,
        credit=one.credit or other.credit,
        width=one.width or other.width,
        height=one.height or other.height,
    )


def is_excerpt(parsed: Parsed) -> bool:
    """Whether a feed gave no more than a few words, which must never take the place of a whole text."""
    return sum(block.kind is not BlockKind.EMBED for block in parsed.blocks) <= 1
